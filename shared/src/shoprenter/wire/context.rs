//! What must be known of a shop before its records can be understood.

use jiff::tz::TimeZone;

use super::language::Languages;
use super::setting::default_time_zone;

/// Read once a run, used for every record.
#[derive(Debug, Clone)]
pub struct ShopContext {
    /// The shop's languages by their resource ids.
    pub languages: Languages,
    /// The zone that the shop's local times are in.
    pub time_zone: TimeZone,
}

impl Default for ShopContext {
    /// No languages (texts are then filed under the language's resource id) and Hungarian time.
    fn default() -> Self {
        Self { languages: Languages::default(), time_zone: default_time_zone() }
    }
}
