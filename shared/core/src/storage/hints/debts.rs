//! What earlier deliveries of an order may have left untold.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;

use super::HintTicket;
use crate::domain::Generation;
use crate::domain::random;

/// What is found in the row of an order when it is claimed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Debts {
    /// Deliveries that are at work no more and have not said how they ended.
    dead: Vec<String>,
    /// How many gave up.
    untold: i64,
    /// Whether all this is of an install that has ended, and concerns nobody.
    is_void: bool,
    /// Whether others may be at work still. What they write they tell of themselves.
    pub(super) others_at_work: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Row {
    generation: Generation,
    #[serde(default)]
    at_work: BTreeSet<String>,
    #[serde(default)]
    untold: i64,
}

/// Names a delivery that begins `now`: by the time, so that others can tell how long it has been
/// at work.
pub(super) fn owner_at(now: Timestamp) -> String {
    format!("{}-{}", now.as_millisecond(), random::hex::<12>())
}

fn began_at(owner: &str) -> i64 {
    let millis = owner.split('-').next().and_then(|millis| millis.parse().ok());
    millis.unwrap_or(i64::MIN)
}

impl Row {
    /// What this row means to the holder of `ticket`; who began at `stale` or before is dead.
    pub(super) fn debts(self, ticket: &HintTicket, stale: i64) -> Debts {
        let is_void = self.generation != ticket.generation;
        let is_dead = |owner: &String| is_void || began_at(owner) <= stale;
        let others = self.at_work.into_iter().filter(|owner| *owner != ticket.owner);
        let (dead, alive): (Vec<_>, Vec<_>) = others.partition(is_dead);
        Debts { dead, untold: self.untold, is_void, others_at_work: !alive.is_empty() }
    }
}

impl Debts {
    pub(super) fn are_owed(&self) -> bool {
        !self.is_void && (self.untold > 0 || !self.dead.is_empty())
    }

    /// Which deliveries, and how many of those that gave up, need no more telling for.
    pub(super) fn paid(&self) -> (&[String], i64) {
        (&self.dead, self.untold)
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

    fn row(generation: u64, untold: i64, began: &[i64]) -> Row {
        let owner = |began: &i64| owner_at(Timestamp::from_millisecond(*began).unwrap());
        let at_work = began.iter().map(owner).collect();
        Row { generation: Generation(generation), at_work, untold }
    }

    #[test]
    fn a_delivery_at_work_tells_of_its_changes_itself() {
        let debts = row(2, 0, &[NOW - 100]).debts(&ticket(NOW), NOW - 5_000);
        assert!(!debts.are_owed() && debts.others_at_work);
    }

    #[test]
    fn one_that_has_been_at_work_for_too_long_or_gave_up_left_a_debt() {
        let dead = row(2, 0, &[NOW - 5_000]).debts(&ticket(NOW), NOW - 5_000);
        assert!(dead.are_owed() && !dead.others_at_work);
        let gave_up = row(2, 1, &[]).debts(&ticket(NOW), NOW - 5_000);
        assert!(gave_up.are_owed());
    }

    #[test]
    fn the_debts_of_an_ended_install_are_cleared_and_not_paid() {
        let debts = row(1, 2, &[NOW - 100]).debts(&ticket(NOW), NOW - 5_000);
        assert!(!debts.are_owed() && !debts.others_at_work);
        assert_eq!((debts.paid().0.len(), debts.paid().1), (1, 2));
    }

    #[test]
    fn a_delivery_is_no_debtor_of_its_own() {
        let own = ticket(NOW);
        let row = Row { generation: Generation(2), at_work: [own.owner.clone()].into(), untold: 0 };
        assert!(!row.debts(&own, NOW - 5_000).others_at_work);
    }
}
