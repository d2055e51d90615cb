//! A point in time: the API gives the shop's local time without naming the zone.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::{DecodeError, Scalar};

/// Reads local times of one shop.
pub(in super::super) struct Instant<'z> {
    /// The shop's zone (`config_timezone`).
    pub(in super::super) zone: &'z TimeZone,
}

impl Instant<'_> {
    /// The moment that a local date and time means, or none for every spelling of no date
    /// (`0000-00-00`, `0000-00-00 00:00:00`, `-0001-11-30T00:00:00`).
    ///
    /// Where clocks go forward, a time that never was counts from before the change (02:30 is
    /// 03:30 summer time); where they go back, the first of the two is meant. A date alone is its
    /// midnight. A time that does name its offset keeps it.
    pub(in super::super) fn read(
        &self,
        value: &Scalar<'_>,
        field: &'static str,
    ) -> Result<Option<Timestamp>, DecodeError> {
        let unusable = DecodeError::Unusable { field };
        match (value, value.text()) {
            (Scalar::Composite | Scalar::Flag(_), _) => Err(unusable),
            (_, None) => Ok(None),
            (_, Some(text)) if is_zero_date(text) => Ok(None),
            (_, Some(text)) => self.parse(text).map(Some).ok_or(unusable),
        }
    }

    fn parse(&self, text: &str) -> Option<Timestamp> {
        const LOCAL: usize = "2017-10-20T09:25:30".len();
        if text.len() > LOCAL
            && let Ok(moment) = text.parse::<Timestamp>()
        {
            return Some(moment);
        }
        let local: DateTime = text.parse().ok()?;
        self.zone.to_timestamp(local).ok()
    }
}

/// No shop is older than the year 1: what comes before it is how MySQL and PHP write "never".
fn is_zero_date(text: &str) -> bool {
    text.starts_with('-') || text.starts_with("0000") || text == "0"
}
