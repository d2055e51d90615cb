//! Shop settings that are needed to decode the shop's records.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Country;

/// Settings read at the start of a run, and stored for decoding single records later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShopContext {
    /// Platform-specific settings, such as the names of order statuses.
    #[serde(flatten)]
    pub details: Map<String, Value>,
    /// The country assumed for telephone numbers without a country code.
    pub country: Country,
    /// The code of the shop's default language (`hu`), if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The time zone of the shop's local times.
    #[serde(with = "jiff::fmt::serde::tz::required")]
    pub time_zone: TimeZone,
}

impl Default for ShopContext {
    /// No details; Hungary, where the first platform's shops are.
    fn default() -> Self {
        Self {
            details: Map::new(),
            country: Country::HUNGARY,
            language: None,
            time_zone: TimeZone::get("Europe/Budapest").unwrap_or(TimeZone::UTC),
        }
    }
}

/// A context as a platform's API returned it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadContext {
    /// The context.
    pub context: ShopContext,
    /// Whether the time zone comes from the shop rather than from the default.
    pub is_time_zone_known: bool,
}
