//! Settings of the merchant.

use super::tone::Tone;
use crate::domain::{Frequency, Resource, Store};
use crate::pages::texts::Texts;

/// A choice of the sync frequency.
pub(super) struct Speed {
    /// Name in the form and the API.
    pub(super) value: &'static str,
    pub(super) label: &'static str,
    pub(super) is_chosen: bool,
}

/// Whether a kind of records is shared with the assistant.
pub(super) struct ShareView {
    pub(super) resource: &'static str,
    pub(super) name: &'static str,
    pub(super) is_shared: bool,
    pub(super) tone: Tone,
    pub(super) state: &'static str,
}

pub(super) fn speeds(chosen: Frequency, texts: &'static Texts) -> Vec<Speed> {
    let words = &texts.settings;
    let label = |frequency| match frequency {
        Frequency::QuarterHourly => words.quarter_hourly,
        Frequency::HalfHourly => words.half_hourly,
        Frequency::Hourly => words.hourly,
        Frequency::SixHourly => words.six_hourly,
        Frequency::Daily => words.daily,
    };
    let speed = |frequency: Frequency| Speed {
        value: frequency.as_str(),
        label: label(frequency),
        is_chosen: frequency == chosen,
    };
    Frequency::ALL.map(speed).into()
}

pub(super) fn shares(store: &Store, texts: &'static Texts) -> Vec<ShareView> {
    let words = &texts.sharing;
    let share = |resource: Resource| {
        let (tone, state) = match store.not_shared.get(&resource) {
            None => (Tone::Well, words.shared),
            Some(not_shared) if not_shared.erased => (Tone::Quiet, words.not_shared),
            Some(_) => (Tone::Busy, words.erasing),
        };
        ShareView {
            resource: resource.as_str(),
            name: texts.resource(resource),
            is_shared: store.shares(resource),
            tone,
            state,
        }
    };
    Resource::ALL.map(share).into()
}
