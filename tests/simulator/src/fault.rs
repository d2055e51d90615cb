//! Faults on request: what goes wrong, where, and how often.

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

/// An order to misbehave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// Where: the path behind the shop's name, such as `/api/orderExtend` or `/app/token`.
    #[serde(default)]
    pub path_prefix: String,
    /// Parameters that the request's query must have with these values, such as `page`; those
    /// without a value must be absent. Requests that are made at the same time arrive in any order:
    /// this tells them apart, `skip` and `times` do not.
    #[serde(default)]
    pub query: BTreeMap<String, Option<String>>,
    /// Matching requests that pass unharmed first.
    #[serde(default)]
    pub skip: u32,
    /// Harm this many, then end; without it, until removed.
    #[serde(default)]
    pub times: Option<u32>,
    /// Share of the matching requests that is harmed.
    #[serde(default = "always")]
    pub rate: f64,
}

const fn always() -> f64 {
    1.0
}

/// Every field of an order as JSON, the kinds' own included: a flattened type cannot refuse
/// unknown ones itself.
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
    /// Reads an order; a misspelled field is an error, or a test would wait for a fault in vain.
    pub(crate) fn parse(order: Value) -> Result<Self, ControlError> {
        let names = order.as_object().into_iter().flat_map(serde_json::Map::keys);
        if let Some(unknown) = names.into_iter().find(|name| !FIELDS.contains(&name.as_str())) {
            return Err(ControlError::invalid(format!("unknown field {unknown}")));
        }
        Ok(serde_json::from_value(order)?)
    }

    /// Always, on every path, until removed.
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

    /// Only below this path.
    #[must_use]
    pub fn on(self, path_prefix: &str) -> Self {
        Self { path_prefix: path_prefix.to_owned(), ..self }
    }

    /// Only where the query has this parameter with this value.
    #[must_use]
    pub fn with_query(mut self, name: &str, value: impl ToString) -> Self {
        self.query.insert(name.to_owned(), Some(value.to_string()));
        self
    }

    /// Only where the query does not have this parameter.
    #[must_use]
    pub fn without_query(mut self, name: &str) -> Self {
        self.query.insert(name.to_owned(), None);
        self
    }

    /// Only this often.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// After letting this many pass.
    #[must_use]
    pub fn after(self, skip: u32) -> Self {
        Self { skip, ..self }
    }

    fn is_for(&self, path: &str, query: &Query) -> bool {
        let has = |(name, value): (&String, &Option<String>)| query.first(name) == value.as_deref();
        path.starts_with(&self.path_prefix) && self.query.iter().all(has)
    }
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// An answer of this status without a useful body.
    Status {
        /// 429, 500, 503, 504 …
        status: u16,
        /// Value of a `Retry-After` header.
        #[serde(default)]
        retry_after: Option<String>,
    },
    /// The right answer, late.
    Slow {
        /// How late.
        ms: u64,
    },
    /// The right answer, once the fault is removed.
    Hold,
    /// No answer, ever.
    Hang,
    /// The connection ends in the middle of the body.
    Cut,
    /// A body that breaks off, with a length that says it is whole.
    MalformedJson,
    /// A body that never ends.
    Oversized,
    /// Records vanish from the collection's start once the page is read, so that the next page
    /// lacks some.
    Shrink {
        /// How many.
        count: u32,
    },
    /// The shop's tokens end before the request is judged.
    RevokeTokens,
    /// A permanent redirect to another host.
    Redirect {
        /// That host's address.
        to: String,
    },
    /// JSON that calls itself `text/html`.
    WrongContentType,
    /// XML, whatever `Accept` says.
    Xml,
}

impl FaultKind {
    /// Whether the right answer comes in the end.
    const fn is_delay(&self) -> bool {
        matches!(self, Self::Slow { .. } | Self::Hold)
    }
}

/// A fault in force.
#[derive(Clone, Debug, Serialize)]
pub struct ActiveFault {
    /// To remove it by.
    pub id: u64,
    /// How many requests it has harmed.
    pub harmed: u32,
    /// The order.
    pub fault: Fault,
}

/// The same with what only the faults themselves know of it.
#[derive(Debug)]
struct Active {
    shown: ActiveFault,
    /// Dropped with the fault, which lets go of whom it holds.
    hold: watch::Sender<()>,
}

/// What goes wrong with a request.
#[derive(Debug, Default)]
pub(crate) struct AppliedFaults {
    delay: Duration,
    holds: Vec<watch::Receiver<()>>,
    /// What comes instead of the right answer.
    pub(crate) fault: Option<FaultKind>,
}

impl AppliedFaults {
    /// Waits for as long as the request is delayed or held.
    pub(crate) async fn wait(&mut self) {
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        for hold in &mut self.holds {
            while hold.changed().await.is_ok() {}
        }
    }
}

/// The faults of one shop.
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

    /// What goes wrong with this request: all delays that apply, and the first other fault.
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
        // One that has struck often enough is over; but it still holds whom it holds.
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
