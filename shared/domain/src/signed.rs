//! Calls signed by a platform: install, opening, uninstall.

use std::fmt;

use jiff::Timestamp;

use super::ShopName;

/// Purpose of a signed call. The signature need not cover it: the same query can be valid at all
/// three addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A merchant starts an install.
    Install,
    /// The end of the install, and every later opening of the app.
    Entry,
    /// The merchant removed the app.
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

/// A call with a verified signature.
#[derive(Clone)]
pub struct SignedCall {
    /// The calling shop.
    pub shop: ShopName,
    /// The authorisation code: a credential under the `authorization_code` grant.
    pub code: String,
    /// When the platform signed, in whole seconds.
    pub sent_at: Timestamp,
    /// Name of the signature scheme, for logs: a platform can have several.
    pub form: &'static str,
    /// Index of the client secret that the call was signed with: 0 is the newest.
    pub key_index: usize,
    /// The requested redirect target of an install, as sent: never redirect to it unchecked.
    pub app_url: Option<String>,
    /// Whether the signature covers `app_url` and `added`.
    pub covers_added: bool,
    /// Parameters that the platform does not document, decoded.
    pub added: Vec<(String, String)>,
    /// Identifies replays: equal for all variants of a request that are valid under one signature.
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

/// Why a call is refused, with the reason for the log. Holds nothing of the request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallRefusal {
    /// The request is malformed.
    #[error("{0}")]
    Malformed(String),
    /// The signature matches no client secret.
    #[error("{0}")]
    NotSigned(String),
    /// The valid signature is too old, or its time lies in the future.
    #[error("{0}")]
    Expired(String),
}
