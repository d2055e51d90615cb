//! What becomes of a request for a run.

use crate::storage::RunRecord;

/// What became of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The run came to its end.
    Completed(RunRecord),
    /// The run gave up for a reason that no repetition cures; it is logged.
    Failed(RunRecord),
    /// The time was over; the rest has been asked for.
    Continued,
    /// There was nothing to do.
    Skipped(Skipped),
}

/// Why there was nothing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skipped {
    /// The store is not installed at the request's generation.
    NotInstalled,
    /// The merchant does not share such records.
    Withheld,
    /// This run is at work elsewhere: its event has come twice.
    AtWork,
    /// Another run of the pair is at work; this one is started when it has ended.
    OtherRun,
    /// This run has finished before, or a newer generation has begun.
    NotNeeded,
    /// The lease was lost on the way: by an uninstall, because the records are shared no more, or
    /// to a run that took this one for dead.
    LostLease,
}
