//! What the merchant can choose.

use super::view::Tone;
use crate::domain::{Frequency, Resource, Store};
use crate::pages::texts::Texts;

/// A choice of how often.
pub(super) struct Speed {
    /// Its name in the form, and in the API.
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
        let (tone, state) = match store.withheld.get(&resource) {
            None => (Tone::Well, words.shared),
            Some(withheld) if withheld.erased => (Tone::Quiet, words.withheld),
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
