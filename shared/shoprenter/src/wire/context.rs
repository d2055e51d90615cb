//! Settings of a shop needed to decode its records.

use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shopcall_domain::Country;

use super::language::Languages;
use super::names::ProductNames;
use super::setting::{WAREHOUSES, default_time_zone};
use super::site::Site;
use super::status::OrderStatuses;

/// Read once per run and used for every record.
#[derive(Debug, Clone)]
pub(crate) struct ShopContext {
    /// Languages of the shop by resource id.
    pub languages: Languages,
    /// Names of the shop's order statuses.
    pub statuses: OrderStatuses,
    /// Names that products refer to; only for a run of products, and not stored.
    pub names: ProductNames,
    /// Hosts of the shop's pages; only for a run of products, and not stored.
    pub site: Option<Site>,
    /// How many of the four warehouses count.
    pub stock_count: usize,
    /// Country of telephone numbers written without a country code.
    pub country: Country,
    /// Code of the shop's default language, if it is known.
    pub language: Option<String>,
    /// Time zone of the shop's local times.
    pub time_zone: TimeZone,
}

impl Default for ShopContext {
    /// No languages and no statuses, so that texts are stored under the language's resource id, and
    /// Hungarian defaults.
    fn default() -> Self {
        Self {
            languages: Languages::default(),
            statuses: OrderStatuses::default(),
            names: ProductNames::default(),
            site: None,
            stock_count: WAREHOUSES,
            country: Country::HUNGARY,
            language: None,
            time_zone: default_time_zone(),
        }
    }
}

impl ShopContext {
    /// Encodes the context for storage.
    pub(crate) fn to_domain(&self) -> shopcall_domain::ShopContext {
        let details = [
            ("languages", serde_json::to_value(&self.languages)),
            ("statuses", serde_json::to_value(&self.statuses)),
        ];
        let details = details.into_iter();
        shopcall_domain::ShopContext {
            details: details.filter_map(|(name, value)| Some((name.into(), value.ok()?))).collect(),
            country: self.country,
            language: self.language.clone(),
            time_zone: self.time_zone.clone(),
        }
    }

    /// Decodes a stored context. Details that another version wrote and that cannot be read are
    /// dropped.
    pub(crate) fn from_domain(stored: &shopcall_domain::ShopContext) -> Self {
        Self {
            languages: detail(stored.details.get("languages")),
            statuses: detail(stored.details.get("statuses")),
            names: ProductNames::default(),
            site: None,
            stock_count: WAREHOUSES,
            country: stored.country,
            language: stored.language.clone(),
            time_zone: stored.time_zone.clone(),
        }
    }
}

fn detail<T: DeserializeOwned + Default>(value: Option<&Value>) -> T {
    value.and_then(|value| serde_json::from_value(value.clone()).ok()).unwrap_or_default()
}
