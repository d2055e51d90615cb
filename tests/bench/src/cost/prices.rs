//! List prices in US$, on demand, eu-central-1. They are assumptions: AWS changes them, and free
//! tiers, taxes and what logs cost are left out.

/// A million write units of DynamoDB.
pub(super) const WRITE_UNITS: f64 = 0.762_5;
/// A million read units.
pub(super) const READ_UNITS: f64 = 0.152_5;
/// A gigabyte in a table for a month.
pub(super) const STORED_GB_MONTH: f64 = 0.306;
/// A gigabyte-second of Lambda on arm64.
pub(super) const GB_SECOND: f64 = 0.000_013_333_4;
/// A million invocations.
pub(super) const INVOCATIONS: f64 = 0.20;
/// A million events on a bus of one's own.
pub(super) const EVENTS: f64 = 1.00;

/// What the template gives a sync worker, in gigabytes.
pub(super) const WORKER_MEMORY: f64 = 0.5;
