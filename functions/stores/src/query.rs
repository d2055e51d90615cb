//! Queries of the run logs: limit, position and day.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use shopcall_core::domain::{Resource, RunId, StoreId};
use shopcall_core::runtime::http::{Problem, parameters};
use shopcall_core::storage::RunKey;

const DEFAULT_LIMIT: u8 = 20;
const LIMITS: std::ops::RangeInclusive<u8> = 1..=100;

const BAD_LIMIT: Problem = Problem::BadRequest("limit is a number from 1 to 100");
const BAD_BEFORE: Problem =
    Problem::BadRequest("before is the next of an earlier answer for the same store or day");
const BAD_DAY: Problem = Problem::BadRequest("day is a date such as 2026-03-15");

/// Position in the log: a run and the day (UTC) on which it began.
struct Place {
    key: RunKey,
    day: Date,
}

/// Requested page of a store's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoreListing {
    /// Maximum number of runs.
    pub(crate) limit: u8,
    /// Exclusive upper bound: only runs that began before this one.
    pub(crate) before: Option<RunKey>,
}

/// Requested page of a day's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DayListing {
    /// Maximum number of runs.
    pub(crate) limit: u8,
    /// Exclusive upper bound: only runs that began before this one.
    pub(crate) before: Option<RunKey>,
    /// Day, UTC.
    pub(crate) day: Date,
}

impl StoreListing {
    /// Parses the query of a store's log.
    pub(crate) fn parse(raw_query: &str, store_id: &StoreId) -> Result<Self, Problem> {
        const UNKNOWN: Problem =
            Problem::BadRequest("the query has limit and before, nothing else");
        let [limit, before] = parameters(raw_query, ["limit", "before"], UNKNOWN)?;
        let before = read_before(before)?.map(|place| place.key);
        if before.as_ref().is_some_and(|key| key.store_id != *store_id) {
            return Err(BAD_BEFORE);
        }
        Ok(Self { limit: read_limit(limit)?, before })
    }
}

impl DayListing {
    /// Parses the query of a day's log. Without a day, uses that of `before`, or else `today`.
    pub(crate) fn parse(raw_query: &str, today: Date) -> Result<Self, Problem> {
        const UNKNOWN: Problem =
            Problem::BadRequest("the query has day, limit and before, nothing else");
        let [day, limit, before] = parameters(raw_query, ["day", "limit", "before"], UNKNOWN)?;
        let before = read_before(before)?;
        let day = match (day, &before) {
            (Some(text), _) => read_day(&text)?,
            (None, Some(before)) => before.day,
            (None, None) => today,
        };
        if before.as_ref().is_some_and(|before| before.day != day) {
            return Err(BAD_BEFORE);
        }
        Ok(Self { limit: read_limit(limit)?, before: before.map(|place| place.key), day })
    }
}

fn read_limit(text: Option<Cow<'_, str>>) -> Result<u8, Problem> {
    let Some(text) = text else { return Ok(DEFAULT_LIMIT) };
    text.parse().ok().filter(|limit| LIMITS.contains(limit)).ok_or(BAD_LIMIT)
}

fn read_day(text: &str) -> Result<Date, Problem> {
    // The parser also accepts other spellings and times of day, which are refused here.
    let day = text.parse().ok().filter(|day: &Date| day.to_string() == text);
    day.ok_or(BAD_DAY)
}

fn read_before(text: Option<Cow<'_, str>>) -> Result<Option<Place>, Problem> {
    text.map(|text| decode(&text).ok_or(BAD_BEFORE)).transpose()
}

/// Encodes a run's position as an opaque, URL-safe cursor.
pub(crate) fn encode(key: &RunKey) -> String {
    BASE64.encode(format!("{} {}", key.store_id, key.run))
}

/// Accepts only valid run keys, because DynamoDB would report others as a server-side failure.
fn decode(text: &str) -> Option<Place> {
    let bytes = BASE64.decode(text).ok()?;
    let (store_id, run) = std::str::from_utf8(&bytes).ok()?.split_once(' ')?;
    let mut parts = run.splitn(3, '#');
    let start: Timestamp = parts.next()?.parse().ok()?;
    parts.next()?.parse::<RunId>().ok()?;
    let resource = parts.next()?;
    Resource::ALL.iter().find(|known| known.as_str() == resource)?;
    let key = RunKey { store_id: store_id.parse().ok()?, run: run.to_owned() };
    Some(Place { key, day: start.to_zoned(TimeZone::UTC).date() })
}
