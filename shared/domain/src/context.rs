//! What must be known of a shop before its records can be decoded.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Country;

/// Read at the start of a run, and stored for whoever decodes a single record later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShopContext {
    /// What only the platform's own code can interpret, such as the names of order statuses.
    #[serde(flatten)]
    pub details: Map<String, Value>,
    /// The country whose telephone numbers are written without a country code.
    pub country: Country,
    /// The time zone of the shop's local times.
    #[serde(with = "jiff::fmt::serde::tz::required")]
    pub time_zone: TimeZone,
}

impl Default for ShopContext {
    /// No details, and Hungary, where the first platform's shops are.
    fn default() -> Self {
        Self {
            details: Map::new(),
            country: Country::HUNGARY,
            time_zone: TimeZone::get("Europe/Budapest").unwrap_or(TimeZone::UTC),
        }
    }
}

/// A context as a platform's API returned it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadContext {
    /// The context.
    pub context: ShopContext,
    /// Whether the shop itself named its time zone, rather than the default being used.
    pub is_time_zone_known: bool,
}
