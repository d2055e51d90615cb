//! Rates of irregularities in a shop's data.

use serde::{Deserialize, Serialize};

/// Rates, from 0 to 1, of irregularities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quirks {
    /// Absent optional values.
    pub absent: f64,
    /// Absent values spelled `{}`, `[]` or `null` instead of `""`.
    pub odd_empties: f64,
    /// Absent values whose field is omitted.
    pub missing_fields: f64,
    /// Numbers written as JSON numbers instead of strings.
    pub bare_numbers: f64,
    /// Records with a zero date as `dateUpdated`.
    pub zero_dates: f64,
    /// Dates with a space instead of a `T`.
    pub spaced_dates: f64,
    /// Single-language products whose `productDescriptions` is a bare object.
    pub bare_descriptions: f64,
    /// Records with undocumented fields.
    pub unknown_fields: f64,
    /// Undecodable records.
    pub poison: f64,
    /// Answers wrapped in `{"response": …}`.
    pub wrapped: f64,
    /// Whether `items` is a bare object if there is one item.
    pub bare_items: bool,
    /// Whether pages of the product brief's dialect come without `pagination`.
    pub no_pagination: bool,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            absent: 0.1,
            odd_empties: 0.5,
            missing_fields: 0.05,
            bare_numbers: 0.1,
            zero_dates: 0.01,
            spaced_dates: 0.1,
            bare_descriptions: 0.5,
            unknown_fields: 0.1,
            poison: 0.0,
            wrapped: 0.0,
            bare_items: true,
            no_pagination: false,
        }
    }
}

impl Quirks {
    /// No irregularities.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            absent: 0.0,
            odd_empties: 0.0,
            missing_fields: 0.0,
            bare_numbers: 0.0,
            zero_dates: 0.0,
            spaced_dates: 0.0,
            bare_descriptions: 0.0,
            unknown_fields: 0.0,
            poison: 0.0,
            wrapped: 0.0,
            bare_items: false,
            no_pagination: false,
        }
    }
}
