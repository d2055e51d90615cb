//! Which sites may frame the page.

use e2e::{DynamoFault, InProcess, header_of, status_of};
use jiff::SignedDuration;
use shoprenter_simulator::{DEFAULT_SCOPES, Fault, FaultKind, ShopConfig, ShopHandle, SignedCall};

use super::{Page, opened, opened_with, store};

/// Sites that may frame an answer.
fn ancestors(answer: &serde_json::Value) -> Vec<&str> {
    let policy = header_of(answer, "content-security-policy");
    let (_, ancestors) = policy.split_once("frame-ancestors ").unwrap();
    ancestors.split(';').next().unwrap().split(' ').collect()
}

#[tokio::test]
async fn only_the_shops_hosts_may_frame_the_page() {
    let admin = ("SHOPRENTER_ADMIN_URL", "https://{shop}.myshoprenter.hu/admin/app/{app_id}");
    let (app, _shop, page) = opened_with(&[admin], ShopConfig::sized(1, 0, 0)).await;
    let own = ["https://demo.shoprenter.hu", "https://demo.myshoprenter.hu"];
    let expected = [&own[..], &["https://www.demo.example"]].concat();
    assert_eq!(ancestors(&page.answer), expected);
    assert_eq!(store(&app).await.domain.unwrap().as_str(), "www.demo.example");
}

/// The page's reload, as the script's address asks for it.
async fn reload(app: &InProcess, query: &str) -> serde_json::Value {
    let payload = e2e::api_request("GET", super::PATH, query, "", &[]);
    app.serve(super::REFRESH, payload).await
}

/// The proof in the page.
fn proof_of(page: &Page) -> String {
    let (_, rest) = e2e::body_of(&page.answer).split_once("data-frame=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn proof_lets_own_domain_frame_the_reload() {
    let admin = ("SHOPRENTER_ADMIN_URL", "https://{shop}.myshoprenter.hu/admin/app/{app_id}");
    let config =
        ShopConfig { primary_domain: Some("www.bolt.hu".into()), ..ShopConfig::sized(1, 0, 0) };
    let (app, shop, page) = opened_with(&[admin], config).await;
    let proof = proof_of(&page);
    let framed = reload(&app, &format!("frame={proof}")).await;
    let own = ["https://demo.shoprenter.hu", "https://demo.myshoprenter.hu", "https://www.bolt.hu"];
    assert_eq!((status_of(&framed), ancestors(&framed)), (200, own.to_vec()));
    for told in ["demo", "bolt.hu"] {
        assert!(
            !e2e::body_of(&framed).contains(told),
            "the shell says nothing of the store: {told}"
        );
    }

    let any = ["https://*.shoprenter.hu", "https://*.myshoprenter.hu"];
    let other = proof.replace("f1.", "v1.");
    let (text, tag) = proof.rsplit_once('.').unwrap();
    let forged = format!("{text}x.{tag}");
    for query in [
        String::new(),
        "frame=".to_owned(),
        format!("frame={other}"),
        format!("frame={forged}"),
        format!("frame={}", page.session),
        format!("frame={proof}&frame={proof}"),
    ] {
        assert_eq!(ancestors(&reload(&app, &query).await), any, "{query}");
    }
    let opens = super::load_page(&app, &proof, &[]).await;
    assert_eq!(status_of(&opens), 401, "the proof is no session");

    let later = SignedCall { skew_seconds: 1, ..SignedCall::default() };
    app.get(&app.uninstall_url(&shop, &later).await).await;
    assert_eq!(ancestors(&reload(&app, &format!("frame={proof}")).await), any, "uninstalled");
}

#[tokio::test]
async fn proof_of_a_frame_lasts_a_day() {
    let (app, _shop, page) = opened(ShopConfig::sized(1, 0, 0)).await;
    let query = format!("frame={}", proof_of(&page));
    let may = |answer: &serde_json::Value| ancestors(answer).contains(&"https://www.demo.example");
    app.clock.advance(SignedDuration::from_hours(23));
    assert!(may(&reload(&app, &query).await));
    app.clock.advance(SignedDuration::from_hours(2));
    assert!(!may(&reload(&app, &query).await));
}

#[tokio::test]
async fn page_without_own_domain_carries_no_proof() {
    let mut config = ShopConfig::sized(1, 0, 0);
    config.scopes.remove("store.domain:read");
    let (_app, _shop, page) = opened(config).await;
    assert!(!e2e::body_of(&page.answer).contains("data-frame"));
}

#[tokio::test]
async fn configured_admin_may_frame_the_page() {
    let (app, _shop, page) = opened(ShopConfig::sized(1, 0, 0)).await;
    assert!(ancestors(&page.answer).contains(&app.shoprenter.base_url()));
}

#[tokio::test]
async fn unreadable_or_invalid_domain_is_left_out() {
    let mut scopes: std::collections::BTreeSet<_> = DEFAULT_SCOPES.map(str::to_owned).into();
    scopes.remove("store.domain:read");
    let without = ShopConfig { scopes, ..ShopConfig::sized(1, 0, 0) };
    let named = |domain: &str| {
        let primary_domain = Some(domain.to_owned());
        ShopConfig { primary_domain, ..ShopConfig::sized(1, 0, 0) }
    };
    for config in [without, named("x.hu; script-src *"), named("*.hu"), named("")] {
        let (app, _shop, page) = opened(config).await;
        assert_eq!(store(&app).await.domain, None);
        assert_eq!(ancestors(&page.answer).len(), 3);
        assert!(!header_of(&page.answer, "content-security-policy").contains('*'));
    }
}

#[tokio::test]
async fn failed_domain_lookup_is_retried_on_next_opening() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", ShopConfig::sized(1, 0, 0));
    let broken = FaultKind::Status { status: 503, retry_after: None };
    shop.add_fault(Fault::new(broken).on("/api/domains")).unwrap();
    let page = Page::of(app.open(&shop).await);
    assert!(!ancestors(&page.answer).contains(&"https://www.demo.example"));
    shop.clear_faults();
    let page = Page::of(app.open(&shop).await);
    assert!(ancestors(&page.answer).contains(&"https://www.demo.example"));

    shop.reset_stats();
    app.open(&shop).await;
    assert_eq!(shop.stats().count("GET api/domains"), 0, "it is known now");
}

#[tokio::test]
async fn expired_session_notice_appears_in_the_admin_frame() {
    let (app, _shop, page) = opened(ShopConfig::sized(1, 0, 0)).await;
    app.clock.advance(SignedDuration::from_mins(61));
    let answer = super::load_page(&app, &page.session, &[]).await;
    assert_eq!(status_of(&answer), 401);
    assert!(ancestors(&answer).contains(&"https://demo.myshoprenter.hu"));
}

/// Opens the app with a signature dated this much later.
async fn open_after(app: &InProcess, shop: &ShopHandle, moved: SignedDuration) -> Page {
    let call = SignedCall { skew_seconds: moved.as_secs(), ..SignedCall::default() };
    Page::of(app.get(&app.open_url(shop, &call).await).await)
}

#[tokio::test]
async fn changed_shop_domain_is_picked_up_next_day() {
    let (app, shop, _) = opened(ShopConfig::sized(1, 0, 0)).await;
    let (old, new) = ("https://www.demo.example", "https://new.example");
    shop.configure(|config| config.primary_domain = Some("new.example".to_owned())).unwrap();
    let page = Page::of(app.open(&shop).await);
    assert!(ancestors(&page.answer).contains(&old), "the domain was read a moment ago");
    let day = SignedDuration::from_hours(24);
    app.clock.advance(day);
    let page = open_after(&app, &shop, day).await;
    assert!(ancestors(&page.answer).contains(&new), "{:?}", ancestors(&page.answer));
    assert!(!ancestors(&page.answer).contains(&old), "{:?}", ancestors(&page.answer));

    shop.configure(|config| config.primary_domain = Some(String::new())).unwrap();
    app.clock.advance(day);
    let page = open_after(&app, &shop, day * 2).await;
    assert_eq!(ancestors(&page.answer).len(), 3, "{:?}", ancestors(&page.answer));
    assert_eq!(store(&app).await.domain, None);
}

#[tokio::test]
async fn ended_install_notice_appears_in_the_admin_frame() {
    let (app, shop, page) = opened(ShopConfig::sized(1, 0, 0)).await;
    let later = SignedCall { skew_seconds: 1, ..SignedCall::default() };
    let early = app.open_url(&shop, &SignedCall { form: 2, ..SignedCall::default() }).await;
    assert_eq!(status_of(&app.get(&app.uninstall_url(&shop, &later).await).await), 200);
    let looked = super::load_page(&app, &page.session, &[]).await;
    let acted = super::act(&app, &page, &[("action", "sync")]).await;
    let echo = app.get(&early).await;
    for (answer, status) in [(looked, 401), (acted, 401), (echo, 409)] {
        assert_eq!(status_of(&answer), status);
        assert!(ancestors(&answer).contains(&"https://www.demo.example"), "{status}");
    }
}

#[tokio::test]
async fn refused_opening_is_readable_in_the_admin_frame() {
    let (app, shop, _) = opened(ShopConfig::sized(1, 0, 0)).await;
    let admin = app.shoprenter.base_url();
    let any = ["https://*.shoprenter.hu", "https://*.myshoprenter.hu", admin];
    let url = app.open_url(&shop, &SignedCall { form: 2, ..SignedCall::default() }).await;
    let old = SignedCall { skew_seconds: -301, ..SignedCall::default() };
    let mut refused = vec![
        (400, app.get("http://app.invalid/integrations/shoprenter/entry").await),
        (403, app.get(&url.replace("shopname=demo", "shopname=other")).await),
        (403, app.get(&app.open_url(&shop, &old).await).await),
    ];
    for (operation, table) in
        [("PutItem", &app.tables().installs), ("GetItem", &app.tables().stores)]
    {
        app.aws.apply_fault(operation, table, DynamoFault::Denied, (0, 1));
        refused.push((503, app.get(&url).await));
        assert_eq!(app.aws.cancel_faults(), 0);
    }
    for path in ["entry", "store"] {
        let path = format!("/integrations/shoprenter/{path}");
        let payload = e2e::api_request("DELETE", &path, "", "", &[]);
        refused.push((405, app.serve(super::ACT, payload).await));
    }
    for (status, answer) in refused {
        assert_eq!((status_of(&answer), ancestors(&answer)), (status, any.to_vec()));
    }
}

#[tokio::test]
async fn refusals_of_other_calls_cannot_be_framed() {
    let (app, _shop, _) = opened(ShopConfig::sized(1, 0, 0)).await;
    for path in ["auth/shoprenter/callback", "webhooks/shoprenter/uninstall"] {
        let answer = app.get(&format!("http://app.invalid/{path}")).await;
        assert_eq!((status_of(&answer), ancestors(&answer)), (400, vec!["'none'"]), "{path}");
    }
}
