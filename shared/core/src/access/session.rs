//! The session of a store's page: what an opening that the platform signed lets a merchant do for an
//! hour. A page in a frame has no cookies to rely on, so the page itself carries it.
//!
//! A token is `v1.<payload>.<HMAC-SHA256>`, both parts in base64url without padding; what is
//! authenticated is the text before the last dot. Whether the store is still installed at the
//! session's generation is for the caller to ask.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use crate::domain::{Generation, Language, StoreId};

/// How long a session lasts; nothing prolongs it.
const LIFE: SignedDuration = SignedDuration::from_mins(60);
const VERSION: &str = "v1";
/// Keeps the keys of sessions apart from whatever else the data keys are used for.
const PURPOSE: &[u8] = b"shopcall merchant session v1";
/// Longer than any token: a shop's name has 63 characters at the most.
const MAX_LENGTH: usize = 512;

/// What a merchant may do, where, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Whose page it is.
    #[serde(rename = "s")]
    pub store_id: StoreId,
    /// The install that was opened; after a reinstall the session is void.
    #[serde(rename = "g")]
    pub generation: Generation,
    /// When it ends, in seconds of Unix time.
    #[serde(rename = "e")]
    expires_at: i64,
    /// The language that the merchant has chosen, if any.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Random: two sessions of one second differ.
    #[serde(rename = "r")]
    nonce: u64,
}

/// A session as the page carries it: whoever has it is let in. Shown by no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

/// Keys for sessions, newest first: the first signs, all verify.
#[derive(Clone)]
pub struct SessionKeys(Vec<Hmac<Sha256>>);

/// Why a token opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionRefusal {
    /// It is not one of ours.
    #[error("the token is no session")]
    Unknown,
    /// It was one; its time is over.
    #[error("the session is over")]
    Expired(Box<Session>),
}

impl Session {
    /// Begins a session. `random` must be fresh random bytes.
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

    /// The same session in another language. It lasts no longer for that.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Self {
        Self { language: Some(language), ..self.clone() }
    }

    fn is_over(&self, now: Timestamp) -> bool {
        now.as_second() >= self.expires_at
    }
}

impl SessionKeys {
    /// Derives a key from each of the data keys, newest first. None where there is none.
    pub fn derive(data_keys: &[[u8; 32]]) -> Option<Self> {
        let derive = |data_key: &[u8; 32]| {
            let derived = tag(&prepare(data_key)?, PURPOSE);
            prepare(&derived)
        };
        let keys: Vec<_> = data_keys.iter().map(derive).collect::<Option<_>>()?;
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// The session as the page carries it.
    pub fn sign(&self, session: &Session) -> SessionToken {
        let payload = serde_json::to_vec(session).unwrap_or_default();
        let text = format!("{VERSION}.{}", URL_SAFE_NO_PAD.encode(payload));
        // There is always a first key; what nobody signed would let nobody in.
        let tag = self.0.first().map(|key| tag(key, text.as_bytes())).unwrap_or_default();
        SessionToken(format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag)))
    }

    /// The session that a token stands for. Nothing of the payload is read before the tag is known
    /// to be right, and the time that takes tells nothing of it.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Session, SessionRefusal> {
        let session = self.authentic(token).ok_or(SessionRefusal::Unknown)?;
        if session.is_over(now) {
            return Err(SessionRefusal::Expired(Box::new(session)));
        }
        Ok(session)
    }

    fn authentic(&self, token: &str) -> Option<Session> {
        let (text, presented) = token.rsplit_once('.').filter(|_| token.len() <= MAX_LENGTH)?;
        let presented: [u8; 32] = URL_SAFE_NO_PAD.decode(presented).ok()?.try_into().ok()?;
        let is_ours = self.0.iter().fold(Choice::from(0), |found, key| {
            found | tag(key, text.as_bytes()).ct_eq(&presented)
        });
        if !bool::from(is_ours) {
            return None;
        }
        let (version, payload) = text.split_once('.')?;
        let payload = URL_SAFE_NO_PAD.decode(payload).ok().filter(|_| version == VERSION)?;
        serde_json::from_slice(&payload).ok()
    }
}

impl SessionToken {
    /// The token as it goes into a page, and nowhere else.
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
    // HMAC takes keys of any length: none is refused.
    Hmac::new_from_slice(key).ok()
}

fn tag(key: &Hmac<Sha256>, text: &[u8]) -> [u8; 32] {
    let mut mac = key.clone();
    mac.update(text);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests;
