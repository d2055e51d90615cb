//! Country codes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An ISO 3166-1 alpha-2 code such as `HU`: two upper-case letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

/// The text is not two letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a country code is two letters")]
pub struct InvalidCountry;

impl Country {
    /// Hungary, the country of nearly all shops.
    pub const HUNGARY: Self = Self(*b"HU");

    /// Parses two letters of either case.
    pub fn parse(text: &str) -> Result<Self, InvalidCountry> {
        let letters: [u8; 2] = text.trim().as_bytes().try_into().map_err(|_| InvalidCountry)?;
        if letters.iter().all(u8::is_ascii_alphabetic) {
            Ok(Self(letters.map(|letter| letter.to_ascii_uppercase())))
        } else {
            Err(InvalidCountry)
        }
    }

    /// The code, upper case.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for Country {
    type Error = InvalidCountry;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn country_code_must_be_two_letters() {
        assert_eq!(Country::parse(" hu "), Ok(Country::HUNGARY));
        assert_eq!(Country::parse("sk").unwrap().as_str(), "SK");
        for bad in ["", "H", "HUN", "H1", "36", "é"] {
            assert_eq!(Country::parse(bad), Err(InvalidCountry), "{bad}");
        }
    }
}
