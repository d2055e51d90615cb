//! What a merchant does on the page: each thing does what it says, once.

use e2e::{InProcess, body_of, header_of, status_of};
use jiff::SignedDuration;
use serde_json::json;
use shopcall_core::domain::{Frequency, Resource, SyncConfig};
use shoprenter_simulator::ShopConfig;

use super::{DEEDS, PATH, Page, act, carry_out, connected, look, look_again, opened, send, store};

/// What was put on the bus: kind and kind of record.
fn asked_for(app: &InProcess) -> Vec<(String, String)> {
    let events = app.aws.take_events().into_iter();
    let resource = |detail: &serde_json::Value| detail["resource"].as_str().map(str::to_owned);
    events.map(|event| (event.detail_type, resource(&event.detail).unwrap_or_default())).collect()
}

/// What the page says came of it.
fn said(page: &Page) -> &str {
    let (_, rest) = page.html().split_once("id=\"said\">").unwrap_or_default();
    rest.split('<').next().unwrap_or_default()
}

#[tokio::test]
async fn a_sync_is_asked_for_of_everything_that_can_be_read() {
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
async fn what_is_lacking_or_not_shared_is_not_asked_for() {
    let scopes = shoprenter_simulator::DEFAULT_SCOPES.map(str::to_owned).into_iter();
    let scopes = scopes.filter(|scope| scope != "order.order:read").collect();
    let (app, _shop, page) = opened(ShopConfig { scopes, ..ShopConfig::sized(3, 2, 2) }).await;
    carry_out(&app).await;
    let off = |resource| [("action", "share"), ("resource", resource), ("shared", "off")];
    let page = Page::of(act(&app, &page, &off("customers")).await);
    app.aws.take_events();
    let page = Page::of(act(&app, &page, &[("action", "sync")]).await);
    assert_eq!(asked_for(&app), [("SyncRequested".to_owned(), "products".to_owned())]);

    let page = Page::of(act(&app, &page, &off("products")).await);
    app.aws.take_events();
    let page = Page::of(act(&app, &page, &[("action", "sync")]).await);
    assert_eq!(asked_for(&app), [], "nothing can be read");
    assert!(said(&page).contains("nem tudtuk"), "{}", said(&page));
}

#[tokio::test]
async fn how_often_and_whether_is_the_merchants_choice() {
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
async fn what_is_not_shared_is_erased_and_what_is_shared_again_is_read() {
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
async fn a_form_that_is_sent_again_does_nothing_more() {
    let (app, _shop, page) = connected(1, 1, 1).await;
    for deed in DEEDS {
        Page::of(act(&app, &page, deed).await);
        let (known, _) = (store(&app).await, app.aws.take_events());
        for _ in 0..2 {
            let again = Page::of(act(&app, &page, deed).await);
            assert_eq!(said(&again), "Ez már megtörtént, nem ismételtük meg.");
        }
        assert_eq!((store(&app).await, asked_for(&app)), (known, vec![]), "{deed:?}");
    }
}

#[tokio::test]
async fn whoever_goes_back_to_a_page_can_do_something_else_there() {
    let (app, _shop, page) = connected(1, 1, 1).await;
    let deeds: [&[(&str, &str)]; 7] = [
        &[("action", "sync")],
        &[("action", "schedule"), ("frequency", "daily"), ("enabled", "on")],
        &[("action", "schedule"), ("frequency", "daily")],
        &[("action", "schedule"), ("frequency", "15min"), ("enabled", "on")],
        &[("action", "share"), ("resource", "orders"), ("shared", "off")],
        &[("action", "share"), ("resource", "customers"), ("shared", "off")],
        &[("action", "share"), ("resource", "orders"), ("shared", "on")],
    ];
    for deed in deeds {
        let next = Page::of(act(&app, &page, deed).await);
        assert!(!said(&next).is_empty(), "{deed:?}");
        assert_ne!(said(&next), "Ez már megtörtént, nem ismételtük meg.", "{deed:?}");
    }
    let known = store(&app).await;
    assert_eq!(known.sync, SyncConfig { enabled: true, frequency: Frequency::QuarterHourly });
    assert!(known.shares(Resource::Orders) && !known.shares(Resource::Customers));
}

#[tokio::test]
async fn of_two_forms_that_are_sent_at_once_one_counts() {
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
    assert_eq!((done, asked_for(&app).len()), (1, 3));
}

#[tokio::test]
async fn a_form_whose_note_is_answered_late_does_its_deed() {
    let (app, _shop, page) = connected(1, 1, 1).await;
    let installs = &app.tables().installs;
    app.aws.strike("PutItem", installs, e2e::DynamoFault::LostAnswer, (0, 1));
    let page = Page::of(act(&app, &page, &[("action", "sync")]).await);
    assert_eq!(app.aws.left_to_strike(), 0);
    assert!(said(&page).contains("hamarosan"), "{}", said(&page));
    assert_eq!(asked_for(&app).len(), 3);
}

#[tokio::test]
async fn each_page_has_forms_of_its_own() {
    let (app, _shop, page) = connected(1, 1, 1).await;
    let other = look_again(&app, &page).await;
    assert_ne!(page.once, other.once);
    for page in [page, other] {
        let page = Page::of(act(&app, &page, &[("action", "sync")]).await);
        assert!(said(&page).contains("hamarosan"));
    }
    assert_eq!(asked_for(&app).len(), 6);
}

#[tokio::test]
async fn what_fails_is_said_and_can_be_tried_again_from_the_page_that_says_so() {
    let (app, _shop, mut page) = connected(1, 1, 1).await;
    app.aws.refuse_events(usize::MAX);
    for deed in [DEEDS[0], DEEDS[2]] {
        page = Page::of(act(&app, &page, deed).await);
        assert!(said(&page).contains("nem tudtuk"), "{deed:?}: {}", said(&page));
    }
    app.aws.refuse_events(0);
    app.aws.take_events();
    let page = Page::of(act(&app, &page, DEEDS[2]).await);
    assert!(said(&page).starts_with("Rendelések: többé nincs megosztva."), "{}", said(&page));
    assert_eq!(asked_for(&app), [("EraseRequested".to_owned(), "orders".to_owned())]);
}

#[tokio::test]
async fn the_language_that_is_chosen_stays() {
    let (app, _shop, page) = connected(1, 1, 1).await;
    assert!(page.html().contains("lang=\"hu\""));
    let fields = [("session", &*page.session), ("action", "language"), ("language", "en")];
    let english = Page::of(send(&app, &fields).await);
    assert!(english.html().contains("<html lang=\"en\">"));
    let hungarian = [("accept-language", "hu")];
    let again = Page::of(look(&app, &english.session, &hungarian).await);
    assert!(again.html().contains("<html lang=\"en\">"));
    let done = Page::of(act(&app, &again, &[("action", "sync")]).await);
    assert!(done.html().contains("<html lang=\"en\">"));

    app.clock.advance(SignedDuration::from_mins(61));
    let over = look(&app, &done.session, &hungarian).await;
    assert_eq!(status_of(&over), 401, "no choice prolongs a session");
    assert!(body_of(&over).contains("<html lang=\"en\">"));
}

#[tokio::test]
async fn to_look_again_without_a_script_changes_nothing() {
    let (app, _shop, page) = connected(1, 1, 1).await;
    let known = store(&app).await;
    let fields = [("session", &*page.session), ("action", "show")];
    let again = Page::of(send(&app, &fields).await);
    assert_eq!((store(&app).await, asked_for(&app)), (known, vec![]));
    assert_eq!((said(&again), header_of(&again.answer, "cache-control")), ("", "no-store"));
}

#[tokio::test]
async fn another_method_is_a_405() {
    let (app, _shop, page) = connected(0, 0, 0).await;
    let bearer = format!("Bearer {}", page.session);
    for method in ["PUT", "DELETE", "PATCH"] {
        let payload = e2e::api_request(method, PATH, "", "", &[("authorization", &bearer)]);
        let answer = app.serve(super::ACT, payload).await;
        assert_eq!((status_of(&answer), header_of(&answer, "allow")), (405, "GET, POST"));
    }
}
