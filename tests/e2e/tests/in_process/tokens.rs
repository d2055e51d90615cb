//! Access tokens: few, valid, encrypted and fetched without contention.

use std::sync::Arc;
use std::time::Duration;

use e2e::{InProcess, rows};
use jiff::SignedDuration;
use serde_json::json;
use shopcall_core::domain::{
    ApiError, Deadline, FailureKind, Generation, Opening, Priority, Resource, ShopAccess, Store,
    StoreId,
};
use shopcall_core::runtime::config::AppSecret;
use shopcall_core::storage::RunStatus;
use shoprenter_simulator::{Dialect, Fault, FaultKind, ShopConfig, ShopHandle};

const FIRST: Generation = Generation(1);

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(20))
}

fn access(secret: &AppSecret, deadline: Deadline) -> ShopAccess {
    ShopAccess {
        store: id(),
        generation: FIRST,
        credentials: Arc::clone(&secret.credentials),
        priority: Priority::Background,
        deadline,
    }
}

async fn installed(config: ShopConfig) -> (InProcess, ShopHandle, Arc<AppSecret>) {
    let app = InProcess::start().await;
    let shop = app.shop("demo", config);
    shop.set_installed(true);
    let now = jiff::Timestamp::now();
    let begin = |known: Option<&Store>| match Store::open(known, &id(), now, None, now) {
        Opening::Begins(store) => (Some(store), ()),
        _ => (None, ()),
    };
    app.services.stores().change(&id(), begin).await.unwrap();
    let secret = app.services.secrets.get(jiff::Timestamp::now()).await.unwrap();
    (app, shop, secret)
}

fn shop() -> ShopConfig {
    ShopConfig::sized(1, 0, 0)
}

#[tokio::test]
async fn concurrent_functions_request_one_token() {
    let (app, shop, secret) = installed(shop()).await;
    shop.add_fault(Fault::new(FaultKind::Slow { ms: 400 }).on("/app/token")).unwrap();
    let waiting: Vec<_> = (0..25)
        .map(|_| {
            let (source, secret) = (app.client().tokens().clone(), Arc::clone(&secret));
            tokio::spawn(async move { source.get(&access(&secret, soon()), None).await.unwrap() })
        })
        .collect();
    let mut tokens = Vec::new();
    for token in waiting {
        tokens.push(token.await.unwrap());
    }
    assert!(tokens.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(shop.stats().tokens_issued, 1);
}

#[tokio::test]
async fn short_lived_token_is_renewed_at_half_life() {
    let mut config = shop();
    config.token.lifetime_seconds = 200;
    let (app, shop, secret) = installed(config).await;
    let (source, access) = (app.client().tokens().clone(), access(&secret, soon()));
    let get = || source.get(&access, None);
    let first = get().await.unwrap();
    app.clock.advance(SignedDuration::from_secs(90));
    assert_eq!(get().await.unwrap(), first);
    app.clock.advance(SignedDuration::from_secs(20));
    assert_ne!(get().await.unwrap(), first);
    assert_eq!(shop.stats().tokens_issued, 2);
}

#[tokio::test]
async fn token_is_renewed_five_minutes_before_expiry() {
    let (app, shop, secret) = installed(shop()).await;
    let (source, access) = (app.client().tokens().clone(), access(&secret, soon()));
    let get = || source.get(&access, None);
    let first = get().await.unwrap();
    app.clock.advance(SignedDuration::from_secs(3290));
    assert_eq!(get().await.unwrap(), first);
    app.clock.advance(SignedDuration::from_secs(20));
    let second = get().await.unwrap();
    assert_ne!(second, first);
    assert_eq!(get().await.unwrap(), second);
    assert_eq!(shop.stats().tokens_issued, 2);
}

#[tokio::test]
async fn expiry_falls_back_to_the_tokens_claim() {
    let mut config = shop();
    config.token.omit_expires_in = true;
    config.token.lifetime_seconds = 1800;
    let (app, _, secret) = installed(config).await;
    app.client().tokens().get(&access(&secret, soon()), None).await.unwrap();
    let record = app.services.tokens().get(&id(), FIRST).await.unwrap().unwrap();
    let life = record.expires_at - jiff::Timestamp::now().as_second();
    assert!((1780..=1800).contains(&life), "{life}");
}

#[tokio::test]
async fn stored_token_is_encrypted() {
    let (app, shop, secret) = installed(shop()).await;
    app.client().tokens().get(&access(&secret, soon()), None).await.unwrap();
    let stored = format!("{:?}", rows(&app.dynamodb, &app.tables().tokens).await);
    assert!(!stored.contains("eyJ"), "every JWT begins with eyJ");
    assert_eq!(shop.stats().tokens_issued, 1);
    // A lost key costs a new token and no outage.
    app.aws.set_secret(&json!({
        "client_id": "simulated-client", "client_secret": "simulated-secret", "app_id": "100",
        "internal_sync_secret": "b", "data_key": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    }));
    app.client().tokens().get(&access(&secret, soon()), None).await.unwrap();
    assert_eq!(shop.stats().tokens_issued, 2);
}

#[tokio::test]
async fn refused_client_is_permanent_without_retry() {
    for status in [401, 403] {
        let mut config = shop();
        config.uninstalled_status = status;
        let (app, shop, secret) = installed(config).await;
        shop.set_installed(false);
        let source = app.client().tokens().clone();
        let error = source.get(&access(&secret, soon()), None).await.unwrap_err();
        assert!(matches!(error, ApiError::ClientRefused { status: s } if s == status));
        assert_eq!(error.kind(), FailureKind::Permanent);
        assert_eq!(shop.stats().total, 1);
    }
}

#[tokio::test]
async fn unavailable_token_endpoint_is_retried() {
    let (app, shop, secret) = installed(shop()).await;
    let broken = || Fault::new(FaultKind::Status { status: 503, retry_after: None });
    shop.add_fault(broken().times(2)).unwrap();
    let source = app.client().tokens().clone();
    source.get(&access(&secret, soon()), None).await.unwrap();

    app.clock.advance(SignedDuration::from_hours(1));
    shop.add_fault(broken()).unwrap();
    let error = source.get(&access(&secret, soon()), None).await.unwrap_err();
    assert!(matches!(error, ApiError::Unavailable { status: 503, .. }), "{error:?}");
    assert_eq!(error.kind(), FailureKind::Retryable);
}

#[tokio::test]
async fn hanging_token_endpoint_respects_the_deadline() {
    let (app, shop, secret) = installed(shop()).await;
    shop.add_fault(Fault::new(FaultKind::Hang)).unwrap();
    let began = std::time::Instant::now();
    let deadline = Deadline::after(Duration::from_secs(2));
    let source = app.client().tokens().clone();
    let error = source.get(&access(&secret, deadline), None).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Retryable);
    // A token request has 15 seconds, or less if the deadline is nearer.
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn brief_contract_exchanges_code_then_refresh_tokens() {
    let app = InProcess::start_with(&[
        ("SHOPRENTER_CONTRACT", "brief"),
        ("SHOPRENTER_TOKEN_URL", "{simulator}/{shop}/oauth/token"),
    ])
    .await;
    let shop = app.shop("demo", shop());
    let answer = app.open(&shop).await;
    assert_eq!(e2e::status_of(&answer), 200, "{}", e2e::body_of(&answer));
    let secret = app.services.secrets.get(jiff::Timestamp::now()).await.unwrap();
    let source = app.client().tokens().clone();
    let mut last = source.get(&access(&secret, soon()), None).await.unwrap();
    for _ in 0..2 {
        app.clock.advance(SignedDuration::from_secs(3600));
        let next = source.get(&access(&secret, soon()), None).await.unwrap();
        assert_ne!(next, last);
        last = next;
    }
    assert_eq!(shop.stats().count("POST oauth/token"), 3);
}

#[tokio::test]
async fn refresh_without_new_refresh_token_keeps_the_old() {
    let app = InProcess::start_with(&[
        ("SHOPRENTER_CONTRACT", "brief"),
        ("SHOPRENTER_TOKEN_URL", "{simulator}/{shop}/oauth/token"),
    ])
    .await;
    let mut config = shop();
    config.token.rotates_refresh = false;
    let shop = app.shop("demo", config);
    app.open(&shop).await;
    let secret = app.services.secrets.get(jiff::Timestamp::now()).await.unwrap();
    let source = app.client().tokens().clone();
    for _ in 0..3 {
        app.clock.advance(SignedDuration::from_secs(3600));
        source.get(&access(&secret, soon()), None).await.unwrap();
    }
    assert_eq!(shop.stats().count("POST oauth/token"), 4);
}

#[tokio::test]
async fn scope_of_the_answer_decides_what_is_read() {
    let app = InProcess::start_with(&[
        ("SHOPRENTER_CONTRACT", "brief"),
        ("SHOPRENTER_TOKEN_URL", "{simulator}/{shop}/oauth/token"),
    ])
    .await;
    let mut config = ShopConfig { dialect: Dialect::Brief, ..ShopConfig::sized(2, 2, 2) };
    config.scopes.remove("order.order:read");
    let shop = app.shop("demo", config);
    app.open(&shop).await;
    for event in app.aws.take_events() {
        if event.detail_type == "SyncRequested" {
            app.sync(&event).await.unwrap();
        }
    }
    let runs = app.services.runs().latest(&id(), 10).await.unwrap();
    let failed: Vec<_> = runs.iter().filter(|run| run.status != RunStatus::Completed).collect();
    assert_eq!((runs.len(), failed.len(), failed[0].resource), (3, 1, Resource::Orders));
    let reason = failed[0].reason.as_deref().unwrap();
    assert!(reason.contains("permission order:read is missing"), "{reason}");
    let known = app.services.stores().get(&id()).await.unwrap().unwrap();
    assert!(known.missing_permissions.iter().eq([&Resource::Orders]), "{known:?}");
    assert_eq!(shop.stats().count("GET api/orders"), 0);
    assert!(shop.stats().count("GET api/products") > 0);
}

#[tokio::test]
async fn new_opening_replaces_refused_refresh_token() {
    let app = InProcess::start_with(&[
        ("SHOPRENTER_CONTRACT", "brief"),
        ("SHOPRENTER_TOKEN_URL", "{simulator}/{shop}/oauth/token"),
    ])
    .await;
    let shop = app.shop("demo", shop());
    app.open(&shop).await;
    app.clock.advance(SignedDuration::from_secs(3600));
    shop.set_installed(false);
    let secret = app.services.secrets.get(jiff::Timestamp::now()).await.unwrap();
    let source = app.client().tokens().clone();
    let refused = source.get(&access(&secret, soon()), None).await.unwrap_err();
    assert!(matches!(refused, ApiError::ClientRefused { .. }));

    shop.set_installed(true);
    let opening = app.open_url(&shop, &shoprenter_simulator::SignedCall::default()).await;
    let opening = url::Url::parse(&opening).unwrap();
    let code = opening.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    source.get(&access(&secret, soon()), Some(&code)).await.unwrap();
}
