//! Sync frequency and due times.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::StoreId;

/// Time between two scheduled runs, each of which looks for due stores.
pub const SCHEDULE_INTERVAL: SignedDuration = SignedDuration::from_mins(15);

/// The time of the scheduled run after the one at `now`, in whole seconds.
pub fn next_scheduled_run(now: Timestamp) -> Timestamp {
    let seconds = (now + SCHEDULE_INTERVAL).as_second();
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

/// How often a store is synchronised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Frequency {
    /// At every scheduled run.
    #[serde(rename = "15min")]
    QuarterHourly,
    /// Twice an hour.
    #[serde(rename = "30min")]
    HalfHourly,
    /// Once an hour.
    #[default]
    #[serde(rename = "hourly")]
    Hourly,
    /// Four times a day.
    #[serde(rename = "6hours")]
    SixHourly,
    /// Once a day.
    #[serde(rename = "daily")]
    Daily,
}

impl Frequency {
    /// All frequencies, the most frequent first.
    pub const ALL: [Self; 5] =
        [Self::QuarterHourly, Self::HalfHourly, Self::Hourly, Self::SixHourly, Self::Daily];

    /// The name used in rows, by the API and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::QuarterHourly => "15min",
            Self::HalfHourly => "30min",
            Self::Hourly => "hourly",
            Self::SixHourly => "6hours",
            Self::Daily => "daily",
        }
    }

    /// The time from one sync to the next.
    pub fn period(self) -> SignedDuration {
        match self {
            Self::QuarterHourly => SCHEDULE_INTERVAL,
            Self::HalfHourly => SignedDuration::from_mins(30),
            Self::Hourly => SignedDuration::from_hours(1),
            Self::SixHourly => SignedDuration::from_hours(6),
            Self::Daily => SignedDuration::from_hours(24),
        }
    }

    /// The store's next sync time after `now`. Each store has a fixed offset within the period, so
    /// that not all stores sync on the hour.
    pub fn next_after(self, store: &StoreId, now: Timestamp) -> Timestamp {
        let period = self.period().as_secs();
        let past = (now.as_second() - offset(store)).rem_euclid(period);
        let next = now.as_second() + period - past;
        Timestamp::from_second(next).unwrap_or(Timestamp::MAX)
    }
}

/// The store's offset in seconds, spread evenly over any period of up to a day.
fn offset(store: &StoreId) -> i64 {
    let digest = Sha256::digest(store.to_string());
    digest.iter().take(6).fold(0, |number, byte| number << 8 | i64::from(*byte))
}

/// The sync schedule chosen by the merchant or ShopCall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyncConfig {
    /// Whether the store is synchronised regularly.
    pub enabled: bool,
    /// How often.
    pub frequency: Frequency,
}

impl Default for SyncConfig {
    fn default() -> Self {
        Self { enabled: true, frequency: Frequency::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn store(name: &str) -> StoreId {
        format!("platform:{name}").parse().unwrap()
    }

    #[test]
    fn frequency_names_match_the_api() {
        let names = Frequency::ALL.map(|frequency| serde_json::to_value(frequency).unwrap());
        assert_eq!(names, ["15min", "30min", "hourly", "6hours", "daily"]);
        assert_eq!(names, Frequency::ALL.map(Frequency::as_str));
    }

    #[test]
    fn sync_times_are_spread_over_the_hour() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let next = |n| Frequency::Hourly.next_after(&store(&format!("shop-{n}")), now);
        let minutes: BTreeSet<_> = (0..1000).map(|n| next(n).as_second() / 60).collect();
        assert!(minutes.len() > 55, "{} of 60 minutes", minutes.len());
    }

    proptest! {
        #[test]
        fn next_time_repeats_after_exactly_one_period(
            name in "[a-z]{1,20}", second in 0i64..4_000_000_000, which in 0usize..5
        ) {
            let (store, frequency) = (store(&name), Frequency::ALL[which]);
            let now = Timestamp::from_second(second).unwrap();
            let next = frequency.next_after(&store, now);
            prop_assert!(next > now && next <= now + frequency.period());
            prop_assert_eq!(frequency.next_after(&store, next), next + frequency.period());
        }
    }
}
