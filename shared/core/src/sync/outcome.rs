//! Outcomes of a requested run.

use crate::storage::RunRecord;

/// The outcome of a requested run.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The run finished.
    Completed(RunRecord),
    /// The run failed for a reason that a retry cannot fix; it is logged.
    Failed(RunRecord),
    /// The invocation ran out of time; another one was requested for the rest.
    Continued,
    /// The run was not needed or not possible.
    Skipped(Skipped),
}

/// Why a run was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skipped {
    /// The store is not installed at the request's generation.
    NotInstalled,
    /// The merchant does not share this kind of record.
    NotShared,
    /// The same run is in progress elsewhere: the event was delivered twice.
    InProgress,
    /// Another run of this (store, resource) is in progress; this one starts when it ends.
    OtherRun,
    /// This run has already finished, or a newer generation has begun.
    NotNeeded,
    /// The lease was lost during the run: the app was uninstalled, the records are no longer
    /// shared, or another run took over an expired lease.
    LostLease,
}
