//! What must be known of a shop before its records can be decoded.

use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shopcall_domain::Country;

use super::language::Languages;
use super::setting::default_time_zone;
use super::status::OrderStatuses;

/// Read once a run, and used for every record.
#[derive(Debug, Clone)]
pub(crate) struct ShopContext {
    /// The shop's languages by their resource ids.
    pub languages: Languages,
    /// The names of its order statuses.
    pub statuses: OrderStatuses,
    /// The country whose telephone numbers are written without a country code.
    pub country: Country,
    /// The time zone of the shop's local times.
    pub time_zone: TimeZone,
}

impl Default for ShopContext {
    /// No languages (texts are then filed under the language's resource id), no statuses, and what
    /// is usual in Hungary.
    fn default() -> Self {
        Self {
            languages: Languages::default(),
            statuses: OrderStatuses::default(),
            country: Country::HUNGARY,
            time_zone: default_time_zone(),
        }
    }
}

impl ShopContext {
    /// The context as the product stores it.
    pub(crate) fn to_domain(&self) -> shopcall_domain::ShopContext {
        let details = [
            ("languages", serde_json::to_value(&self.languages)),
            ("statuses", serde_json::to_value(&self.statuses)),
        ];
        let details = details.into_iter();
        shopcall_domain::ShopContext {
            details: details.filter_map(|(name, value)| Some((name.into(), value.ok()?))).collect(),
            country: self.country,
            time_zone: self.time_zone.clone(),
        }
    }

    /// A stored context. Details that cannot be read, because another version wrote them, are left
    /// out.
    pub(crate) fn from_domain(stored: &shopcall_domain::ShopContext) -> Self {
        Self {
            languages: detail(stored.details.get("languages")),
            statuses: detail(stored.details.get("statuses")),
            country: stored.country,
            time_zone: stored.time_zone.clone(),
        }
    }
}

fn detail<T: DeserializeOwned + Default>(value: Option<&Value>) -> T {
    value.and_then(|value| serde_json::from_value(value.clone()).ok()).unwrap_or_default()
}
