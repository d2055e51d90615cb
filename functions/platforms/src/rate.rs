//! A platform's rate limit, read from two environment variables.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use shopcall_core::domain::RateLimit;
use shopcall_core::runtime::config::{ConfigError, Environment};

/// Requests per second in thousandths: three, ShopRenter's documented limit.
const DEFAULT_LIMIT: i64 = 3_000;
/// Share reserved for interactive requests, in thousandths: about one third.
const DEFAULT_SHARE: i64 = 340;

/// Reads requests per second from the variable `limit`, and the share reserved for interactive
/// requests from `share`.
pub(crate) fn read(
    environment: &Environment<'_>,
    limit: &'static str,
    share: &'static str,
) -> Result<RateLimit, ConfigError> {
    let milli = |variable, default| match environment.optional(variable) {
        None => Some(default),
        Some(text) => text.parse().ok().and_then(in_thousandths),
    };
    let malformed_limit = ConfigError::Malformed {
        variable: limit,
        expected: "a number above 0 and up to 1000, with at most three decimals",
    };
    let malformed_share = ConfigError::Malformed {
        variable: share,
        expected: "a number from 0 to 0.9, with at most three decimals",
    };
    let per_second =
        milli(limit, DEFAULT_LIMIT).filter(|milli| RateLimit::new(*milli, 0).is_some());
    let per_second = per_second.ok_or(malformed_limit)?;
    let share = milli(share, DEFAULT_SHARE).and_then(|share| RateLimit::new(per_second, share));
    share.ok_or(malformed_share)
}

fn in_thousandths(number: Decimal) -> Option<i64> {
    let milli = number.checked_mul(Decimal::ONE_THOUSAND)?;
    milli.is_integer().then(|| milli.to_i64()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: &str = "SHOPRENTER_RATE_LIMIT";
    const SHARE: &str = "SHOPRENTER_RATE_SHARE";

    fn limits(limit: Option<&str>, share: Option<&str>) -> Result<RateLimit, String> {
        let lookup = |name: &str| match name {
            LIMIT => limit.map(str::to_owned),
            SHARE => share.map(str::to_owned),
            _ => None,
        };
        read(&Environment::new(&lookup), LIMIT, SHARE).map_err(|error| error.to_string())
    }

    fn intervals_ms(limit: &str, share: &str) -> (i128, i128) {
        let limit = limits(Some(limit), Some(share)).unwrap();
        (limit.interval().as_millis(), limit.background_interval().as_millis())
    }

    #[test]
    fn three_requests_a_second_are_the_default() {
        assert_eq!(limits(None, None), limits(Some("3"), Some("0.34")));
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
    fn malformed_limit_error_names_the_variable() {
        for limit in ["0", "-1", "1000.1", "three", "0.0001", "3/s"] {
            let error = limits(Some(limit), None).unwrap_err();
            assert!(error.starts_with("SHOPRENTER_RATE_LIMIT must be a number"), "{limit}");
        }
        for share in ["-0.1", "0.91", "1", "34%", "a third"] {
            let error = limits(None, Some(share)).unwrap_err();
            assert!(error.starts_with("SHOPRENTER_RATE_SHARE must be a number"), "{share}");
        }
    }
}
