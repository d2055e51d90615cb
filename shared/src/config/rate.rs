//! How often a shop may be asked, and what of that is kept for whoever cannot wait.

use jiff::SignedDuration;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{ConfigError, Environment};

const LIMIT: &str = "SHOPRENTER_RATE_LIMIT";
const SHARE: &str = "SHOPRENTER_RATE_SHARE";
/// ShopRenter's documented limit.
const DEFAULT_LIMIT: Decimal = Decimal::from_parts(3, 0, 0, false, 0);
const DEFAULT_SHARE: Decimal = Decimal::from_parts(34, 0, 0, false, 2);
/// What is left unused so that requests whose ways differ never come too close: 3.5 %. At three a
/// second, three intervals are 35 ms longer than a second.
const HEADROOM: i64 = 1_035;

/// A shop's rate limit, in thousandths throughout: no float decides when a request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    per_second_milli: i64,
    share_milli: i64,
}

impl RateLimit {
    pub(super) fn from_environment(environment: &Environment<'_>) -> Result<Self, ConfigError> {
        let milli = |variable, default: Decimal| match environment.optional(variable) {
            None => in_thousandths(default),
            Some(text) => text.parse().ok().and_then(in_thousandths),
        };
        let per_second_milli = milli(LIMIT, DEFAULT_LIMIT)
            .filter(|milli| (1..=1_000_000).contains(milli))
            .ok_or(ConfigError::Malformed {
                variable: LIMIT,
                expected: "a number above 0 and up to 1000, with three decimals at the most",
            })?;
        let share_milli = milli(SHARE, DEFAULT_SHARE)
            .filter(|milli| (0..=900).contains(milli))
            .ok_or(ConfigError::Malformed {
                variable: SHARE,
                expected: "a number from 0 to 0.9, with three decimals at the most",
            })?;
        Ok(Self { per_second_milli, share_milli })
    }

    /// How far two requests to a shop are apart, whoever sends them.
    pub fn interval(&self) -> SignedDuration {
        SignedDuration::from_millis(divide_up(HEADROOM * 1_000, self.per_second_milli))
    }

    /// How far the requests of background work are apart at the most, while it has some and
    /// others want all they can get.
    pub fn background_interval(&self) -> SignedDuration {
        let interval_us = divide_up(HEADROOM * 1_000_000, self.per_second_milli);
        SignedDuration::from_millis(divide_up(interval_us, 1_000 - self.share_milli))
    }
}

fn in_thousandths(number: Decimal) -> Option<i64> {
    let milli = number.checked_mul(Decimal::ONE_THOUSAND)?;
    milli.is_integer().then(|| milli.to_i64()).flatten()
}

/// Rounded up: an interval that is too short exceeds the limit. `by` is never zero here.
fn divide_up(number: i64, by: i64) -> i64 {
    let by = by.max(1);
    (number + by - 1) / by
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(limit: Option<&str>, share: Option<&str>) -> Result<RateLimit, String> {
        let lookup = |name: &str| match name {
            LIMIT => limit.map(str::to_owned),
            SHARE => share.map(str::to_owned),
            _ => None,
        };
        RateLimit::from_environment(&Environment::new(&lookup)).map_err(|error| error.to_string())
    }

    fn intervals_ms(limit: &str, share: &str) -> (i128, i128) {
        let limit = read(Some(limit), Some(share)).unwrap();
        (limit.interval().as_millis(), limit.background_interval().as_millis())
    }

    #[test]
    fn three_a_second_and_a_third_for_whoever_cannot_wait_is_the_default() {
        assert_eq!(read(None, None), read(Some("3"), Some("0.34")));
        assert_eq!(intervals_ms("3", "0.34"), (345, 523));
    }

    #[test]
    fn intervals_never_exceed_the_limit() {
        assert_eq!(intervals_ms("1000", "0"), (2, 2));
        assert_eq!(intervals_ms("0.5", "0.9"), (2_070, 20_700));
        assert_eq!(intervals_ms("4.5", "0.5"), (230, 460));
        assert_eq!(intervals_ms("0.001", "0"), (1_035_000, 1_035_000));
    }

    #[test]
    fn what_is_no_limit_is_refused_by_name() {
        for limit in ["0", "-1", "1000.1", "three", "0.0001", "3/s"] {
            let error = read(Some(limit), None).unwrap_err();
            assert!(error.starts_with("SHOPRENTER_RATE_LIMIT must be a number"), "{limit}");
        }
        for share in ["-0.1", "0.91", "1", "34%", "a third"] {
            let error = read(None, Some(share)).unwrap_err();
            assert!(error.starts_with("SHOPRENTER_RATE_SHARE must be a number"), "{share}");
        }
    }
}
