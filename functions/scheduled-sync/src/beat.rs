//! One beat of the schedule: each store that is due is asked for once, whoever else is at it.
//!
//! A store is *claimed* by moving its due time to the next beat, then its events are put on the
//! bus, then it is *settled* at the time that its frequency wants. Two at once cannot both claim
//! it; what dies between claim and bus costs the store one beat, and is made up for at the next.

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use shopcall_core::domain::Deadline;
use shopcall_core::domain::{RequestedMode, Resource, RunId, Store, StoreState, next_beat};
use shopcall_core::runtime::Services;
use shopcall_core::runtime::events::{
    Bus, EraseRequested, Event, PurgeRequested, ScheduleContinued, SyncRequested,
};
use shopcall_core::runtime::http::Failure;
use shopcall_core::runtime::telemetry;
use shopcall_core::storage::{Due, DueRepository, keys};

/// A beat that comes a moment early misses no store.
const AHEAD: SignedDuration = SignedDuration::from_secs(60);
/// Stores that are claimed, asked for and settled together, in each shard at the same time: their
/// events fill three requests.
const CHUNK: usize = 10;

/// Asks for what is due.
#[derive(Debug)]
pub(crate) struct Schedule {
    due: DueRepository,
    bus: Bus,
}

/// What a beat, or a part of one, has asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Dispatched {
    /// Stores that something was asked for.
    pub stores: u64,
    /// Events that were put on the bus.
    pub events: u64,
    /// Whether the rest is done by another invocation.
    pub continued: bool,
}

/// What came of some of the stores.
#[derive(Debug, Default)]
struct Tally {
    /// Stores that anything was asked for.
    stores: u64,
    synced: u64,
    erased: u64,
    purged: u64,
    events: u64,
    /// Claimed, and given back because the bus did not take their events.
    given_back: u64,
    is_unfinished: bool,
    failure: Option<Failure>,
}

impl Schedule {
    pub(crate) fn new(services: &Services) -> Self {
        Self { due: services.due(), bus: services.bus() }
    }

    /// Asks for what is due at `beat_at`, and leaves the rest to another invocation when the time
    /// is over. An error means that some of it could not be asked for: repeating is right.
    pub(crate) async fn run(
        &self,
        beat_at: Timestamp,
        deadline: Deadline,
    ) -> Result<Dispatched, Failure> {
        let shards: Vec<_> = keys::due_shards().collect();
        let tallies = shards.iter().map(|shard| self.shard(shard, beat_at, deadline));
        let total = join_all(tallies).await.into_iter().fold(Tally::default(), Tally::and);
        let stores = total.stores;
        // Who got nowhere was beaten to every store, or fails again: others are at it, or will be.
        let continued = total.is_unfinished && stores > 0;
        tracing::info!(
            synced = total.synced,
            erased = total.erased,
            purged = total.purged,
            events = total.events,
            given_back = total.given_back,
            continued,
            "the schedule asked for what is due"
        );
        telemetry::count("StoresDispatched", ("for", "sync"), total.synced);
        telemetry::count("StoresDispatched", ("for", "erase"), total.erased);
        telemetry::count("StoresDispatched", ("for", "purge"), total.purged);
        if continued {
            let rest = ScheduleContinued { beat_at };
            self.bus.publish(&[Event::ScheduleContinued(rest)]).await?;
        }
        match total.failure {
            Some(failure) => Err(failure),
            None => Ok(Dispatched { stores, events: total.events, continued }),
        }
    }

    /// The due stores of one shard, page by page. The first of them are done whatever the time, so
    /// that each invocation gets somewhere.
    async fn shard(&self, shard: &str, beat_at: Timestamp, deadline: Deadline) -> Tally {
        let mut tally = Tally::default();
        let (mut after, mut is_first) = (None, true);
        loop {
            let page = match self.due.page(shard, beat_at + AHEAD, after).await {
                Ok(page) => page,
                Err(error) => return tally.failed(error),
            };
            for chunk in page.stores.chunks(CHUNK) {
                if !is_first && deadline.left().is_zero() {
                    return Tally { is_unfinished: true, ..tally };
                }
                is_first = false;
                tally = tally.and(self.dispatch(chunk, beat_at).await);
            }
            after = page.next;
            if after.is_none() {
                return tally;
            }
        }
    }

    async fn dispatch(&self, due: &[Due], beat_at: Timestamp) -> Tally {
        let until = next_beat(beat_at);
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
            claimed.iter().map(|(due_at, store)| events(store, *due_at, beat_at)).collect();
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
            let to = if is_published { store.due_after(beat_at) } else { Some(*due_at) };
            (to != Some(until)).then(|| self.due.reschedule(&store.id, until, to))
        });
        // A store that is not settled is asked for again at the next beat: no reason to fail.
        join_all(moves).await;
        tally
    }
}

impl Tally {
    /// Counts what one store is asked for.
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

/// What a store that was due at `due_at` is asked for.
fn events(store: &Store, due_at: Timestamp, beat_at: Timestamp) -> Vec<Event> {
    let (store_id, generation) = (store.id.clone(), store.generation);
    if store.state == StoreState::Uninstalled {
        let purge = Event::PurgeRequested(PurgeRequested { store_id, generation });
        return store.is_to_be_purged(beat_at).then_some(purge).into_iter().collect();
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
    // What was withheld, until it is known to be gone, however often the event is lost.
    let erase = |resource| {
        Event::EraseRequested(EraseRequested { store_id: store_id.clone(), generation, resource })
    };
    store.to_be_erased().map(erase).chain(store.scheduled_resources().map(sync)).collect()
}

/// What is asked for twice, because a part of the events was lost, is one run.
fn scheduled_run(store: &Store, resource: Resource, due_at: Timestamp) -> RunId {
    RunId::derived(&format!("scheduled {} {} {resource} {due_at}", store.id, store.generation))
}
