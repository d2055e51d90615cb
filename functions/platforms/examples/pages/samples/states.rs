//! A store for each state.

use std::collections::BTreeMap;

use shopcall_core::domain::{
    Attention, Counts, Frequency, Generation, Mode, Resource, StoreState, SyncConfig, WebhookEvent,
    Withheld,
};
use shopcall_core::pages::Said;
use shopcall_core::storage::{
    Cursor, Phase, Progress, RunFailure, RunRecord, RunStatus, StoreOverview, SyncState,
    WebhookRows,
};

use super::parts::{ago, order, run, store, webhook};
use super::{HOSTILE, Scene};

/// The store's page in every state, by name.
pub(crate) fn scenes() -> Vec<(&'static str, Scene)> {
    let mut scenes = vec![
        ("store-well", well()),
        ("store-fresh", fresh()),
        ("store-waiting", waiting()),
        ("store-sweeping", sweeping()),
        ("store-attention", attention()),
        ("store-permission", permission()),
        ("store-silent", silent()),
        ("store-withheld", withheld()),
        ("store-nothing-shared", nothing_shared()),
        ("store-off", off()),
        ("store-failed", failed()),
        ("store-empty", empty()),
        ("store-large", large()),
        ("store-hostile", hostile()),
    ];
    for (name, said) in [
        ("store-said-sync", Said::SyncAsked),
        ("store-said-schedule", Said::Scheduled),
        ("store-said-shared", Said::Shared(Resource::Customers)),
        ("store-said-withheld", Said::Withheld(Resource::Customers)),
        ("store-said-already", Said::AlreadyDone),
        ("store-said-refused", Said::Refused),
    ] {
        scenes.push((name, Scene { said: Some(said), ..well() }));
    }
    scenes
}

/// A store that nothing is to be said of.
fn well() -> Scene {
    let cursor = |minutes| Cursor {
        generation: Generation::default().next(),
        until: ago(minutes),
        full_at: Some(ago(1_499)),
        swept_at: None,
    };
    let sync = |minutes| SyncState {
        cursor: Some(cursor(minutes)),
        leased_until: None,
        run_id: None,
        progress: None,
    };
    let quiet = Counts { seen: 0, ..Counts::default() };
    let first = Counts { seen: 12_345, written: 12_345, ..Counts::default() };
    let runs = vec![
        run(Resource::Customers, Mode::Incremental, 29),
        run(Resource::Orders, Mode::Incremental, 29),
        RunRecord { counts: quiet, ..run(Resource::Products, Mode::Incremental, 29) },
        run(Resource::Customers, Mode::Incremental, 89),
        run(Resource::Orders, Mode::Incremental, 89),
        RunRecord { counts: quiet, ..run(Resource::Products, Mode::Incremental, 89) },
        RunRecord {
            note: Some("the sweep was left out".to_owned()),
            duration_ms: 145_000,
            ..run(Resource::Customers, Mode::Full, 1_499)
        },
        RunRecord {
            counts: first,
            duration_ms: 312_000,
            ..run(Resource::Products, Mode::Full, 1_499)
        },
        run(Resource::Orders, Mode::Full, 1_499),
    ];
    let mut scene = Scene {
        overview: StoreOverview {
            store: store(),
            syncs: Resource::ALL.map(|resource| (resource, sync(29))).into(),
            webhooks: WebhookRows {
                registrations: vec![
                    webhook(WebhookEvent::OrderConfirm, Some(ago(4))),
                    webhook(WebhookEvent::OrderStatusChange, None),
                ],
                ..WebhookRows::default()
            },
            context: None,
        },
        runs,
        counts: BTreeMap::new(),
        newest_order: Some(order("10482", "12990", "Feldolgozás alatt")),
        said: None,
    };
    scene.counted([12_345, 8_021, 640], false);
    scene
}

/// The first syncs are at work.
fn fresh() -> Scene {
    let mut scene = waiting();
    let reading = |pages, page_count| Progress { pages, page_count, phase: Phase::Reading };
    scene.running(Resource::Customers, None);
    scene.running(Resource::Orders, Some(reading(3, None)));
    scene.running(Resource::Products, Some(reading(6, Some(14))));
    scene.counted([1_200, 600, 0], false);
    scene.newest_order = Some(order("10482", "12990", "Feldolgozás alatt"));
    scene
}

fn waiting() -> Scene {
    let mut scene = Scene { runs: Vec::new(), newest_order: None, ..well() };
    scene.store().installed_at = ago(1);
    scene.store().due_at = Some(ago(0));
    scene.overview.syncs.clear();
    scene.overview.webhooks.registrations.truncate(1);
    for webhook in &mut scene.overview.webhooks.registrations {
        webhook.last_received = None;
        webhook.active = false;
    }
    scene.counted([0, 0, 0], false);
    scene
}

fn sweeping() -> Scene {
    let mut scene = well();
    let progress = Progress { pages: 62, page_count: Some(62), phase: Phase::Sweeping };
    // One died before it.
    let died = RunRecord { status: RunStatus::Running, ..run(Resource::Products, Mode::Full, 12) };
    scene.runs.insert(0, died);
    scene.running(Resource::Products, Some(progress));
    scene
}

fn attention() -> Scene {
    let mut scene = well();
    let failed = |resource| RunRecord {
        status: RunStatus::Failed,
        failure: Some(RunFailure::ClientRefused),
        ..run(resource, Mode::Incremental, 14)
    };
    scene.runs.splice(0..0, Resource::ALL.map(failed));
    let store = scene.store();
    store.state = StoreState::NeedsAttention;
    store.attention = Some(Attention::ClientRefused);
    store.troubled_since = Some(ago(14));
    store.paused = true;
    store.due_at = None;
    scene
}

fn permission() -> Scene {
    let mut scene = well();
    scene.store().lacking.insert(Resource::Orders);
    scene.overview.webhooks = WebhookRows { is_lacking: true, ..WebhookRows::default() };
    scene.overview.syncs.remove(&Resource::Orders);
    scene.runs.retain(|run| run.resource != Resource::Orders);
    let failed = RunRecord {
        status: RunStatus::Failed,
        failure: Some(RunFailure::MissingPermission),
        ..run(Resource::Orders, Mode::Full, 1_499)
    };
    scene.runs.push(failed);
    scene.newest_order = None;
    scene.counted([12_345, 0, 640], false);
    scene
}

fn silent() -> Scene {
    let mut scene = well();
    for webhook in &mut scene.overview.webhooks.registrations {
        webhook.missed = 4;
        webhook.silent_since = Some(ago(200));
    }
    scene
}

/// Customers are withheld and erased, orders still to be erased.
fn withheld() -> Scene {
    let mut scene = well();
    let withheld = |erased| Withheld { since: ago(3), erased };
    scene.store().withheld =
        [(Resource::Orders, withheld(false)), (Resource::Customers, withheld(true))].into();
    scene.overview.syncs.retain(|resource, _| *resource == Resource::Products);
    // The shop still has its webhooks, and some have not come.
    for webhook in &mut scene.overview.webhooks.registrations {
        webhook.silent_since = Some(ago(200));
    }
    scene
}

fn nothing_shared() -> Scene {
    let mut scene = withheld();
    let withheld = Withheld { since: ago(300), erased: true };
    scene.store().withheld = Resource::ALL.map(|resource| (resource, withheld)).into();
    scene.store().due_at = None;
    scene.overview.syncs.clear();
    scene
}

fn off() -> Scene {
    let mut scene = well();
    scene.store().sync = SyncConfig { enabled: false, frequency: Frequency::Daily };
    scene.store().due_at = None;
    scene
}

fn failed() -> Scene {
    let mut scene = well();
    let failed = |resource, failure| RunRecord {
        status: RunStatus::Failed,
        failure: Some(failure),
        reason: Some("an answer of the platform cannot be understood: not a page".to_owned()),
        ..run(resource, Mode::Incremental, 14)
    };
    let broken = RunRecord {
        counts: Counts { quarantined: 2, ..Counts::default() },
        ..run(Resource::Customers, Mode::Incremental, 15)
    };
    scene.runs.splice(
        0..0,
        [
            failed(Resource::Products, RunFailure::PlatformUnavailable),
            failed(Resource::Orders, RunFailure::PlatformAnswer),
            broken,
            RunRecord { failure: None, ..failed(Resource::Customers, RunFailure::Internal) },
            RunRecord {
                status: RunStatus::Running,
                ..run(Resource::Customers, Mode::Incremental, 16)
            },
            failed(Resource::Customers, RunFailure::Stopped),
        ],
    );
    scene
}

fn empty() -> Scene {
    let mut scene = Scene { newest_order: None, ..well() };
    for run in &mut scene.runs {
        run.counts = Counts::default();
    }
    scene.counted([0, 0, 0], false);
    scene
}

fn large() -> Scene {
    let mut scene = well();
    for run in &mut scene.runs {
        run.counts = Counts { seen: 1, written: 1_000_000, deleted: 123_456, ..Counts::default() };
        run.duration_ms = 9_000_000;
    }
    scene.newest_order = Some(order("100482913", "1234567890", "Futárszolgálatnak átadva"));
    scene.counted([200_000; 3], true);
    scene
}

/// A shop whose orders carry [`HOSTILE`].
fn hostile() -> Scene {
    Scene { newest_order: Some(order(HOSTILE, "1", HOSTILE)), ..well() }
}
