//! Injected faults.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    ControlError,
    api::query::Query,
    seed::{Draw, Stream},
};

const MAX_FAULTS: usize = 100;

/// Definition of a fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// Kind of fault.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// Path prefix after the shop's name, such as `/api/orderExtend` or `/app/token`.
    #[serde(default)]
    pub path_prefix: String,
    /// Query parameters that a request must have with these values, such as `page`; those without a
    /// value must be absent. Concurrent requests arrive in any order, so this selects a request
    /// reliably, unlike `skip` and `times`.
    #[serde(default)]
    pub query: BTreeMap<String, Option<String>>,
    /// Number of matching requests that pass first.
    #[serde(default)]
    pub skip: u32,
    /// Number of requests to affect before the fault ends; unlimited if absent.
    #[serde(default)]
    pub times: Option<u32>,
    /// Share of the matching requests to affect.
    #[serde(default = "always")]
    pub rate: f64,
}

const fn always() -> f64 {
    1.0
}

/// All JSON fields of a definition, including those of the kinds, because a flattened type cannot
/// refuse unknown fields itself.
const FIELDS: [&str; 11] = [
    "kind",
    "path_prefix",
    "query",
    "skip",
    "times",
    "rate",
    "status",
    "retry_after",
    "ms",
    "count",
    "to",
];

impl Fault {
    /// Parses a definition. A misspelled field is an error, because a test would otherwise wait in
    /// vain for the fault.
    pub(crate) fn parse(order: Value) -> Result<Self, ControlError> {
        let names = order.as_object().into_iter().flat_map(serde_json::Map::keys);
        if let Some(unknown) = names.into_iter().find(|name| !FIELDS.contains(&name.as_str())) {
            return Err(ControlError::invalid(format!("unknown field {unknown}")));
        }
        Ok(serde_json::from_value(order)?)
    }

    /// Affects every request until removed.
    #[must_use]
    pub const fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            path_prefix: String::new(),
            query: BTreeMap::new(),
            skip: 0,
            times: None,
            rate: 1.0,
        }
    }

    /// Limits the fault to a path prefix.
    #[must_use]
    pub fn on(self, path_prefix: &str) -> Self {
        Self { path_prefix: path_prefix.to_owned(), ..self }
    }

    /// Limits the fault to requests with this query parameter and value.
    #[must_use]
    pub fn with_query(mut self, name: &str, value: impl ToString) -> Self {
        self.query.insert(name.to_owned(), Some(value.to_string()));
        self
    }

    /// Limits the fault to requests without this query parameter.
    #[must_use]
    pub fn without_query(mut self, name: &str) -> Self {
        self.query.insert(name.to_owned(), None);
        self
    }

    /// Limits the number of affected requests.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// Sets the number of requests that pass first.
    #[must_use]
    pub fn after(self, skip: u32) -> Self {
        Self { skip, ..self }
    }

    fn is_for(&self, path: &str, query: &Query) -> bool {
        let has = |(name, value): (&String, &Option<String>)| query.first(name) == value.as_deref();
        path.starts_with(&self.path_prefix) && self.query.iter().all(has)
    }
}

/// Kind of fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// Answers with this status and no useful body.
    Status {
        /// 429, 500, 503, 504 …
        status: u16,
        /// Value of the `Retry-After` header.
        #[serde(default)]
        retry_after: Option<String>,
    },
    /// Delays the valid answer.
    Slow {
        /// Delay in milliseconds.
        ms: u64,
    },
    /// Holds the valid answer until the fault is removed.
    Hold,
    /// Never answers.
    Hang,
    /// Closes the connection in the middle of the body.
    Cut,
    /// Truncates the body, with a matching `Content-Length`.
    MalformedJson,
    /// Sends an endless body.
    Oversized,
    /// Deletes records at the start of the collection after the page is read, so that the next page
    /// skips some.
    Shrink {
        /// Number of records.
        count: u32,
    },
    /// Revokes the shop's tokens before the request is authenticated.
    RevokeTokens,
    /// Redirects permanently to another host.
    Redirect {
        /// Address of that host.
        to: String,
    },
    /// Sends JSON with the content type `text/html`.
    WrongContentType,
    /// Sends XML regardless of `Accept`.
    Xml,
}

impl FaultKind {
    /// Whether the valid answer is eventually sent.
    const fn is_delay(&self) -> bool {
        matches!(self, Self::Slow { .. } | Self::Hold)
    }
}

/// Active fault.
#[derive(Clone, Debug, Serialize)]
pub struct ActiveFault {
    /// Id for removing the fault.
    pub id: u64,
    /// Number of affected requests.
    pub harmed: u32,
    /// Definition.
    pub fault: Fault,
}

/// Active fault with internal state.
#[derive(Debug)]
struct Active {
    shown: ActiveFault,
    /// Dropped with the fault, which releases held requests.
    hold: watch::Sender<()>,
}

/// Faults that apply to a request.
#[derive(Debug, Default)]
pub(crate) struct AppliedFaults {
    delay: Duration,
    holds: Vec<watch::Receiver<()>>,
    /// Replacement of the valid answer.
    pub(crate) fault: Option<FaultKind>,
}

impl AppliedFaults {
    /// Waits until the request is no longer delayed or held.
    pub(crate) async fn wait(&mut self) {
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        for hold in &mut self.holds {
            while hold.changed().await.is_ok() {}
        }
    }
}

/// Faults of a shop.
#[derive(Debug)]
pub(crate) struct Faults {
    active: Vec<Active>,
    next_id: u64,
    draw: Draw,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self { active: Vec::new(), next_id: 1, draw: Draw::new(seed, Stream::Faults, 0, 0) }
    }

    pub(crate) fn add(&mut self, fault: Fault) -> Result<u64, ControlError> {
        if self.active.len() >= MAX_FAULTS {
            return Err(ControlError::TooMany("faults"));
        }
        if let FaultKind::Status { status, .. } = fault.kind
            && !(200..600).contains(&status)
        {
            return Err(ControlError::invalid("status: 200 to 599"));
        }
        let id = self.next_id;
        self.next_id += 1;
        let shown = ActiveFault { id, harmed: 0, fault };
        self.active.push(Active { shown, hold: watch::Sender::new(()) });
        Ok(id)
    }

    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.active.len();
        self.active.retain(|active| active.shown.id != id);
        self.active.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.active.clear();
    }

    pub(crate) fn list(&self) -> Vec<ActiveFault> {
        self.active.iter().map(|active| active.shown.clone()).collect()
    }

    /// Applies the faults to a request: all matching delays, and the first other fault.
    pub(crate) fn apply(&mut self, path: &str, query: &Query) -> AppliedFaults {
        let mut applied = AppliedFaults::default();
        for Active { shown, hold } in &mut self.active {
            let fault = &mut shown.fault;
            if !fault.is_for(path, query)
                || fault.times == Some(0)
                || (applied.fault.is_some() && !fault.kind.is_delay())
            {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
            } else if self.draw.chance(fault.rate) {
                fault.times = fault.times.map(|times| times - 1);
                shown.harmed += 1;
                match &fault.kind {
                    FaultKind::Slow { ms } => applied.delay += Duration::from_millis(*ms),
                    FaultKind::Hold => applied.holds.push(hold.subscribe()),
                    kind => applied.fault = Some(kind.clone()),
                }
            }
        }
        // A used-up fault no longer applies, but still holds its requests.
        self.active.retain(|Active { shown: ActiveFault { fault, .. }, .. }| {
            fault.times != Some(0) || fault.kind == FaultKind::Hold
        });
        applied
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn status(status: u16) -> Fault {
        Fault::new(FaultKind::Status { status, retry_after: None })
    }

    #[test]
    fn fault_applies_to_its_path_skip_and_times() {
        let mut faults = Faults::new(1);
        faults.add(status(503).on("/api/orderExtend").after(1).times(2)).expect("a fault");
        let path = "/api/orderExtend";
        let struck =
            |faults: &mut Faults, path| faults.apply(path, &Query::default()).fault.is_some();
        assert!(!struck(&mut faults, "/api/productExtend"));
        let seen: Vec<_> = (0..4).map(|_| struck(&mut faults, path)).collect();
        assert_eq!(seen, [false, true, true, false]);
        assert!(faults.list().is_empty());
    }

    #[test]
    fn query_selects_requests_in_any_order() {
        let mut faults = Faults::new(1);
        let listing = status(503).on("/api/orderExtend").without_query("full");
        faults.add(listing.with_query("page", 1)).expect("a fault");
        let mut struck =
            |query| faults.apply("/api/orderExtend", &Query::parse(query)).fault.is_some();
        let queries = ["page=2", "limit=200&page=1", "full=1&page=1", "page=0", "page=1", ""];
        assert_eq!(queries.map(&mut struck), [false, true, false, false, true, false]);
    }

    #[test]
    fn delays_combine_with_one_other_fault() {
        let mut faults = Faults::new(1);
        faults.add(Fault::new(FaultKind::Slow { ms: 5 })).expect("a fault");
        faults.add(status(500).times(1)).expect("a fault");
        faults.add(status(503).times(1)).expect("a fault");
        let applied = faults.apply("/api/x", &Query::default());
        assert_eq!(applied.delay, Duration::from_millis(5));
        assert_eq!(applied.fault, Some(FaultKind::Status { status: 500, retry_after: None }));
        assert_eq!(faults.list().len(), 2);
    }

    #[test]
    fn fault_deserializes_from_flat_json() {
        let order = json!({ "kind": "status", "status": 429, "times": 3, "path_prefix": "/api" });
        assert_eq!(Fault::parse(order), Ok(status(429).on("/api").times(3)));
        let order = json!({ "kind": "hold", "query": { "page": "2", "full": null } });
        let hold = Fault::new(FaultKind::Hold).with_query("page", 2).without_query("full");
        assert_eq!(Fault::parse(order), Ok(hold));
        assert!(Fault::parse(json!({ "kind": "hold", "query": { "page": 2 } })).is_err());
        assert!(Fault::parse(json!({ "kind": "nonsense" })).is_err());
        assert!(Fault::parse(json!({ "kind": "hang", "path": "/api" })).is_err());
    }
}
