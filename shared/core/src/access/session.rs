//! Sessions of a store's page: one hour of access for a merchant after an opening signed by the
//! platform. The page is shown in a frame, where cookies are unreliable, so the page itself carries
//! the session token.
//!
//! A token is `v1.<payload>.<HMAC-SHA256>`, both parts in base64url without padding; the tag
//! authenticates the text before the last dot. Callers must check that the store is still installed
//! at the session's generation.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use crate::domain::{Generation, Language, StoreId};

/// Lifetime of a session; it cannot be extended.
const LIFE: SignedDuration = SignedDuration::from_mins(60);
const VERSION: &str = "v1";
/// Separates session keys from other uses of the data keys.
const PURPOSE: &[u8] = b"shopcall merchant session v1";
/// Longer than any token: a shop's name has at most 63 characters.
const MAX_LENGTH: usize = 512;

/// A merchant's access to one store's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Store that the page belongs to.
    #[serde(rename = "s")]
    pub store_id: StoreId,
    /// Install that was opened; a reinstall invalidates the session.
    #[serde(rename = "g")]
    pub generation: Generation,
    /// Expiry in Unix seconds.
    #[serde(rename = "e")]
    expires_at: i64,
    /// Language chosen by the merchant, if any.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Random value that distinguishes sessions started in the same second.
    #[serde(rename = "r")]
    nonce: u64,
}

/// A signed session as carried by the page; a bearer credential. Redacted in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

/// Session keys, newest first: the first signs, all verify.
#[derive(Clone)]
pub struct SessionKeys(Vec<Hmac<Sha256>>);

/// Why a token is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionRefusal {
    /// Not a valid session token.
    #[error("the token is not a valid session")]
    Unknown,
    /// A valid token whose session has expired.
    #[error("the session has expired")]
    Expired(Box<Session>),
}

impl Session {
    /// Starts a session. `random` must be fresh random bytes.
    pub fn begin(
        store_id: StoreId,
        generation: Generation,
        now: Timestamp,
        random: [u8; 8],
    ) -> Self {
        let expires_at = (now + LIFE).as_second();
        let nonce = u64::from_le_bytes(random);
        Self { store_id, generation, expires_at, language: None, nonce }
    }

    /// Returns the session in another language, with the same expiry.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Self {
        Self { language: Some(language), ..self.clone() }
    }

    fn is_expired(&self, now: Timestamp) -> bool {
        now.as_second() >= self.expires_at
    }
}

impl SessionKeys {
    /// Derives one session key from each data key, newest first. None if there are no data keys.
    pub fn derive(data_keys: &[[u8; 32]]) -> Option<Self> {
        let derive = |data_key: &[u8; 32]| {
            let derived = tag(&prepare(data_key)?, PURPOSE);
            prepare(&derived)
        };
        let keys: Vec<_> = data_keys.iter().map(derive).collect::<Option<_>>()?;
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// Signs a session for the page to carry.
    pub fn sign(&self, session: &Session) -> SessionToken {
        SessionToken(self.signed(VERSION, session))
    }

    /// Signs what is not secret under a version, which says what it is.
    pub(super) fn signed(&self, version: &str, content: &impl Serialize) -> String {
        let payload = serde_json::to_vec(content).unwrap_or_default();
        let text = format!("{version}.{}", URL_SAFE_NO_PAD.encode(payload));
        // There is always a first key; without one the tag would be all zeros and never verify.
        let tag = self.0.first().map(|key| tag(key, text.as_bytes())).unwrap_or_default();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// Verifies a token and returns its session. Nothing of the payload is decoded before the tag
    /// is verified, in constant time.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Session, SessionRefusal> {
        let session: Session = self.authenticated(VERSION, token).ok_or(SessionRefusal::Unknown)?;
        if session.is_expired(now) {
            return Err(SessionRefusal::Expired(Box::new(session)));
        }
        Ok(session)
    }

    /// What was signed under the version.
    pub(super) fn authenticated<T: DeserializeOwned>(
        &self,
        version: &str,
        token: &str,
    ) -> Option<T> {
        let (text, presented) = token.rsplit_once('.').filter(|_| token.len() <= MAX_LENGTH)?;
        let presented: [u8; 32] = URL_SAFE_NO_PAD.decode(presented).ok()?.try_into().ok()?;
        let is_ours = self.0.iter().fold(Choice::from(0), |found, key| {
            found | tag(key, text.as_bytes()).ct_eq(&presented)
        });
        if !bool::from(is_ours) {
            return None;
        }
        let payload = text.strip_prefix(version)?.strip_prefix('.')?;
        let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
        serde_json::from_slice(&payload).ok()
    }
}

impl SessionToken {
    /// Returns the token as written in a page. Put it nowhere else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken([redacted])")
    }
}

impl fmt::Debug for SessionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionKeys({} [redacted])", self.0.len())
    }
}

fn prepare(key: &[u8; 32]) -> Option<Hmac<Sha256>> {
    // HMAC accepts keys of any length.
    Hmac::new_from_slice(key).ok()
}

fn tag(key: &Hmac<Sha256>, text: &[u8]) -> [u8; 32] {
    let mut mac = key.clone();
    mac.update(text);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests;
