//! What must be known of a shop before its records can be understood.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::language::Languages;
use super::setting::default_time_zone;
use super::status::OrderStatuses;
use crate::domain::Country;

/// Read once a run, used for every record, and kept for whoever reads a single one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ShopContext {
    /// The shop's languages by their resource ids.
    pub languages: Languages,
    /// What its order statuses are called.
    pub statuses: OrderStatuses,
    /// The country whose telephone numbers need no country code.
    pub country: Country,
    /// The zone that the shop's local times are in.
    #[serde(with = "jiff::fmt::serde::tz::required")]
    pub time_zone: TimeZone,
}

impl Default for ShopContext {
    /// No languages (texts are then filed under the language's resource id), no statuses, and what
    /// holds in Hungary.
    fn default() -> Self {
        Self {
            languages: Languages::default(),
            statuses: OrderStatuses::default(),
            country: Country::HUNGARY,
            time_zone: default_time_zone(),
        }
    }
}
