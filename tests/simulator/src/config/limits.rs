//! Rate limit, tokens and webhook delivery.

use serde::{Deserialize, Serialize};

use crate::webhook_fields::UnknownFields;

/// Window of the rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowMode {
    /// No period of one second contains more than the limit.
    Sliding,
    /// Consecutive seconds from the shop's first request.
    Fixed,
}

/// Rate limit of a shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateConfig {
    /// Admitted requests a second.
    pub per_second: u32,
    /// Type of the window.
    pub mode: WindowMode,
    /// Value of `Retry-After` on a 429, which ShopRenter does not send.
    pub retry_after: Option<String>,
    /// Whether token requests count.
    pub count_tokens: bool,
    /// Whether each part of a batch counts.
    pub count_batch_parts: bool,
    /// Whether refused requests count too, which penalises immediate retries.
    pub count_refused: bool,
}

impl Default for RateConfig {
    fn default() -> Self {
        Self {
            per_second: 3,
            mode: WindowMode::Sliding,
            retry_after: None,
            count_tokens: false,
            count_batch_parts: false,
            count_refused: false,
        }
    }
}

/// Tokens of a shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenConfig {
    /// Lifetime in seconds.
    pub lifetime_seconds: u32,
    /// Omits `expires_in`, so that only the token's own claim contains the expiry.
    pub omit_expires_in: bool,
    /// Whether a new token invalidates older ones.
    pub invalidates_previous: bool,
    /// Whether, in the product brief's contract, each refresh token is valid once and answered with
    /// the next; otherwise the first one stays valid and later answers have none.
    pub rotates_refresh: bool,
}

impl Default for TokenConfig {
    fn default() -> Self {
        Self {
            lifetime_seconds: 3600,
            omit_expires_in: false,
            invalidates_previous: false,
            rotates_refresh: true,
        }
    }
}

/// Encoding of a webhook's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// `multipart/form-data` with one field, `data`, as recorded in the documentation.
    Multipart,
    /// `application/x-www-form-urlencoded` with `data=`.
    Form,
    /// Plain JSON body.
    Json,
}

/// Form of an outer id in a webhook, which the documentation leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OuterIdForm {
    /// `orders/ERP-1`, like the inner id.
    Path,
    /// `ERP-1`.
    Bare,
}

/// Reliability of webhook delivery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeliveryConfig {
    /// Encoding of the body.
    pub encoding: Encoding,
    /// Share of deliveries sent twice.
    pub duplicate: f64,
    /// Share of deliveries never sent.
    pub lose: f64,
    /// Milliseconds before each delivery.
    pub delay_ms: u64,
    /// Share of deliveries delayed, so that later ones overtake them.
    pub reorder: f64,
    /// Delay of those deliveries in milliseconds.
    pub reorder_ms: u64,
    /// Number of retries, one second apart, after an answer other than 2xx.
    pub retries: u32,
    /// Share of payloads with `order` as one object instead of an array.
    pub bare_order: f64,
    /// Form of an outer id.
    pub outer_id_form: OuterIdForm,
    /// What happens to undocumented field names in a registration.
    pub unknown_fields: UnknownFields,
}

impl Default for DeliveryConfig {
    fn default() -> Self {
        Self {
            encoding: Encoding::Multipart,
            duplicate: 0.0,
            lose: 0.0,
            delay_ms: 0,
            reorder: 0.0,
            reorder_ms: 2_000,
            retries: 0,
            bare_order: 0.0,
            outer_id_form: OuterIdForm::Path,
            unknown_fields: UnknownFields::Dropped,
        }
    }
}
