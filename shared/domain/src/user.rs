//! ShopCall users.

use serde::{Deserialize, Serialize};

/// Maximum length of an id in bytes.
const MAX: usize = 128;

/// A ShopCall user's id: opaque, up to 128 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserId(String);

/// The text is not a user id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a user id is 1 to 128 visible ASCII characters")]
pub struct InvalidUserId;

impl UserId {
    /// The id, unchanged.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for UserId {
    type Error = InvalidUserId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_id = (1..=MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if is_id { Ok(Self(text)) } else { Err(InvalidUserId) }
    }
}

impl From<UserId> for String {
    fn from(id: UserId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_visible_id_is_accepted() {
        assert!(UserId::try_from("auth0|5f7c8ec7".to_owned()).is_ok());
        for bad in ["", "a b", "é", "\n", "x".repeat(129).as_str()] {
            assert_eq!(UserId::try_from(bad.to_owned()), Err(InvalidUserId), "{bad:?}");
        }
    }
}
