//! Callback and entry: the steps of an install in a merchant's browser.

use e2e::{InProcess, api_request, body_of, header_of, rows, status_of};
use jiff::SignedDuration;
use shopcall_core::domain::{Generation, StoreState};
use shoprenter_simulator::{Fault, FaultKind, ShopConfig, SignedCall};
use url::Url;

fn query_of(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn without_quirks() -> ShopConfig {
    ShopConfig::sized(3, 0, 0)
}

#[tokio::test]
async fn install_redirects_to_admin_then_entry() {
    for form in 1..=4 {
        let app = InProcess::start().await;
        let shop = app.shop("demo", without_quirks());
        let url = app.install_url(&shop, &SignedCall::default().form(form)).await;
        let answer = app.get(&url).await;
        assert_eq!(status_of(&answer), 302, "form {form}");
        let location = header_of(&answer, "location");
        assert!(
            location.starts_with(&format!("{}/demo/admin/app/100?", app.shoprenter.base_url())),
            "{location}"
        );
        let sr_install = query_of(location, "sr_install").unwrap();

        let opening = SignedCall {
            extra: [("sr_install".to_owned(), sr_install.clone())].into(),
            ..SignedCall::default().form(form)
        };
        let answer = app.get(&app.open_url(&shop, &opening).await).await;
        assert_eq!(status_of(&answer), 200, "form {form}: {}", body_of(&answer));
        assert!(body_of(&answer).contains("A bolt össze van kapcsolva"));
        let store = app.services.stores().get(&"shoprenter:demo".parse().unwrap()).await;
        let store = store.unwrap().unwrap();
        assert_eq!((store.generation, store.state), (Generation(1), StoreState::Active));
        assert!(store.set_up);
        assert_eq!(store.sr_install, Some(sr_install));
    }
}

#[tokio::test]
async fn only_the_first_opening_requests_syncs() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", without_quirks());
    app.open(&shop).await;
    let events = app.aws.take_events();
    let kinds: Vec<_> = events.iter().map(|event| event.detail_type.as_str()).collect();
    assert_eq!(kinds, ["StoreInstalled", "SyncRequested", "SyncRequested", "SyncRequested"]);
    let resources: Vec<_> = events[1..].iter().map(|event| &event.detail["resource"]).collect();
    assert_eq!(resources, ["products", "orders", "customers"]);
    assert!(events[1..].iter().all(|event| event.detail["mode"] == "full"));

    app.open(&shop).await;
    assert_eq!(app.aws.take_events(), []);
}

#[tokio::test]
async fn reloading_any_step_is_harmless() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", without_quirks());
    let callback = app.install_url(&shop, &SignedCall::default()).await;
    let (first, again) = (app.get(&callback).await, app.get(&callback).await);
    assert_eq!(header_of(&first, "location"), header_of(&again, "location"));
    let opening = app.open_url(&shop, &SignedCall::default()).await;
    app.get(&opening).await;
    app.aws.take_events();
    let again = app.get(&opening).await;
    assert_eq!(status_of(&again), 200);
    assert_eq!(app.aws.take_events(), []);
    let installs = rows(&app.dynamodb, &app.tables().installs).await;
    let pending = installs.iter().filter(|row| row["pk"].as_s().unwrap().starts_with("install#"));
    assert_eq!(pending.count(), 1);
}

#[tokio::test]
async fn next_opening_completes_install_without_token() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", without_quirks());
    let broken = FaultKind::Status { status: 503, retry_after: None };
    shop.add_fault(Fault::new(broken).on("/app/token")).unwrap();
    let answer = app.open(&shop).await;
    assert_eq!(status_of(&answer), 503);
    assert!(body_of(&answer).contains("A ShopRenter most nem válaszol"));
    assert_eq!(app.aws.take_events(), []);

    shop.clear_faults();
    assert_eq!(status_of(&app.open(&shop).await), 200);
    assert_eq!(app.aws.take_events().len(), 4);
}

#[tokio::test]
async fn next_opening_publishes_events_lost_at_install() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", without_quirks());
    app.aws.refuse_events(usize::MAX);
    let answer = app.open(&shop).await;
    assert_eq!(status_of(&answer), 503);
    assert!(body_of(&answer).contains("Átmeneti hiba"));
    app.aws.refuse_events(0);
    assert_eq!(status_of(&app.open(&shop).await), 200);
    assert_eq!(app.aws.take_events().len(), 4);
}

#[tokio::test]
async fn only_refused_events_are_republished() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", without_quirks());
    app.aws.refuse_events(2);
    assert_eq!(status_of(&app.open(&shop).await), 200);
    assert_eq!(app.aws.take_events().len(), 4);
}

#[tokio::test]
async fn refused_app_needs_attention_until_opening_succeeds() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", without_quirks());
    let opening = app.open_url(&shop, &SignedCall::default()).await;
    shop.set_installed(false);
    let answer = app.get(&opening).await;
    assert_eq!(status_of(&answer), 502);
    assert!(body_of(&answer).contains("nem engedi be"));
    let id = "shoprenter:demo".parse().unwrap();
    let store = app.services.stores().get(&id).await.unwrap().unwrap();
    assert_eq!(store.state, StoreState::NeedsAttention);

    assert_eq!(status_of(&app.open(&shop).await), 200);
    let store = app.services.stores().get(&id).await.unwrap().unwrap();
    assert_eq!((store.state, store.attention), (StoreState::Active, None));
}

#[tokio::test]
async fn twenty_concurrent_openings_are_one_install() {
    let app = std::sync::Arc::new(InProcess::start().await);
    let shop = app.shop("demo", without_quirks());
    shop.set_installed(true);
    let mut openings = Vec::new();
    for _ in 0..20 {
        let url = app.open_url(&shop, &SignedCall::default()).await;
        let app = std::sync::Arc::clone(&app);
        openings.push(tokio::spawn(async move { status_of(&app.get(&url).await) }));
    }
    for opening in openings {
        assert_eq!(opening.await.unwrap(), 200);
    }
    let store = app.services.stores().get(&"shoprenter:demo".parse().unwrap()).await;
    assert_eq!(store.unwrap().unwrap().generation, Generation(1));
    assert_eq!(shop.stats().tokens_issued, 1);
    let requests = app.aws.take_events().into_iter();
    let runs: std::collections::BTreeSet<_> = requests
        .filter(|event| event.detail_type == "SyncRequested")
        .map(|event| event.detail["run_id"].to_string())
        .collect();
    assert_eq!(runs.len(), 3, "one run per resource, however often it is requested");
}

#[tokio::test]
async fn wrong_signature_returns_403_and_changes_nothing() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", without_quirks());
    let bad = SignedCall { bad_hmac: true, ..SignedCall::default() };
    for url in [
        app.install_url(&shop, &bad).await,
        app.open_url(&shop, &bad).await,
        app.uninstall_url(&shop, &bad).await,
    ] {
        let answer = app.get(&url).await;
        assert_eq!(status_of(&answer), 403);
        assert!(!body_of(&answer).contains(&query_of(&url, "hmac").unwrap()));
    }
    assert_eq!(rows(&app.dynamodb, &app.tables().stores).await, []);
    assert_eq!(rows(&app.dynamodb, &app.tables().installs).await, []);
    assert_eq!(app.aws.take_events(), []);
}

#[tokio::test]
async fn malformed_signature_is_refused_like_a_wrong_one() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", without_quirks());
    let unsigned = SignedCall { omit: vec!["hmac".to_owned()], ..SignedCall::default() };
    for hmac in ["", "x", "00", &"0".repeat(63), &"0".repeat(66), &"g".repeat(64), "%FF"] {
        let url = format!("{}&hmac={hmac}", app.open_url(&shop, &unsigned).await);
        assert_eq!(status_of(&app.get(&url).await), 403, "{hmac:?}");
    }
    assert_eq!(rows(&app.dynamodb, &app.tables().stores).await, []);
}

#[tokio::test]
async fn opening_with_repeated_other_parameters_is_accepted() {
    let ids = [("ids[]", "2"), ("ids[]", "1")];
    let repeated = ids.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    for form in 1..=4 {
        let app = InProcess::start().await;
        let shop = app.shop("demo", without_quirks());
        shop.set_installed(true);
        let call = SignedCall { repeated: repeated.clone(), form, ..SignedCall::default() };
        let url = app.open_url(&shop, &call).await;
        assert_eq!(status_of(&app.get(&url).await), 200, "form {form}");
        for name in ["app_url", "sr_install"] {
            let extra = [(name.to_owned(), "x".to_owned())].into();
            let duplicate = vec![name.to_owned()];
            let call = SignedCall { extra, duplicate, form, ..SignedCall::default() };
            let url = app.open_url(&shop, &call).await;
            assert_eq!(status_of(&app.get(&url).await), 400, "two of {name}");
        }
    }
}

#[tokio::test]
async fn shop_named_by_its_host_is_that_shop() {
    for domain in ["shoprenter.hu", "myshoprenter.hu"] {
        let app = InProcess::start().await;
        let shop = app.shop("demo", without_quirks());
        shop.set_installed(true);
        let call = SignedCall { shop_domain: Some(domain.to_owned()), ..SignedCall::default() };
        let url = app.open_url(&shop, &call).await;
        assert_eq!(status_of(&app.get(&url).await), 200, "{domain}");
        let id = "shoprenter:demo".parse().unwrap();
        assert!(app.services.stores().get(&id).await.unwrap().is_some(), "{domain}");
    }
}

#[tokio::test]
async fn timestamp_is_valid_five_minutes_one_ahead() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", without_quirks());
    for (skew, expected) in [(-290, 302), (-310, 403), (50, 302), (70, 403)] {
        let call = SignedCall { skew_seconds: skew, ..SignedCall::default() };
        let answer = app.get(&app.install_url(&shop, &call).await).await;
        assert_eq!(status_of(&answer), expected, "{skew} s");
    }
}

#[tokio::test]
async fn malformed_call_returns_400_in_merchants_language() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", without_quirks());
    for name in ["shopname", "code", "timestamp", "hmac"] {
        let call = SignedCall { omit: vec![name.to_owned()], ..SignedCall::default() };
        let answer = app.get(&app.install_url(&shop, &call).await).await;
        assert_eq!(status_of(&answer), 400, "without {name}");
        assert!(body_of(&answer).contains("Hiányos vagy hibás kérés"));
        let call = SignedCall { duplicate: vec![name.to_owned()], ..SignedCall::default() };
        let answer = app.get(&app.install_url(&shop, &call).await).await;
        assert_eq!(status_of(&answer), 400, "two of {name}");
    }
}

#[tokio::test]
async fn browser_preferring_english_gets_english() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", without_quirks());
    shop.set_installed(true);
    let url = app.open_url(&shop, &SignedCall::default()).await;
    let url = Url::parse(&url).unwrap();
    let headers = [("accept-language", "en-GB,en;q=0.9,hu;q=0.5")];
    let payload = api_request("GET", url.path(), url.query().unwrap(), "", &headers);
    let endpoint = entry::Entry::new(app.services.clone());
    let answer =
        shopcall_core::runtime::http::serve(payload, |request| endpoint.handle(request)).await;
    assert!(body_of(&answer).contains("The shop is connected"), "{}", body_of(&answer));
}

#[tokio::test]
async fn hostile_requests_return_400_or_403() {
    use oauth_callback::OauthCallback;
    use shopcall_core::runtime::http::serve;

    let app = InProcess::start().await;
    let endpoint = OauthCallback::new(app.services.clone());
    for query in
        ["\"<script>", "%", "%ff", "a=%00", "shopname=../..&code=1", "é", &"x".repeat(70_000)]
    {
        for host in ["app.invalid", "bad host", "[", "a\u{7f}"] {
            let headers = [("host", host), ("x-forwarded-proto", "java script")];
            let payload = api_request("GET", "/auth/shoprenter/callback", query, "", &headers);
            let answer = serve(payload, |request| endpoint.handle(request)).await;
            assert!([400, 403].contains(&status_of(&answer)), "{query:.20} {host}");
            assert!(!answer.to_string().contains("script>"));
        }
    }
}

#[tokio::test]
async fn untrusted_redirect_address_is_not_followed() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", without_quirks());
    let own = format!("{}/demo/admin/app/100", app.shoprenter.base_url());
    for hostile in [
        "https://evil.example/",
        "https://demo.myshoprenter.hu@evil.example/",
        "https://demo.myshoprenter.hu.evil.example/",
        "https://evil.example\\@demo.myshoprenter.hu/",
        "//evil.example/",
        "javascript:alert(1)",
        "http://demo.myshoprenter.hu/",
        "https://demo.myshoprenter.hu:8443/",
        "https://demо.myshoprenter.hu/", // a Cyrillic о
        "https://other.myshoprenter.hu/",
        "",
    ] {
        for form in [1, 2] {
            let call =
                SignedCall { app_url: hostile.to_owned(), ..SignedCall::default().form(form) };
            let answer = app.get(&app.install_url(&shop, &call).await).await;
            let location = header_of(&answer, "location");
            assert!(location.starts_with(&own), "{hostile}: {location}");
        }
    }
    for good in ["https://demo.myshoprenter.hu/admin/app/100", "https://demo.shoprenter.hu/x?y=1"] {
        let call = SignedCall { app_url: good.to_owned(), ..SignedCall::default() };
        let answer = app.get(&app.install_url(&shop, &call).await).await;
        assert!(header_of(&answer, "location").starts_with(good), "{good}");
    }
    let call = SignedCall { app_url: "primary_domain".to_owned(), ..SignedCall::default().form(3) };
    let answer = app.get(&app.install_url(&shop, &call).await).await;
    assert!(header_of(&answer, "location").starts_with("https://www.demo.example/admin/app/100?"));
}

#[tokio::test]
async fn both_client_secrets_verify_during_rotation() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", without_quirks());
    let rotated = serde_json::json!({
        "client_id": "simulated-client", "app_id": 100,
        "client_secret": ["simulated-secret-2", "simulated-secret"],
        "internal_sync_secret": ["b2", "b1"],
        "data_key": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
    });
    app.aws.set_secret(&rotated);
    for (secret, expected) in [("simulated-secret", 302), ("simulated-secret-2", 302), ("no", 403)]
    {
        let call = SignedCall { secret: Some(secret.to_owned()), ..SignedCall::default() };
        let answer = app.get(&app.install_url(&shop, &call).await).await;
        assert_eq!(status_of(&answer), expected, "{secret}");
    }
}

#[tokio::test]
async fn running_function_notices_secret_rotation() {
    let app = InProcess::start().await;
    let shop = app.shop("demo", without_quirks());
    let signed_with =
        |secret: &str| SignedCall { secret: Some(secret.to_owned()), ..SignedCall::default() };
    let call = app.install_url(&shop, &signed_with("simulated-secret")).await;
    assert_eq!(status_of(&app.get(&call).await), 302);
    app.aws.set_secret(&serde_json::json!({
        "client_id": "simulated-client", "app_id": "100", "client_secret": "newer",
        "internal_sync_secret": "b", "data_key": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
    }));
    app.clock.advance(SignedDuration::from_secs(290));
    let newer = SignedCall { skew_seconds: 290, ..signed_with("newer") };
    assert_eq!(status_of(&app.get(&app.install_url(&shop, &newer).await).await), 403);
    app.clock.advance(SignedDuration::from_secs(20));
    let newer = SignedCall { skew_seconds: 310, ..signed_with("newer") };
    assert_eq!(status_of(&app.get(&app.install_url(&shop, &newer).await).await), 302);
}

#[tokio::test]
async fn configured_frontend_gets_install_and_status() {
    let app = InProcess::start_with(&[("FRONTEND_URL", "https://app.shopcall.example/hu/")]).await;
    let shop = app.shop("demo", without_quirks());
    let callback = app.get(&app.install_url(&shop, &SignedCall::default()).await).await;
    let sr_install = query_of(header_of(&callback, "location"), "sr_install").unwrap();
    let opening = SignedCall {
        extra: [("sr_install".to_owned(), sr_install.clone())].into(),
        ..SignedCall::default()
    };
    let answer = app.get(&app.open_url(&shop, &opening).await).await;
    assert_eq!(status_of(&answer), 302);
    assert_eq!(
        header_of(&answer, "location"),
        format!(
            "https://app.shopcall.example/hu/integrations?sr_install={sr_install}&status=connected"
        )
    );
}

#[tokio::test]
async fn foreign_or_expired_install_is_not_adopted() {
    let app = InProcess::start().await;
    let (mine, other) = (app.shop("mine", without_quirks()), app.shop("other", without_quirks()));
    let callback = app.get(&app.install_url(&other, &SignedCall::default()).await).await;
    let sr_install = query_of(header_of(&callback, "location"), "sr_install").unwrap();
    let opening = |skew| SignedCall {
        extra: [("sr_install".to_owned(), sr_install.clone())].into(),
        skew_seconds: skew,
        ..SignedCall::default()
    };
    mine.set_installed(true);
    assert_eq!(status_of(&app.get(&app.open_url(&mine, &opening(0)).await).await), 200);
    let store = app.services.stores().get(&"shoprenter:mine".parse().unwrap()).await;
    assert_eq!(store.unwrap().unwrap().sr_install, None);

    app.clock.advance(SignedDuration::from_mins(16));
    other.set_installed(true);
    assert_eq!(status_of(&app.get(&app.open_url(&other, &opening(960)).await).await), 200);
    let store = app.services.stores().get(&"shoprenter:other".parse().unwrap()).await;
    assert_eq!(store.unwrap().unwrap().sr_install, None);
}
