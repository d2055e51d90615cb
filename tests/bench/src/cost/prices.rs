//! On-demand list prices in US$ for eu-central-1. They are assumptions: AWS changes them, and free
//! tiers, taxes and log costs are not included.

/// DynamoDB, a million write units.
pub(super) const WRITE_UNITS: f64 = 0.762_5;
/// DynamoDB, a million read units.
pub(super) const READ_UNITS: f64 = 0.152_5;
/// DynamoDB, a gigabyte stored for a month.
pub(super) const STORED_GB_MONTH: f64 = 0.306;
/// Lambda on arm64, a gigabyte-second.
pub(super) const GB_SECOND: f64 = 0.000_013_333_4;
/// Lambda, a million invocations.
pub(super) const INVOCATIONS: f64 = 0.20;
/// EventBridge, a million events on a custom bus.
pub(super) const EVENTS: f64 = 1.00;

/// Memory of a sync worker in the template, in gigabytes.
pub(super) const WORKER_MEMORY: f64 = 0.5;
