//! E-mail addresses in a normalised form that can be compared.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::visible;

/// RFC 5321, section 4.5.3.1, with the erratum on the path's angle brackets.
const MAX_LENGTH: usize = 254;
/// RFC 5321, section 4.5.3.1.1.
const MAX_LOCAL: usize = 64;

/// An address in lower case. Personal data: never printed.
///
/// RFC 5321 allows a case-sensitive local part, but providers ignore case and customers spell their
/// addresses inconsistently.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// The text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct InvalidEmail;

impl Email {
    /// Parses an address: a local part, an `@` and a domain of at least two labels, at most 254
    /// bytes, no whitespace; invisible characters are dropped. Deliverability is not checked.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let text = visible(text);
        let text = text.trim();
        if text.len() > MAX_LENGTH {
            return Err(InvalidEmail);
        }
        let address = text.to_lowercase();
        let (local, domain) = address.split_once('@').ok_or(InvalidEmail)?;
        let is_address = address.len() <= MAX_LENGTH
            && (1..=MAX_LOCAL).contains(&local.len())
            && domain.contains('.')
            && domain.split('.').all(|label| !label.is_empty())
            && !address.contains(is_separator)
            && !domain.contains('@');
        if is_address { Ok(Self(address)) } else { Err(InvalidEmail) }
    }

    /// The address, lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Characters that surround or separate addresses, and never occur in those in use.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | '"')
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email([redacted])")
    }
}

impl TryFrom<String> for Email {
    type Error = InvalidEmail;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn address_is_trimmed_and_lower_cased() {
        let email = Email::parse("  Kiss.Ödön+bolt@Pelda.Example\n").unwrap();
        assert_eq!(email.as_str(), "kiss.ödön+bolt@pelda.example");
    }

    #[test]
    fn invalid_address_is_refused() {
        let long = format!("{}@pelda.example", "x".repeat(MAX_LENGTH));
        let long_local = format!("{}@pelda.example", "x".repeat(MAX_LOCAL + 1));
        for text in [
            "",
            "-",
            "nincs",
            "@pelda.example",
            "kiss@",
            "kiss@pelda",
            "kiss@pelda..example",
            "kiss@.example",
            "kiss@pelda.",
            "kiss@@pelda.example",
            "kiss odon@pelda.example",
            "Kiss <kiss@pelda.example>",
            "kiss@pelda.example, nagy@pelda.example",
            long.as_str(),
            long_local.as_str(),
        ] {
            assert_eq!(Email::parse(text), Err(InvalidEmail), "{text}");
        }
    }

    #[test]
    fn address_is_not_printed() {
        let email = Email::parse("kiss@pelda.example").unwrap();
        assert_eq!(format!("{email:?}"), "Email([redacted])");
    }

    proptest! {
        #[test]
        fn parsed_address_is_its_own_normal_form(
            text in "[a-zA-ZİΣß.@ ]{0,20}|\\PC{1,9}@\\PC{1,9}[.]\\PC{1,5}"
        ) {
            if let Ok(email) = Email::parse(&text) {
                prop_assert!(email.as_str().len() <= MAX_LENGTH);
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email));
            }
        }
    }
}
