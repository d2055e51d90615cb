//! Configuration of a shop: size, quirks and limits.

mod limits;
mod quirks;

use std::collections::BTreeSet;

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::ControlError;
pub use limits::{DeliveryConfig, Encoding, OuterIdForm, RateConfig, TokenConfig, WindowMode};
pub use quirks::Quirks;

/// Maximum number of generated records of one kind.
pub const MAX_RECORDS: u32 = 200_000;

/// Configuration of a shop. Every field has a default; `PUT /_control/shops/{shop}` accepts any
/// subset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShopConfig {
    /// Seed of the generation: the same seed generates the same shop.
    pub seed: u64,
    /// Number of generated products. Fixed once the shop exists, as are `seed`, `orders` and
    /// `customers`.
    pub products: u32,
    /// Number of generated orders.
    pub orders: u32,
    /// Number of generated customers.
    pub customers: u32,
    /// Language codes, the shop's default first; `hu`, `en` and `de` are known.
    pub languages: Vec<String>,
    /// IANA time zone of the API's zoneless dates.
    pub timezone: String,
    /// ISO 4217 code of the shop's prices.
    pub currency: String,
    /// Primary domain; `www.{shop}.example` if absent.
    pub primary_domain: Option<String>,
    /// Upper bound for the dates of generated records.
    pub newest: Timestamp,
    /// Share of products with a special price.
    pub specials: f64,
    /// Whether `dateTo` is the last day of a special price instead of its end.
    pub specials_include_last_day: bool,
    /// Share of orders without a status.
    pub abandoned_carts: f64,
    /// Share of orders without a customer.
    pub guests: f64,
    /// Share of orders that were given an outer id, which the API uses instead of the order's own.
    pub outer_ids: f64,
    /// Share of telephone fields with two numbers, a remark or an extension.
    pub crowded_phones: f64,
    /// Share of guests' orders from abroad, with telephone numbers without a country code.
    pub foreign_buyers: f64,
    /// Share of orders in euros, if the shop's currency is the forint.
    pub foreign_currency: f64,
    /// Whether `total` and the values of `orderTotals` are in the order's currency, which the
    /// documentation does not specify.
    pub totals_in_order_currency: bool,
    /// Whether the app is initially installed.
    pub installed: bool,
    /// Scopes granted by the merchant.
    pub scopes: BTreeSet<String>,
    /// Official API, or the dialect of the product brief.
    pub dialect: Dialect,
    /// Format of an error's body.
    pub error_shape: ErrorShape,
    /// Answer to a request whose scope is missing.
    pub permission_refusal: PermissionRefusal,
    /// Format of the admin's app page.
    pub admin_page: AdminPage,
    /// Whether opening the app's page in the admin of a shop without the app starts the install.
    pub install_from_admin: bool,
    /// Status of the token endpoint for a shop that uninstalled the app: 401 or 403.
    pub uninstalled_status: u16,
    /// Whether webhooks survive an uninstall, which the documentation does not specify.
    pub keep_webhooks: bool,
    /// Whether registering the same event and address twice is refused with 409.
    pub webhook_conflict: bool,
    /// Irregularities of the data.
    pub quirks: Quirks,
    /// Rate limit.
    pub rate: RateConfig,
    /// Tokens.
    pub token: TokenConfig,
    /// Webhook delivery.
    pub delivery: DeliveryConfig,
}

/// Scopes requested by the application.
pub const DEFAULT_SCOPES: [&str; 18] = [
    "product.product:read",
    "product.category:read",
    "product.manufacturer:read",
    "product.attribute:read",
    "product.stockStatus:read",
    "customer.customer:read",
    "order.order:read",
    "order.status:read",
    "store.webhook:read",
    "store.webhook:write",
    "store.setting:read",
    "store.domain:read",
    "localization.language:read",
    "localization.currency:read",
    "cms.information:read",
    "shipping.shippingMethod:read",
    "taxClass.taxClass:read",
    "payment.paymentMethod:read",
];

impl Default for ShopConfig {
    fn default() -> Self {
        Self {
            seed: 1,
            products: 100,
            orders: 50,
            customers: 40,
            languages: vec!["hu".to_owned()],
            timezone: "Europe/Budapest".to_owned(),
            currency: "HUF".to_owned(),
            primary_domain: None,
            newest: Timestamp::constant(1_782_777_600, 0),
            specials: 0.2,
            specials_include_last_day: false,
            abandoned_carts: 0.05,
            guests: 0.2,
            outer_ids: 0.0,
            crowded_phones: 0.0,
            foreign_buyers: 0.1,
            foreign_currency: 0.1,
            totals_in_order_currency: false,
            installed: false,
            scopes: DEFAULT_SCOPES.iter().map(|&scope| scope.to_owned()).collect(),
            dialect: Dialect::Official,
            error_shape: ErrorShape::Flat,
            permission_refusal: PermissionRefusal::Coded,
            admin_page: AdminPage::Iframe,
            install_from_admin: true,
            uninstalled_status: 401,
            keep_webhooks: false,
            webhook_conflict: false,
            quirks: Quirks::default(),
            rate: RateConfig::default(),
            token: TokenConfig::default(),
            delivery: DeliveryConfig::default(),
        }
    }
}

impl ShopConfig {
    /// Creates a configuration with the given sizes and the defaults.
    #[must_use]
    pub fn sized(products: u32, orders: u32, customers: u32) -> Self {
        Self { products, orders, customers, ..Self::default() }
    }

    pub(crate) fn check(&self) -> Result<TimeZone, ControlError> {
        if [self.products, self.orders, self.customers].iter().any(|&n| n > MAX_RECORDS) {
            return Err(ControlError::invalid(format!("at most {MAX_RECORDS} records of a kind")));
        }
        if self.languages.is_empty()
            || self.languages.iter().any(|code| !["hu", "en", "de"].contains(&code.as_str()))
        {
            return Err(ControlError::invalid("languages: one to three of hu, en, de"));
        }
        if ![401, 403].contains(&self.uninstalled_status) {
            return Err(ControlError::invalid("uninstalled_status: 401 or 403"));
        }
        if self.rate.per_second == 0 {
            return Err(ControlError::invalid("rate.per_second: at least 1"));
        }
        TimeZone::get(&self.timezone)
            .map_err(|_| ControlError::invalid(format!("timezone: {} is unknown", self.timezone)))
    }
}

/// Contract of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// ShopRenter's documented contract.
    Official,
    /// Flat products, orders and customers in `{items, pagination}` pages counted from 1.
    Brief,
}

/// Format of an error's body, which the documentation does not specify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorShape {
    /// `{"error": 40401, "message": "…"}`
    Flat,
    /// As `Flat`, with the code as a string.
    Text,
    /// `{"error": {"code": 40401, "message": "…"}}`
    Nested,
}

/// Answer to a request whose scope is missing: both are documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PermissionRefusal {
    /// 401 with code 40101.
    Coded,
    /// 403 without a code.
    Plain,
}

/// Answer of the admin's app page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdminPage {
    /// HTML with an iframe on the entry point.
    Iframe,
    /// A redirect to the entry point.
    Redirect,
}
