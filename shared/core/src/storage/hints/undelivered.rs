//! Changes of an order that earlier deliveries may have left unpublished.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;

use super::HintTicket;
use crate::domain::Generation;
use crate::domain::random;

/// State of an order's row at the time of the claim.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Undelivered {
    /// Deliveries that stopped without reporting an outcome.
    dead: Vec<String>,
    /// How many deliveries gave up after writing.
    unpublished: i64,
    /// Whether the row belongs to an install that has ended.
    is_void: bool,
    /// Whether other deliveries may be in progress; each publishes what it writes.
    pub(super) others_in_progress: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Row {
    generation: Generation,
    #[serde(rename = "at_work", default)]
    in_progress: BTreeSet<String>,
    #[serde(rename = "untold", default)]
    unpublished: i64,
}

/// Creates a unique name for a delivery that starts `now`. The name includes the time, so that
/// others see how long the delivery has been in progress.
pub(super) fn owner_at(now: Timestamp) -> String {
    format!("{}-{}", now.as_millisecond(), random::hex::<12>())
}

fn began_at(owner: &str) -> i64 {
    let millis = owner.split('-').next().and_then(|millis| millis.parse().ok());
    millis.unwrap_or(i64::MIN)
}

impl Row {
    /// Returns the undelivered changes that the holder of `ticket` takes over. Deliveries started
    /// at `stale` or before count as stopped.
    pub(super) fn undelivered(self, ticket: &HintTicket, stale: i64) -> Undelivered {
        let is_void = self.generation != ticket.generation;
        let is_dead = |owner: &String| is_void || began_at(owner) <= stale;
        let others = self.in_progress.into_iter().filter(|owner| *owner != ticket.owner);
        let (dead, alive): (Vec<_>, Vec<_>) = others.partition(is_dead);
        Undelivered {
            dead,
            unpublished: self.unpublished,
            is_void,
            others_in_progress: !alive.is_empty(),
        }
    }
}

impl Undelivered {
    pub(super) fn is_any(&self) -> bool {
        !self.is_void && (self.unpublished > 0 || !self.dead.is_empty())
    }

    /// The stopped deliveries and the number of abandoned ones, both settled by a published event.
    pub(super) fn delivered(&self) -> (&[String], i64) {
        (&self.dead, self.unpublished)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;

    fn ticket(began: i64) -> HintTicket {
        let store = "platform:demo".parse().unwrap();
        let now = Timestamp::from_millisecond(began).unwrap();
        HintTicket::new(&store, Generation(2), "order", now)
    }

    fn row(generation: u64, unpublished: i64, began: &[i64]) -> Row {
        let owner = |began: &i64| owner_at(Timestamp::from_millisecond(*began).unwrap());
        let in_progress = began.iter().map(owner).collect();
        Row { generation: Generation(generation), in_progress, unpublished }
    }

    #[test]
    fn delivery_in_progress_publishes_its_own_changes() {
        let undelivered = row(2, 0, &[NOW - 100]).undelivered(&ticket(NOW), NOW - 5_000);
        assert!(!undelivered.is_any() && undelivered.others_in_progress);
    }

    #[test]
    fn stale_or_abandoned_delivery_leaves_order_undelivered() {
        let dead = row(2, 0, &[NOW - 5_000]).undelivered(&ticket(NOW), NOW - 5_000);
        assert!(dead.is_any() && !dead.others_in_progress);
        let gave_up = row(2, 1, &[]).undelivered(&ticket(NOW), NOW - 5_000);
        assert!(gave_up.is_any());
    }

    #[test]
    fn ended_install_clears_undelivered_changes() {
        let undelivered = row(1, 2, &[NOW - 100]).undelivered(&ticket(NOW), NOW - 5_000);
        assert!(!undelivered.is_any() && !undelivered.others_in_progress);
        assert_eq!((undelivered.delivered().0.len(), undelivered.delivered().1), (1, 2));
    }

    #[test]
    fn own_ticket_is_not_another_delivery() {
        let own = ticket(NOW);
        let row = Row {
            generation: Generation(2),
            in_progress: [own.owner.clone()].into(),
            unpublished: 0,
        };
        assert!(!row.undelivered(&own, NOW - 5_000).others_in_progress);
    }
}
