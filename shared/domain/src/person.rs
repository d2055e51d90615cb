//! Names and postal addresses. Personal data: never printed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A person's name: in parts, whose order depends on the language, or as a whole.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonName {
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Given names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
    /// The whole name as it is said. Stored only where the platform does not tell its parts apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full: Option<String>,
}

/// The order in which a name's parts are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameOrder {
    /// As in Hungarian.
    FamilyFirst,
    /// As in most languages.
    GivenFirst,
}

impl NameOrder {
    /// The order in the language with that code (`hu`, `en-GB`, …); without one, as in Hungarian,
    /// the language of nearly all shops.
    pub fn of_language(code: Option<&str>) -> Self {
        let language = code.and_then(|code| code.split(['-', '_']).next());
        match language {
            Some(language) if !language.eq_ignore_ascii_case("hu") => Self::GivenFirst,
            _ => Self::FamilyFirst,
        }
    }
}

impl PersonName {
    /// The whole name: as the platform shows it, or its parts in `order`.
    pub fn spoken(&self, order: NameOrder) -> Option<String> {
        if self.full.is_some() {
            return self.full.clone();
        }
        let parts = match order {
            NameOrder::FamilyFirst => [&self.family, &self.given],
            NameOrder::GivenFirst => [&self.given, &self.family],
        };
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        Some(parts.join(" ")).filter(|name| !name.is_empty())
    }
}

/// A postal address; any part may be missing.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The addressee's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
    /// Company name, if it is a company's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    /// City or town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Street and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// Floor, door and the like: the address's second line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street2: Option<String>,
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName([redacted])")
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(family: &str, given: &str) -> PersonName {
        let part = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        PersonName { family: part(family), given: part(given), full: None }
    }

    #[test]
    fn only_hungarian_says_the_family_name_first() {
        let spoken = |code| name("Szabó", "Éva").spoken(NameOrder::of_language(code));
        for code in [None, Some("hu"), Some("HU"), Some("hu-HU")] {
            assert_eq!(spoken(code).as_deref(), Some("Szabó Éva"), "{code:?}");
        }
        for code in [Some("en"), Some("de_AT"), Some("sk"), Some("")] {
            assert_eq!(spoken(code).as_deref(), Some("Éva Szabó"), "{code:?}");
        }
    }

    #[test]
    fn missing_part_leaves_no_blank() {
        assert_eq!(name("Szabó", "").spoken(NameOrder::GivenFirst).as_deref(), Some("Szabó"));
        assert_eq!(name("", "").spoken(NameOrder::FamilyFirst), None);
    }

    #[test]
    fn whole_name_is_said_as_it_is() {
        let whole = PersonName { full: Some("Szabó Éva".into()), ..name("x", "y") };
        assert_eq!(whole.spoken(NameOrder::GivenFirst).as_deref(), Some("Szabó Éva"));
    }

    #[test]
    fn name_and_address_are_not_printed() {
        let address = Address { name: Some(name("Szabó", "Éva")), ..Address::default() };
        assert_eq!(
            format!("{address:?} {:?}", address.name),
            "Address([redacted]) Some(PersonName([redacted]))"
        );
    }
}
