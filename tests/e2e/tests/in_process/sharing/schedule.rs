//! Erasures requested by the schedule until one is confirmed.

use shopcall_core::domain::{Attention, Frequency, SyncConfig};

use super::*;

const DAILY: SyncConfig = SyncConfig { enabled: true, frequency: Frequency::Daily };

async fn changed(app: &InProcess, change: impl Fn(&Store) -> Option<Store>) {
    let change = |store: Option<&Store>| (store.and_then(&change), ());
    app.services.stores().change(&id(), change).await.unwrap();
}

#[tokio::test]
async fn erasure_is_requested_every_schedule_until_confirmed() {
    let (app, shop) = connected(2, 12, 2).await;
    stop_sharing(&app, Resource::Orders).await;
    deliver(&app).await;
    assert!(
        !is_erased(&app, Resource::Orders).await,
        "the erasure began too early to be confirmed"
    );
    app.clock.advance(LATE_ENOUGH);
    for _ in 0..3 {
        app.run_schedule().await.unwrap();
        let events = app.aws.take_events();
        assert_eq!(erasure_requests(&events), [erase_requested(Resource::Orders, FIRST)]);
        assert_eq!(syncs(&events), ["products", "customers"]);
        app.clock.advance(SCHEDULE_INTERVAL);
    }
    app.run_schedule().await.unwrap();
    deliver(&app).await;
    assert!(is_erased(&app, Resource::Orders).await);
    assert_only_shared_is_there(&app, &shop).await;
    for _ in 0..3 {
        app.clock.advance(SCHEDULE_INTERVAL);
        app.run_schedule().await.unwrap();
        assert_eq!(erasure_requests(&app.aws.take_events()), []);
    }
}

#[tokio::test]
async fn disabled_or_paused_store_gets_only_erasures() {
    for is_paused in [false, true] {
        let (app, shop) = connected(2, 12, 2).await;
        let now = store(&app).await.opened_at;
        if is_paused {
            for minutes in [0, 15] {
                let later = now + SignedDuration::from_mins(minutes);
                let trouble =
                    |store: &Store| store.needs_attention(FIRST, Attention::ClientRefused, later);
                changed(&app, trouble).await;
            }
        } else {
            let off = SyncConfig { enabled: false, ..DAILY };
            changed(&app, |store| Some(store.configured(off, now))).await;
        }
        assert_eq!(store(&app).await.due_at, None);
        stop_sharing(&app, Resource::Orders).await;
        app.aws.take_events();
        app.clock.advance(LATE_ENOUGH);
        app.run_schedule().await.unwrap();
        let events = deliver(&app).await;
        assert_eq!(events, [erase_requested(Resource::Orders, FIRST)], "{is_paused}");
        assert_only_shared_is_there(&app, &shop).await;
        assert!(is_erased(&app, Resource::Orders).await);
        app.clock.advance(SCHEDULE_INTERVAL);
        app.run_schedule().await.unwrap();
        assert_eq!(app.aws.take_events(), []);
        assert_eq!(store(&app).await.due_at, None);
    }
}

#[tokio::test]
async fn confirmed_erasure_restores_the_chosen_frequency() {
    let (app, _shop) = connected(2, 2, 2).await;
    let now = store(&app).await.opened_at;
    changed(&app, |store| Some(store.configured(DAILY, now))).await;
    unshared_and_erased(&app, Resource::Orders).await;
    // The scheduled run that finds it erased confirms it.
    app.clock.advance(SCHEDULE_INTERVAL);
    app.run_schedule().await.unwrap();
    app.aws.take_events();
    let mut asked = 0;
    // A day and one interval: a due time right after the last sync is skipped.
    for _ in 0..97 {
        app.clock.advance(SCHEDULE_INTERVAL);
        app.run_schedule().await.unwrap();
        asked += syncs(&app.aws.take_events()).len();
    }
    assert!((2..=4).contains(&asked), "{asked} syncs of two kinds in a day");
}
