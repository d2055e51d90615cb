//! Limits and reliability: the rate, tokens, webhook delivery.

use serde::{Deserialize, Serialize};

/// How the one-second window is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowMode {
    /// No second, wherever it starts, holds more than the limit.
    Sliding,
    /// Seconds counted from the shop's first request.
    Fixed,
}

/// The rate limit of one shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateConfig {
    /// Admitted requests a second.
    pub per_second: u32,
    /// The window.
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

/// Tokens of one shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenConfig {
    /// Seconds that a token is good for.
    pub lifetime_seconds: u32,
    /// Omit `expires_in`, so that only the token's own claim has the expiry.
    pub omit_expires_in: bool,
    /// A new token ends the older ones.
    pub invalidates_previous: bool,
}

impl Default for TokenConfig {
    fn default() -> Self {
        Self { lifetime_seconds: 3600, omit_expires_in: false, invalidates_previous: false }
    }
}

/// How a webhook's body is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// `multipart/form-data` with one field, `data`: what the documentation records.
    Multipart,
    /// `application/x-www-form-urlencoded` with `data=`.
    Form,
    /// A plain JSON body.
    Json,
}

/// How faithfully webhooks are delivered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeliveryConfig {
    /// The body's form.
    pub encoding: Encoding,
    /// Share sent twice.
    pub duplicate: f64,
    /// Share never sent.
    pub lose: f64,
    /// Milliseconds before each delivery.
    pub delay_ms: u64,
    /// Share held back, so that later ones overtake it.
    pub reorder: f64,
    /// Milliseconds that those are held back.
    pub reorder_ms: u64,
    /// Further tries, one second apart, after an answer that is not 2xx.
    pub retries: u32,
    /// Share of payloads with `order` as one object instead of an array.
    pub bare_order: f64,
    /// Send only the fields that the registration lists.
    pub honour_fields: bool,
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
            honour_fields: false,
        }
    }
}
