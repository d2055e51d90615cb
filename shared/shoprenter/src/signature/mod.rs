//! Signatures of ShopRenter's calls: install, entry, uninstall.
//!
//! The algorithm is HMAC-SHA256 in hex under the client secret, but the signed text differs between
//! ShopRenter's documentation and its demo applications. [`Form`] names the four variants; any of
//! them is accepted, and the result says which one matched and what it covers.
//!
//! `query` parses the raw query, `callback` reads ShopRenter's parameters from it, `canonical`
//! builds the texts that may have been signed, and `keys` compares.

mod callback;
mod canonical;
mod keys;
#[cfg(test)]
mod mutants;
#[cfg(test)]
mod properties;
mod query;
mod refusal;
#[cfg(test)]
pub(crate) mod signing;
mod tag;
#[cfg(test)]
mod tests;
mod verified;

use jiff::{SignedDuration, Timestamp};
use shopcall_domain::Purpose;

use callback::Callback;
use query::Query;

pub use canonical::Form;
pub use keys::SigningKeys;
pub use refusal::{Parameter, Refusal};
pub use verified::Verified;

/// An invalid list of secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSecrets {
    /// The list is empty.
    #[error("no secret is given; give at least one, the newest first")]
    NoneGiven,
    /// A secret is empty, so anybody could sign with it.
    #[error("one of the secrets is empty")]
    Empty,
}

/// Maximum age of a callback. ShopRenter documents no tolerance; 300 s is the product's own rule.
const OLDEST: SignedDuration = SignedDuration::from_secs(300);

/// Tolerance for ShopRenter's clock running ahead of ours.
const AHEAD: SignedDuration = SignedDuration::from_secs(60);

/// Verifies a call from ShopRenter by its query string.
///
/// `raw_query` is the query as sent, without the `?`: neither decoded nor reordered, since one of
/// the forms signs exactly those bytes.
///
/// The timestamp is checked after the signature, so that a caller without a valid signature learns
/// nothing about our clock. Success doesn't mean that the callback is new: see
/// [`Verified::digest`].
pub fn verify_callback(
    raw_query: &str,
    keys: &SigningKeys,
    now: Timestamp,
    purpose: Purpose,
) -> Result<Verified, Refusal> {
    let query = Query::parse(raw_query)?;
    let callback = Callback::read(&query, purpose)?;
    let texts = canonical::texts(&callback);
    let (form, key_index) = keys.last_match(&texts, &callback.tag).ok_or(Refusal::BadSignature)?;
    check_window(callback.sent_at, now)?;
    Ok(Verified::new(&callback, form, key_index))
}

fn check_window(sent_at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    let age = now.duration_since(sent_at);
    if age > OLDEST {
        return Err(Refusal::Expired);
    }
    if age < -AHEAD {
        return Err(Refusal::TooEarly);
    }
    Ok(())
}
