//! A verified call.

use std::fmt;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::callback::Callback;
use super::canonical::Form;
use super::refusal::Parameter;
use shopcall_domain::{ShopName, SignedCall};

/// A call that ShopRenter signed within the time window. Only [`verify_callback`] creates one.
///
/// [`verify_callback`]: super::verify_callback
#[derive(Clone)]
pub struct Verified {
    shop: ShopName,
    code: String,
    sent_at: Timestamp,
    form: Form,
    key_index: usize,
    app_url: Option<String>,
    added: Vec<(String, String)>,
    digest: [u8; 32],
}

impl Verified {
    pub(super) fn new(callback: &Callback<'_>, form: Form, key_index: usize) -> Self {
        let app_url = callback.query.get(Parameter::AppUrl.as_str());
        let added = callback.query.pairs().iter();
        Self {
            shop: callback.shop.clone(),
            code: callback.code.value.to_string(),
            sent_at: callback.sent_at,
            form,
            key_index,
            app_url: app_url.map(|pair| pair.value.to_string()),
            added: added
                .filter(|pair| Parameter::named(&pair.name) == Parameter::Added)
                .map(|pair| (pair.name.to_string(), pair.value.to_string()))
                .collect(),
            digest: digest(callback),
        }
    }

    /// The calling shop, in lower case whatever the case that was signed.
    pub fn shop(&self) -> &ShopName {
        &self.shop
    }

    /// The decoded authorization code, a credential under the `authorization_code` grant.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Time of signing, in whole seconds.
    pub fn sent_at(&self) -> Timestamp {
        self.sent_at
    }

    /// Form of the signed text; if several match, the one that covers most.
    pub fn form(&self) -> Form {
        self.form
    }

    /// Index of the secret that signed it: 0 is the newest. Once only 0 occurs, the rotation is
    /// complete.
    pub fn key_index(&self) -> usize {
        self.key_index
    }

    /// Whether [`app_url`](Self::app_url) and [`added`](Self::added) were signed. Otherwise anybody
    /// may have added them to an address that ShopRenter signed.
    pub fn vouches_for_added(&self) -> bool {
        self.form.vouches_for_added()
    }

    /// The address an install continues to, decoded but otherwise as sent. Never redirect to it
    /// directly, only through [`redirect_target`](crate::redirect_target).
    pub fn app_url(&self) -> Option<&str> {
        self.app_url.as_deref()
    }

    /// Decoded value of a parameter that ShopRenter does not document.
    pub fn added(&self, name: &str) -> Option<&str> {
        self.added.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Identifies replays: equal for every variant of a request that is valid under one signature
    /// (other hex case, other unsigned parameters), and of no use to a forger.
    ///
    /// SHA-256 of the shop, a zero byte, the timestamp (64 bits, big-endian) and the tag.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

impl From<Verified> for SignedCall {
    fn from(verified: Verified) -> Self {
        Self {
            covers_added: verified.vouches_for_added(),
            shop: verified.shop,
            code: verified.code,
            sent_at: verified.sent_at,
            form: verified.form.as_str(),
            key_index: verified.key_index,
            app_url: verified.app_url,
            added: verified.added,
            digest: verified.digest,
        }
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("shop", &self.shop)
            .field("code", &format_args!("[redacted]"))
            .field("sent_at", &self.sent_at)
            .field("form", &self.form)
            .field("key_index", &self.key_index)
            .finish_non_exhaustive()
    }
}

fn digest(callback: &Callback<'_>) -> [u8; 32] {
    Sha256::new()
        .chain_update(callback.shop.as_str())
        .chain_update([0])
        .chain_update(callback.sent_at.as_second().to_be_bytes())
        .chain_update(callback.tag.as_bytes())
        .finalize()
        .into()
}
