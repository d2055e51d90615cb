//! A sample store for each state.

use std::collections::BTreeMap;

use shopcall_core::domain::{
    Attention, Counts, Frequency, Generation, Mode, NotShared, Resource, StoreState, SyncConfig,
    WebhookEvent,
};
use shopcall_core::pages::ActionResult;
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
        ("store-without", without()),
        ("store-silent", silent()),
        ("store-not-shared", not_shared()),
        ("store-nothing-shared", nothing_shared()),
        ("store-off", off()),
        ("store-failed", failed()),
        ("store-empty", empty()),
        ("store-large", large()),
        ("store-hostile", hostile()),
    ];
    for (name, result) in [
        ("store-said-sync", ActionResult::SyncAsked),
        ("store-said-schedule", ActionResult::Scheduled),
        ("store-said-shared", ActionResult::Shared(Resource::Customers)),
        ("store-said-not-shared", ActionResult::NotShared(Resource::Customers)),
        ("store-said-already", ActionResult::AlreadyDone),
        ("store-said-refused", ActionResult::Refused),
    ] {
        scenes.push((name, Scene { result: Some(result), ..well() }));
    }
    scenes
}

/// A store without problems.
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
        result: None,
    };
    scene.counted([12_345, 8_021, 640], false);
    scene
}

/// A store whose first syncs are in progress.
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
    // An earlier run died.
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

/// A store that is read without some optional data.
fn without() -> Scene {
    let mut scene = well();
    let missing = ["cms.information:read", "shipping.shippingMethod:read", "store.setting:read"];
    let missing = missing.map(str::to_owned).into();
    scene.store().ungranted.insert(Resource::Products, missing);
    scene
}

fn permission() -> Scene {
    let mut scene = well();
    scene.store().missing_permissions.insert(Resource::Orders);
    scene.overview.webhooks = WebhookRows { is_permission_missing: true, ..WebhookRows::default() };
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

/// Customers are not shared and erased; orders are not shared and still to be erased.
fn not_shared() -> Scene {
    let mut scene = well();
    let not_shared = |erased| NotShared { since: ago(3), erased };
    scene.store().not_shared =
        [(Resource::Orders, not_shared(false)), (Resource::Customers, not_shared(true))].into();
    scene.overview.syncs.retain(|resource, _| *resource == Resource::Products);
    // The webhooks are still registered, and some deliveries are missing.
    for webhook in &mut scene.overview.webhooks.registrations {
        webhook.silent_since = Some(ago(200));
    }
    scene
}

fn nothing_shared() -> Scene {
    let mut scene = not_shared();
    let not_shared = NotShared { since: ago(300), erased: true };
    scene.store().not_shared = Resource::ALL.map(|resource| (resource, not_shared)).into();
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
        reason: Some("the platform's answer cannot be decoded: not a page".to_owned()),
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

/// A shop with orders that contain [`HOSTILE`].
fn hostile() -> Scene {
    Scene { newest_order: Some(order(HOSTILE, "1", HOSTILE)), ..well() }
}
