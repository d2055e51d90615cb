//! Points in time: the API sends the shop's local time without a zone.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::{DecodeError, Scalar};

/// Parses local times of one shop.
pub(in super::super) struct Instant<'z> {
    /// The shop's time zone (`config_timezone`).
    pub(in super::super) zone: &'z TimeZone,
}

impl Instant<'_> {
    /// Converts a local date and time; None for every spelling of no date (`0000-00-00`,
    /// `0000-00-00 00:00:00`, `-0001-11-30T00:00:00`).
    ///
    /// A time skipped when clocks go forward uses the offset before the change (02:30 is 03:30
    /// summer time); a time repeated when they go back is the first of the two. A date alone is its
    /// midnight. A time with an offset keeps it.
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

/// Dates before the year 1 are how MySQL and PHP write "never".
fn is_zero_date(text: &str) -> bool {
    text.starts_with('-') || text.starts_with("0000") || text == "0"
}
