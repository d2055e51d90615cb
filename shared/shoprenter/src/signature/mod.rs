//! The signature on ShopRenter's calls: install, entry, uninstall.
//!
//! The key is the client secret and the algorithm HMAC-SHA256 in hex, but what is signed differs
//! between ShopRenter's documentation and its demo applications. [`Form`] names the four readings;
//! any of them is accepted, and the verdict says which one it was and what it vouches for.
//!
//! `query` takes the raw query apart, `callback` reads ShopRenter's parameters from it, `canonical`
//! writes down the texts that may have been signed, and `keys` compares.

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

/// A list of secrets that would let anybody in, or nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSecrets {
    /// The list is empty.
    #[error("no secret is given; give at least one, the newest first")]
    NoneGiven,
    /// One of them is empty, so anybody could compute with it.
    #[error("one of the secrets is empty")]
    Empty,
}

/// How old a callback may be. ShopRenter documents no tolerance; 300 s is the product's own rule.
const OLDEST: SignedDuration = SignedDuration::from_secs(300);

/// How far ahead of ours ShopRenter's clock may run.
const AHEAD: SignedDuration = SignedDuration::from_secs(60);

/// Judges a call from ShopRenter by its query string.
///
/// `raw_query` is the query as it was sent, without the `?`: neither decoded nor reordered, since
/// one of the forms is a signature of exactly those bytes.
///
/// The window is judged after the signature, so that whoever cannot sign learns nothing of our
/// clock. A good verdict doesn't say that the callback is new: see [`Verified::digest`].
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
