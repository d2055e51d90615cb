//! Filters of a collection.

use jiff::{Timestamp, ToSpan, civil::DateTime, tz::TimeZone};

use crate::wire::reference::STORNO_STATUS;

/// One end of a range of zoneless dates, as the shop's database compares them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Edge {
    pub(crate) at: DateTime,
    pub(crate) inclusive: bool,
}

/// Range of a date.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Window {
    pub(crate) from: Option<Edge>,
    pub(crate) until: Option<Edge>,
}

impl Window {
    const fn is_open(&self) -> bool {
        self.from.is_none() && self.until.is_none()
    }

    /// A zero date precedes all others.
    fn admits(&self, date: Option<Timestamp>, zone: &TimeZone) -> bool {
        if self.is_open() {
            return true;
        }
        let Some(date) = date else { return self.from.is_none() };
        let local = zone.to_datetime(date);
        let after = |edge: Edge| local > edge.at || (edge.inclusive && local == edge.at);
        let before = |edge: Edge| local < edge.at || (edge.inclusive && local == edge.at);
        self.from.is_none_or(after) && self.until.is_none_or(before)
    }

    /// Cheap check whether a date is so far outside the range that its zone does not matter.
    fn is_far_from(&self, date: Option<Timestamp>) -> bool {
        let (Some(date), Some(edge)) = (date, self.from) else { return false };
        let latest = TimeZone::UTC.to_timestamp(edge.at).ok();
        latest.and_then(|edge| edge.checked_sub(26.hours()).ok()).is_some_and(|edge| date < edge)
    }
}

/// Combination of all filters.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    pub(crate) created: Window,
    pub(crate) updated: Window,
    pub(crate) inner_id: Option<u32>,
    pub(crate) inner_id_min: Option<u32>,
    pub(crate) email: Option<String>,
    pub(crate) without_abandoned: bool,
    pub(crate) without_storno: bool,
}

impl Filter {
    pub(crate) fn admits_dates(
        &self,
        created: Option<Timestamp>,
        updated: Option<Timestamp>,
        zone: &TimeZone,
    ) -> bool {
        !self.updated.is_far_from(updated)
            && !self.created.is_far_from(created)
            && self.updated.admits(updated, zone)
            && self.created.admits(created, zone)
    }

    pub(crate) const fn needs_dates(&self) -> bool {
        !(self.created.is_open() && self.updated.is_open())
    }

    pub(crate) const fn needs_status(&self) -> bool {
        self.without_abandoned || self.without_storno
    }

    pub(crate) fn admits_status(&self, status: Option<u32>) -> bool {
        !(self.without_abandoned && status.is_none()
            || self.without_storno && status == Some(STORNO_STATUS))
    }

    pub(crate) fn admits_email(&self, email: Option<&str>) -> bool {
        self.email
            .as_deref()
            .is_none_or(|wanted| email.is_some_and(|e| e.eq_ignore_ascii_case(wanted)))
    }
}
