//! What the schedule does for an erasing: it asks until one counts.

use shopcall_core::domain::{Attention, Frequency, SyncConfig};

use super::*;

const DAILY: SyncConfig = SyncConfig { enabled: true, frequency: Frequency::Daily };

async fn changed(app: &InProcess, change: impl Fn(&Store) -> Option<Store>) {
    let change = |store: Option<&Store>| (store.and_then(&change), ());
    app.services.stores().change(&id(), change).await.unwrap();
}

#[tokio::test]
async fn an_erasing_is_asked_for_at_each_beat_until_one_counts() {
    let (app, shop) = connected(2, 12, 2).await;
    withhold(&app, Resource::Orders).await;
    deliver(&app).await;
    assert!(!is_erased(&app, Resource::Orders).await, "it began too early");
    app.clock.advance(LATE_ENOUGH);
    for _ in 0..3 {
        app.beat().await.unwrap();
        let events = app.aws.take_events();
        assert_eq!(erasings(&events), [erase_requested(Resource::Orders, FIRST)]);
        assert_eq!(syncs(&events), ["products", "customers"]);
        app.clock.advance(BEAT);
    }
    app.beat().await.unwrap();
    deliver(&app).await;
    assert!(is_erased(&app, Resource::Orders).await);
    assert_only_shared_is_there(&app, &shop).await;
    for _ in 0..3 {
        app.clock.advance(BEAT);
        app.beat().await.unwrap();
        assert_eq!(erasings(&app.aws.take_events()), []);
    }
}

#[tokio::test]
async fn a_store_that_is_switched_off_or_paused_is_asked_for_the_erasing_alone() {
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
        withhold(&app, Resource::Orders).await;
        app.aws.take_events();
        app.clock.advance(LATE_ENOUGH);
        app.beat().await.unwrap();
        let events = deliver(&app).await;
        assert_eq!(events, [erase_requested(Resource::Orders, FIRST)], "{is_paused}");
        assert_only_shared_is_there(&app, &shop).await;
        assert!(is_erased(&app, Resource::Orders).await);
        app.clock.advance(BEAT);
        app.beat().await.unwrap();
        assert_eq!(app.aws.take_events(), []);
        assert_eq!(store(&app).await.due_at, None);
    }
}

#[tokio::test]
async fn once_it_is_erased_the_syncs_go_on_as_often_as_was_chosen() {
    let (app, _shop) = connected(2, 2, 2).await;
    let now = store(&app).await.opened_at;
    changed(&app, |store| Some(store.configured(DAILY, now))).await;
    withheld_and_erased(&app, Resource::Orders).await;
    // The beat that finds it erased settles it.
    app.clock.advance(BEAT);
    app.beat().await.unwrap();
    app.aws.take_events();
    let mut asked = 0;
    // A day and a beat more: a time that comes right after the last sync is left out.
    for _ in 0..97 {
        app.clock.advance(BEAT);
        app.beat().await.unwrap();
        asked += syncs(&app.aws.take_events()).len();
    }
    assert!((2..=4).contains(&asked), "{asked} syncs of two kinds in a day");
}
