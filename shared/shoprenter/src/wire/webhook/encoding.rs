//! From bytes to JSON, either alone or in a form's field.

use std::borrow::Cow;

use url::form_urlencoded;

use super::super::page::body_text;
use super::multipart::Parts;
use super::{DeliveryError, bounds};

/// Fields of a form that are examined; ShopRenter sends one.
const MAX_FIELDS: usize = 20;

/// An opened body. Has no `Debug`: it is personal data.
pub(super) struct Contents<'b> {
    /// Text that starts like JSON and is within the bounds on depth and values.
    pub(super) json: Cow<'b, str>,
    /// The form's event field, if it has one.
    pub(super) event: Option<Cow<'b, str>>,
}

/// Opens a body. A body that starts like JSON is JSON, whatever the header says, unless the header
/// says multipart and the body has parts.
pub(super) fn open<'b>(content_type: &str, body: &'b [u8]) -> Result<Contents<'b>, DeliveryError> {
    if body.trim_ascii().is_empty() {
        return Err(DeliveryError::Empty);
    }
    let plain = || looks_like_json(body).then(|| Contents { json: body_text(body), event: None });
    let form =
        || pick(form_urlencoded::parse(body.trim_ascii()).map(|(name, text)| (name, text.into())));
    let parts = || {
        pick(
            Parts::of(content_type, body).map(|(name, content)| (name.into(), Value::Raw(content))),
        )
    };
    let contents = if content_type.to_ascii_lowercase().contains("multipart") {
        parts().or_else(plain).or_else(form)
    } else {
        plain().or_else(parts).or_else(form)
    };
    let contents = contents.ok_or(DeliveryError::Malformed)?;
    bounds::check(&contents.json)?;
    Ok(contents)
}

/// A field's value, decoded only if the field is needed.
enum Value<'b> {
    Raw(&'b [u8]),
    Text(Cow<'b, str>),
}

impl<'b> Value<'b> {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Raw(bytes) => bytes,
            Self::Text(text) => text.as_bytes(),
        }
    }

    fn into_text(self) -> Cow<'b, str> {
        match self {
            Self::Raw(bytes) => body_text(bytes),
            Self::Text(text) => text,
        }
    }
}

impl<'b> From<Cow<'b, str>> for Value<'b> {
    fn from(text: Cow<'b, str>) -> Self {
        Self::Text(text)
    }
}

/// `data`, or else the first field that starts like JSON.
fn pick<'b>(fields: impl Iterator<Item = (Cow<'b, str>, Value<'b>)>) -> Option<Contents<'b>> {
    let (mut data, mut other, mut event) = (None, None, None);
    for (name, value) in fields.take(MAX_FIELDS) {
        let place = match name.trim() {
            name if name.eq_ignore_ascii_case("event") => &mut event,
            _ if !looks_like_json(value.bytes()) => continue,
            name if name.eq_ignore_ascii_case("data") => &mut data,
            _ => &mut other,
        };
        if place.is_none() {
            *place = Some(value);
        }
    }
    let json = data.or(other)?.into_text();
    Some(Contents { json, event: event.map(Value::into_text) })
}

fn looks_like_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'[' | b'"'))
}
