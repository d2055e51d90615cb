//! Calls that a platform signs: install, opening, uninstall.

use std::fmt;

use jiff::Timestamp;

use super::ShopName;

/// What a signed call is for. A signature need not cover it: the same query can be valid at all
/// three addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A merchant asked for the app.
    Install,
    /// The end of the install, and every later opening of the app.
    Entry,
    /// The app was removed.
    Uninstall,
}

impl Purpose {
    /// The name used in logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Install => "install",
            Self::Entry => "entry",
            Self::Uninstall => "uninstall",
        }
    }
}

/// A call whose signature a platform's code has verified.
#[derive(Clone)]
pub struct SignedCall {
    /// The calling shop.
    pub shop: ShopName,
    /// The authorisation code: a credential under the `authorization_code` grant.
    pub code: String,
    /// When the platform signed, in whole seconds.
    pub sent_at: Timestamp,
    /// Name of the signed form, for logs: platforms sign in more than one way.
    pub form: &'static str,
    /// Which client secret it was signed with: 0 is the newest.
    pub key_index: usize,
    /// Where an install wants to go on, as sent: never redirect to it unchecked.
    pub app_url: Option<String>,
    /// Whether the signature covers `app_url` and `added`.
    pub covers_added: bool,
    /// Parameters that the platform does not document, decoded.
    pub added: Vec<(String, String)>,
    /// Recognises a replay: equal for every variant of a request that passes under one signature.
    pub digest: [u8; 32],
}

impl SignedCall {
    /// The value of a parameter that the platform does not document.
    pub fn added(&self, name: &str) -> Option<&str> {
        self.added.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for SignedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedCall")
            .field("shop", &self.shop)
            .field("sent_at", &self.sent_at)
            .field("form", &self.form)
            .field("key_index", &self.key_index)
            .finish_non_exhaustive()
    }
}

/// Why a call is refused, and the reason for the log. Holds nothing that was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallRefusal {
    /// The request cannot be understood.
    #[error("{0}")]
    Malformed(String),
    /// The signature matches under no key.
    #[error("{0}")]
    NotSigned(String),
    /// Signed by the platform, too long ago or in the future.
    #[error("{0}")]
    Expired(String),
}
