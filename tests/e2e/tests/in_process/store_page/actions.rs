//! Merchant actions on the page: each takes effect once.

use e2e::{InProcess, body_of, header_of, status_of};
use jiff::SignedDuration;
use serde_json::json;
use shopcall_core::domain::{Frequency, Resource, SyncConfig};
use shoprenter_simulator::ShopConfig;

use super::{
    ACTIONS, PATH, Page, act, carry_out, connected, load_page, opened, reload_page, send, store,
};

/// Published events: detail type and resource.
fn requested(app: &InProcess) -> Vec<(String, String)> {
    let events = app.aws.take_events().into_iter();
    let resource = |detail: &serde_json::Value| detail["resource"].as_str().map(str::to_owned);
    events.map(|event| (event.detail_type, resource(&event.detail).unwrap_or_default())).collect()
}

/// Result message on the page.
fn said(page: &Page) -> &str {
    let (_, rest) = page.html().split_once("id=\"said\">").unwrap_or_default();
    rest.split('<').next().unwrap_or_default()
}

#[tokio::test]
async fn sync_now_requests_every_readable_resource() {
    let (app, _shop, page) = connected(3, 2, 2).await;
    let page = Page::of(act(&app, &page, &[("action", "sync")]).await);
    assert_eq!(said(&page), "A szinkronizálás hamarosan elindul.");
    let events = app.aws.take_events();
    let details: Vec<_> = events.into_iter().map(|event| event.detail).collect();
    let run_id = details[0]["run_id"].as_str().unwrap();
    let expected = ["products", "orders", "customers"].map(|resource| {
        json!({
            "store_id": "shoprenter:demo", "generation": 1, "resource": resource,
            "mode": "auto", "run_id": run_id,
        })
    });
    assert_eq!(details, expected);
}

#[tokio::test]
async fn sync_now_skips_unpermitted_and_unshared_resources() {
    let scopes = shoprenter_simulator::DEFAULT_SCOPES.map(str::to_owned).into_iter();
    let scopes = scopes.filter(|scope| scope != "order.order:read").collect();
    let (app, _shop, page) = opened(ShopConfig { scopes, ..ShopConfig::sized(3, 2, 2) }).await;
    carry_out(&app).await;
    let off = |resource| [("action", "share"), ("resource", resource), ("shared", "off")];
    let page = Page::of(act(&app, &page, &off("customers")).await);
    app.aws.take_events();
    let page = Page::of(act(&app, &page, &[("action", "sync")]).await);
    assert_eq!(requested(&app), [("SyncRequested".to_owned(), "products".to_owned())]);

    let page = Page::of(act(&app, &page, &off("products")).await);
    app.aws.take_events();
    let page = Page::of(act(&app, &page, &[("action", "sync")]).await);
    assert_eq!(requested(&app), [], "no resource can be read");
    assert!(said(&page).contains("nem tudtuk"), "{}", said(&page));
}

#[tokio::test]
async fn merchant_chooses_frequency_and_can_disable_sync() {
    let (app, _shop, mut page) = connected(1, 0, 0).await;
    let chosen = [
        ("15min", Frequency::QuarterHourly),
        ("30min", Frequency::HalfHourly),
        ("hourly", Frequency::Hourly),
        ("6hours", Frequency::SixHourly),
        ("daily", Frequency::Daily),
    ];
    for (name, frequency) in chosen {
        let fields = [("action", "schedule"), ("frequency", name), ("enabled", "on")];
        page = Page::of(act(&app, &page, &fields).await);
        assert_eq!(said(&page), "A beállítást elmentettük.");
        assert_eq!(store(&app).await.sync, SyncConfig { enabled: true, frequency });
        assert!(page.html().contains(&format!("value=\"{name}\" selected")));
        assert!(page.html().contains("name=\"enabled\" checked"));
    }
    let page = Page::of(act(&app, &page, &[("action", "schedule"), ("frequency", "daily")]).await);
    let known = store(&app).await;
    assert_eq!(known.sync, SyncConfig { enabled: false, frequency: Frequency::Daily });
    assert_eq!(known.due_at, None);
    assert!(!page.html().contains("name=\"enabled\" checked"));
}

#[tokio::test]
async fn unsharing_erases_records_sharing_again_reads_them() {
    let (app, _shop, page) = connected(3, 2, 2).await;
    let switch = |shared| [("action", "share"), ("resource", "orders"), ("shared", shared)];
    let page = Page::of(act(&app, &page, &switch("off")).await);
    assert!(said(&page).starts_with("Rendelések: többé nincs megosztva."), "{}", said(&page));
    assert!(!store(&app).await.shares(Resource::Orders));
    let events = app.aws.take_events();
    assert_eq!(events[0].detail_type, "EraseRequested");
    app.sync(&events[0]).await.unwrap();
    let left = app.services.cache().count(&super::id(), Resource::Orders, 10).await.unwrap();
    assert_eq!(left.rows, 0);

    let page = Page::of(act(&app, &page, &switch("on")).await);
    assert!(said(&page).starts_with("Rendelések: ismét megosztva."), "{}", said(&page));
    assert!(store(&app).await.shares(Resource::Orders));
    assert_eq!(carry_out(&app).await, ["orders"]);
    let read = app.services.cache().count(&super::id(), Resource::Orders, 10).await.unwrap();
    assert_eq!(read.rows, 2);
}

#[tokio::test]
async fn resubmitted_form_has_no_further_effect() {
    let (app, _shop, page) = connected(1, 1, 1).await;
    for action in ACTIONS {
        Page::of(act(&app, &page, action).await);
        let (known, _) = (store(&app).await, app.aws.take_events());
        for _ in 0..2 {
            let again = Page::of(act(&app, &page, action).await);
            assert_eq!(said(&again), "Ez már megtörtént, nem ismételtük meg.");
        }
        assert_eq!((store(&app).await, requested(&app)), (known, vec![]), "{action:?}");
    }
}

#[tokio::test]
async fn earlier_page_still_accepts_another_action() {
    let (app, _shop, page) = connected(1, 1, 1).await;
    let actions: [&[(&str, &str)]; 7] = [
        &[("action", "sync")],
        &[("action", "schedule"), ("frequency", "daily"), ("enabled", "on")],
        &[("action", "schedule"), ("frequency", "daily")],
        &[("action", "schedule"), ("frequency", "15min"), ("enabled", "on")],
        &[("action", "share"), ("resource", "orders"), ("shared", "off")],
        &[("action", "share"), ("resource", "customers"), ("shared", "off")],
        &[("action", "share"), ("resource", "orders"), ("shared", "on")],
    ];
    for action in actions {
        let next = Page::of(act(&app, &page, action).await);
        assert!(!said(&next).is_empty(), "{action:?}");
        assert_ne!(said(&next), "Ez már megtörtént, nem ismételtük meg.", "{action:?}");
    }
    let known = store(&app).await;
    assert_eq!(known.sync, SyncConfig { enabled: true, frequency: Frequency::QuarterHourly });
    assert!(known.shares(Resource::Orders) && !known.shares(Resource::Customers));
}

#[tokio::test]
async fn concurrent_submissions_of_a_form_count_once() {
    let (app, _shop, page) = connected(1, 1, 1).await;
    let fields = [("action", "sync")];
    let answers = tokio::join!(
        act(&app, &page, &fields),
        act(&app, &page, &fields),
        act(&app, &page, &fields),
        act(&app, &page, &fields),
    );
    let pages = [answers.0, answers.1, answers.2, answers.3].map(Page::of);
    let done = pages.iter().filter(|page| said(page).contains("hamarosan")).count();
    assert_eq!((done, requested(&app).len()), (1, 3));
}

#[tokio::test]
async fn action_is_performed_when_its_record_answers_late() {
    let (app, _shop, page) = connected(1, 1, 1).await;
    let installs = &app.tables().installs;
    app.aws.apply_fault("PutItem", installs, e2e::DynamoFault::LostAnswer, (0, 1));
    let page = Page::of(act(&app, &page, &[("action", "sync")]).await);
    assert_eq!(app.aws.faults_left(), 0);
    assert!(said(&page).contains("hamarosan"), "{}", said(&page));
    assert_eq!(requested(&app).len(), 3);
}

#[tokio::test]
async fn each_page_has_its_own_single_use_forms() {
    let (app, _shop, page) = connected(1, 1, 1).await;
    let other = reload_page(&app, &page).await;
    assert_ne!(page.once, other.once);
    for page in [page, other] {
        let page = Page::of(act(&app, &page, &[("action", "sync")]).await);
        assert!(said(&page).contains("hamarosan"));
    }
    assert_eq!(requested(&app).len(), 6);
}

#[tokio::test]
async fn failed_action_is_reported_and_can_be_retried() {
    let (app, _shop, mut page) = connected(1, 1, 1).await;
    app.aws.refuse_events(usize::MAX);
    for action in [ACTIONS[0], ACTIONS[2]] {
        page = Page::of(act(&app, &page, action).await);
        assert!(said(&page).contains("nem tudtuk"), "{action:?}: {}", said(&page));
    }
    app.aws.refuse_events(0);
    app.aws.take_events();
    let page = Page::of(act(&app, &page, ACTIONS[2]).await);
    assert!(said(&page).starts_with("Rendelések: többé nincs megosztva."), "{}", said(&page));
    assert_eq!(requested(&app), [("EraseRequested".to_owned(), "orders".to_owned())]);
}

#[tokio::test]
async fn chosen_language_is_kept() {
    let (app, _shop, page) = connected(1, 1, 1).await;
    assert!(page.html().contains("lang=\"hu\""));
    let fields = [("session", &*page.session), ("action", "language"), ("language", "en")];
    let english = Page::of(send(&app, &fields).await);
    assert!(english.html().contains("<html lang=\"en\">"));
    let hungarian = [("accept-language", "hu")];
    let again = Page::of(load_page(&app, &english.session, &hungarian).await);
    assert!(again.html().contains("<html lang=\"en\">"));
    let done = Page::of(act(&app, &again, &[("action", "sync")]).await);
    assert!(done.html().contains("<html lang=\"en\">"));

    app.clock.advance(SignedDuration::from_mins(61));
    let over = load_page(&app, &done.session, &hungarian).await;
    assert_eq!(status_of(&over), 401, "choosing a language does not extend a session");
    assert!(body_of(&over).contains("<html lang=\"en\">"));
}

#[tokio::test]
async fn refresh_without_script_changes_nothing() {
    let (app, _shop, page) = connected(1, 1, 1).await;
    let known = store(&app).await;
    let fields = [("session", &*page.session), ("action", "show")];
    let again = Page::of(send(&app, &fields).await);
    assert_eq!((store(&app).await, requested(&app)), (known, vec![]));
    assert_eq!((said(&again), header_of(&again.answer, "cache-control")), ("", "no-store"));
}

#[tokio::test]
async fn other_methods_return_405() {
    let (app, _shop, page) = connected(0, 0, 0).await;
    let bearer = format!("Bearer {}", page.session);
    for method in ["PUT", "DELETE", "PATCH"] {
        let payload = e2e::api_request(method, PATH, "", "", &[("authorization", &bearer)]);
        let answer = app.serve(super::ACT, payload).await;
        assert_eq!((status_of(&answer), header_of(&answer, "allow")), (405, "GET, POST"));
    }
}
