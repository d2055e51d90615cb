//! A scheduled run: requests each due store once, even if several runs are concurrent.
//!
//! A store is *claimed* by moving its due time to the next scheduled run, then its events are
//! published, then it is *settled* at the time of its frequency. Two concurrent runs cannot both
//! claim it. A crash between claim and publication delays the store until the next scheduled run.

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use shopcall_core::domain::Deadline;
use shopcall_core::domain::{
    RequestedMode, Resource, RunId, Store, StoreState, next_scheduled_run,
};
use shopcall_core::runtime::Services;
use shopcall_core::runtime::events::{
    Bus, EraseRequested, Event, PurgeRequested, ScheduleContinued, SyncRequested,
};
use shopcall_core::runtime::http::Failure;
use shopcall_core::runtime::telemetry;
use shopcall_core::storage::{Due, DueRepository, keys};

/// Tolerance for runs that start early.
const AHEAD: SignedDuration = SignedDuration::from_secs(60);
/// Number of stores claimed, published and settled together, concurrently in each shard: their
/// events fill three requests.
const CHUNK: usize = 10;

/// Requests due syncs.
#[derive(Debug)]
pub(crate) struct Schedule {
    due: DueRepository,
    bus: Bus,
}

/// Result of a scheduled run, or of one invocation of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Dispatched {
    /// Stores with at least one request.
    pub stores: u64,
    /// Events published.
    pub events: u64,
    /// Whether another invocation continues.
    pub continued: bool,
}

/// Result for some of the stores.
#[derive(Debug, Default)]
struct Tally {
    /// Stores with at least one request.
    stores: u64,
    synced: u64,
    erased: u64,
    purged: u64,
    events: u64,
    /// Stores whose claim was released because the bus refused their events.
    given_back: u64,
    is_unfinished: bool,
    failure: Option<Failure>,
}

impl Schedule {
    pub(crate) fn new(services: &Services) -> Self {
        Self { due: services.due(), bus: services.bus() }
    }

    /// Requests the syncs due at `run_at`, and leaves the rest to another invocation when time runs
    /// out. An error means that some stores could not be requested and the run should be retried.
    pub(crate) async fn run(
        &self,
        run_at: Timestamp,
        deadline: Deadline,
    ) -> Result<Dispatched, Failure> {
        let shards: Vec<_> = keys::due_shards().collect();
        let tallies = shards.iter().map(|shard| self.shard(shard, run_at, deadline));
        let total = join_all(tallies).await.into_iter().fold(Tally::default(), Tally::and);
        let stores = total.stores;
        // A run that claimed nothing leaves the rest to concurrent runs, or failed and is retried.
        let continued = total.is_unfinished && stores > 0;
        tracing::info!(
            synced = total.synced,
            erased = total.erased,
            purged = total.purged,
            events = total.events,
            given_back = total.given_back,
            continued,
            "the scheduled run requested due syncs"
        );
        telemetry::count("StoresDispatched", ("for", "sync"), total.synced);
        telemetry::count("StoresDispatched", ("for", "erase"), total.erased);
        telemetry::count("StoresDispatched", ("for", "purge"), total.purged);
        if continued {
            let rest = ScheduleContinued { run_at };
            self.bus.publish(&[Event::ScheduleContinued(rest)]).await?;
        }
        match total.failure {
            Some(failure) => Err(failure),
            None => Ok(Dispatched { stores, events: total.events, continued }),
        }
    }

    /// Processes one shard's due stores page by page. The first chunk is processed regardless of
    /// the deadline, so each invocation makes progress.
    async fn shard(&self, shard: &str, run_at: Timestamp, deadline: Deadline) -> Tally {
        let mut tally = Tally::default();
        let (mut after, mut is_first) = (None, true);
        loop {
            let page = match self.due.page(shard, run_at + AHEAD, after).await {
                Ok(page) => page,
                Err(error) => return tally.failed(error),
            };
            for chunk in page.stores.chunks(CHUNK) {
                if !is_first && deadline.left().is_zero() {
                    return Tally { is_unfinished: true, ..tally };
                }
                is_first = false;
                tally = tally.and(self.dispatch(chunk, run_at).await);
            }
            after = page.next;
            if after.is_none() {
                return tally;
            }
        }
    }

    async fn dispatch(&self, due: &[Due], run_at: Timestamp) -> Tally {
        let until = next_scheduled_run(run_at);
        let mut tally = Tally::default();
        let mut claimed = Vec::with_capacity(due.len());
        let claims = join_all(due.iter().map(|due| self.due.claim(due, until))).await;
        for (due, claim) in due.iter().zip(claims) {
            match claim {
                Ok(Some(store)) => claimed.push((due.due_at, store)),
                Ok(None) => {}
                Err(error) => tally = tally.failed(error),
            }
        }
        let asked: Vec<_> =
            claimed.iter().map(|(due_at, store)| events(store, *due_at, run_at)).collect();
        let published = self.bus.publish(&asked.concat()).await;
        let is_published = published.is_ok();
        match published {
            Ok(()) => {
                for events in &asked {
                    tally.note(events);
                }
            }
            Err(error) => {
                tally.given_back += claimed.len() as u64;
                tally = tally.failed(error);
            }
        }
        let moves = claimed.iter().filter_map(|(due_at, store)| {
            let to = if is_published { store.due_after(run_at) } else { Some(*due_at) };
            (to != Some(until)).then(|| self.due.reschedule(&store.id, until, to))
        });
        // A store that is not settled is requested again at the next scheduled run, so this is no
        // failure.
        join_all(moves).await;
        tally
    }
}

impl Tally {
    /// Counts the events of one store.
    fn note(&mut self, events: &[Event]) {
        let any = |is: fn(&Event) -> bool| u64::from(events.iter().any(is));
        self.events += events.len() as u64;
        self.stores += any(|_| true);
        self.synced += any(|event| matches!(event, Event::SyncRequested(_)));
        self.erased += any(|event| matches!(event, Event::EraseRequested(_)));
        self.purged += any(|event| matches!(event, Event::PurgeRequested(_)));
    }

    fn failed(self, failure: impl Into<Failure>) -> Self {
        Self { failure: self.failure.or_else(|| Some(failure.into())), ..self }
    }

    fn and(self, other: Self) -> Self {
        Self {
            stores: self.stores + other.stores,
            synced: self.synced + other.synced,
            erased: self.erased + other.erased,
            purged: self.purged + other.purged,
            events: self.events + other.events,
            given_back: self.given_back + other.given_back,
            is_unfinished: self.is_unfinished || other.is_unfinished,
            failure: self.failure.or(other.failure),
        }
    }
}

/// Lists the events of a store due at `due_at`.
fn events(store: &Store, due_at: Timestamp, run_at: Timestamp) -> Vec<Event> {
    let (store_id, generation) = (store.id.clone(), store.generation);
    if store.state == StoreState::Uninstalled {
        let purge = Event::PurgeRequested(PurgeRequested { store_id, generation });
        return store.is_to_be_purged(run_at).then_some(purge).into_iter().collect();
    }
    let sync = |resource| {
        Event::SyncRequested(SyncRequested {
            store_id: store_id.clone(),
            generation,
            resource,
            mode: RequestedMode::Auto,
            run_id: scheduled_run(store, resource, due_at),
            cursor: None,
        })
    };
    // Erasure is requested until it is confirmed, because an event may be lost.
    let erase = |resource| {
        Event::EraseRequested(EraseRequested { store_id: store_id.clone(), generation, resource })
    };
    store.to_be_erased().map(erase).chain(store.scheduled_resources().map(sync)).collect()
}

/// Derives the run id from the due time, so that a repeated request is the same run.
fn scheduled_run(store: &Store, resource: Resource, due_at: Timestamp) -> RunId {
    RunId::derived(&format!("scheduled {} {} {resource} {due_at}", store.id, store.generation))
}
