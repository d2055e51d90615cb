//! A scalar in the API's spellings: numbers and booleans are usually strings, and a missing value
//! is `{}`, `[]`, `""` or null, whatever the type.

mod instant;
mod read;

use std::borrow::Cow;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use shopcall_domain::DecodeError;

pub(super) use instant::Instant;

/// A value of any JSON type, borrowed unless it needs unescaping.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) enum Scalar<'a> {
    /// `{}`, `[]`, `""`, null, or absent.
    #[default]
    Empty,
    /// A string, or a number's own digits: money never passes through a float.
    Text(Cow<'a, str>),
    /// `true` or `false`.
    Flag(bool),
    /// A non-empty object or array; the content is dropped.
    Composite,
}

impl Scalar<'_> {
    /// The text without surrounding whitespace; None if it is empty or not text.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            Self::Empty | Self::Flag(_) | Self::Composite => None,
        }
    }

    /// The text if it has at most `limit` bytes; None if it is longer.
    pub(super) fn text_within(&self, limit: usize) -> Option<String> {
        self.text().filter(|text| text.len() <= limit).map(str::to_owned)
    }

    /// The text as [`text`](Self::text) gives it; an error if it is neither text nor empty.
    pub(super) fn string(&self, field: &'static str) -> Result<Option<&str>, DecodeError> {
        match self {
            Self::Composite | Self::Flag(_) => Err(DecodeError::Unusable { field }),
            Self::Empty | Self::Text(_) => Ok(self.text()),
        }
    }

    /// The text, owned; an error if it is not text or has more than `limit` bytes.
    pub(super) fn string_within(
        &self,
        limit: usize,
        field: &'static str,
    ) -> Result<Option<String>, DecodeError> {
        match self.string(field)? {
            Some(text) if text.len() > limit => Err(DecodeError::TooLong { field }),
            text => Ok(text.map(str::to_owned)),
        }
    }

    /// The exact number, without trailing zeros (`"2200.0000"` is `2200`).
    pub(super) fn decimal(&self, field: &'static str) -> Result<Option<Decimal>, DecodeError> {
        let unusable = DecodeError::Unusable { field };
        match (self, self.text()) {
            (Self::Composite | Self::Flag(_), _) => Err(unusable),
            (_, None) => Ok(None),
            (_, Some(text)) => parse_decimal(text).map(Some).ok_or(unusable),
        }
    }

    /// A whole number (`"1"`, `1`, `"1.0000"`, `true`).
    pub(super) fn integer(&self, field: &'static str) -> Result<Option<i64>, DecodeError> {
        if let Self::Flag(flag) = self {
            return Ok(Some(i64::from(*flag)));
        }
        match self.decimal(field)? {
            None => Ok(None),
            Some(number) if number.is_integer() => {
                number.to_i64().map(Some).ok_or(DecodeError::Unusable { field })
            }
            Some(_) => Err(DecodeError::Unusable { field }),
        }
    }

    /// A boolean (`true`, `1`, `"1"`, `"true"`, `"yes"`, …); any number but 0 is true.
    pub(super) fn flag(&self, field: &'static str) -> Result<Option<bool>, DecodeError> {
        const YES: [&str; 4] = ["true", "yes", "on", "y"];
        const NO: [&str; 4] = ["false", "no", "off", "n"];
        if let Self::Flag(flag) = self {
            return Ok(Some(*flag));
        }
        let is = |words: &[&str]| {
            self.text().is_some_and(|text| words.iter().any(|w| text.eq_ignore_ascii_case(w)))
        };
        if is(&YES) {
            Ok(Some(true))
        } else if is(&NO) {
            Ok(Some(false))
        } else {
            Ok(self.decimal(field)?.map(|number| !number.is_zero()))
        }
    }
}

fn parse_decimal(text: &str) -> Option<Decimal> {
    let number = if text.contains(['e', 'E']) {
        Decimal::from_scientific(text).ok()?
    } else {
        Decimal::from_str_exact(text).or_else(|_| text.parse()).ok()?
    };
    Some(number.normalize())
}

#[cfg(test)]
mod tests;
