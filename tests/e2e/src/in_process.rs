//! The whole product in one process.

mod routes;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use customers_sync::CustomersSync;
use entry::Entry;
use lookup::Lookup;
use oauth_callback::OauthCallback;
use oauth_init::OauthInit;
use orders_sync::OrdersSync;
use products_sync::ProductsSync;
use scheduled_sync::ScheduledSync;
use serde_json::{Value, json};
use shopcall_core::domain::RateLimit;
use shopcall_core::domain::clock::Clock;
use shopcall_core::domain::random;
use shopcall_core::runtime::Services;
use shopcall_core::runtime::config::{Environment, Tables};
use shopcall_core::runtime::http::serve;
use shoprenter_simulator::{Options, RateConfig, ShopConfig, ShopHandle, SignedCall, Simulator};
use stores::Stores;
use sync::SyncAll;
use uninstall::Uninstall;
use url::Url;
use webhook_orders::WebhookOrders;

use crate::front::{Front, delivery};
use crate::{LocalAws, PublishedEvent, TestClock, tables};

/// Where the simulated admin believes the app to be; calls are handed over in process.
pub const BACKEND_URL: &str = "http://app.invalid";

/// The product, its surroundings, and the time.
#[derive(Debug)]
pub struct InProcess {
    /// The simulated ShopRenter.
    pub shoprenter: Simulator,
    /// The simulated AWS.
    pub aws: LocalAws,
    /// The time.
    pub clock: Arc<TestClock>,
    /// What all functions stand on.
    pub services: Services,
    /// A client for looking into the tables.
    pub dynamodb: aws_sdk_dynamodb::Client,
    environment: Vec<(String, String)>,
    /// Whether shops refuse nothing for their rate unless a test configures it.
    lifts_limits: bool,
    init: OauthInit,
    callback: OauthCallback,
    entry: Entry,
    uninstall: Uninstall,
    products: ProductsSync,
    orders: OrdersSync,
    customers: CustomersSync,
    scheduled: ScheduledSync,
    sync_all: SyncAll,
    stores: Stores,
    lookup: Lookup,
    webhooks: Arc<WebhookOrders>,
}

impl InProcess {
    /// Starts everything, with the official contract. Nothing waits for a shop's rate limit.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with ShopRenter's own rate limit, on both sides.
    pub async fn limited() -> Self {
        let app = Self::start_with(&[("SHOPRENTER_RATE_LIMIT", "3")]).await;
        Self { lifts_limits: false, ..app }
    }

    /// Starts everything, with further environment variables.
    ///
    /// # Panics
    /// Where something cannot start.
    pub async fn start_with(variables: &[(&str, &str)]) -> Self {
        let shoprenter = Simulator::start(Options::default()).unwrap();
        shoprenter.set_app(|app| {
            app.redirect_uri = format!("{BACKEND_URL}/auth/shoprenter/callback");
            app.entry_uri = format!("{BACKEND_URL}/integrations/shoprenter/entry");
            app.uninstall_uri = format!("{BACKEND_URL}/webhooks/shoprenter/uninstall");
        });
        let aws = LocalAws::start(&secret(&shoprenter)).await;
        let clock = Arc::new(TestClock::default());
        // One DynamoDB may serve several tests at a time.
        let prefix = random::hex::<6>();
        let front = Front::open().await;
        let environment = environment(variables, &prefix, &aws, &shoprenter, &front);
        let variables = |name: &str| {
            let variable = environment.iter().find(|(known, _)| known == name);
            variable.map(|(_, value)| value.clone())
        };
        let services = platforms::services_from(
            &Environment::new(&variables),
            Arc::clone(&clock) as Arc<dyn Clock>,
        )
        .unwrap();
        let http = shopcall_core::runtime::http_client().unwrap();
        let clients = shopcall_core::runtime::aws::AwsEnvironment::from_environment(
            &Environment::new(&variables),
            http,
        );
        let dynamodb = clients.unwrap().dynamodb();
        tables::create(&dynamodb, &services.config.tables).await;
        let webhooks = Arc::new(WebhookOrders::new(&services));
        front.serve(Arc::clone(&webhooks));
        Self {
            init: OauthInit::new(services.clone()),
            callback: OauthCallback::new(services.clone()),
            entry: Entry::new(services.clone()),
            uninstall: Uninstall::new(&services),
            products: ProductsSync::new(&services),
            orders: OrdersSync::new(&services),
            customers: CustomersSync::new(&services),
            scheduled: ScheduledSync::new(&services),
            sync_all: SyncAll::new(&services),
            stores: Stores::new(services.clone()),
            lookup: Lookup::new(&services),
            webhooks,
            shoprenter,
            aws,
            clock,
            services,
            dynamodb,
            environment,
            lifts_limits: true,
        }
    }

    /// A shop without the app.
    ///
    /// # Panics
    /// Where the configuration is wrong.
    pub fn shop(&self, name: &str, mut config: ShopConfig) -> ShopHandle {
        if self.lifts_limits && config.rate == RateConfig::default() {
            config.rate.per_second = 10_000;
        }
        self.shoprenter.put_shop(name, config).unwrap()
    }

    /// Hands a GET over to the function that its path belongs to.
    ///
    /// # Panics
    /// Where no function has the path.
    pub async fn get(&self, url: &str) -> Value {
        let url = Url::parse(url).unwrap();
        let payload = api_request("GET", url.path(), url.query().unwrap_or_default(), "", &[]);
        match url.path() {
            path if path == "/auth/shoprenter/init" || path.starts_with("/assets/") => {
                serve(payload, |request| self.init.handle(request)).await
            }
            "/auth/shoprenter/callback" => {
                serve(payload, |request| self.callback.handle(request)).await
            }
            "/integrations/shoprenter/entry" => {
                serve(payload, |request| self.entry.handle(request)).await
            }
            "/webhooks/shoprenter/uninstall" => {
                serve(payload, |request| self.uninstall.handle(request)).await
            }
            path => panic!("no function has {path}"),
        }
    }

    /// The address that the admin would call for an install.
    ///
    /// # Panics
    /// Where the call cannot be built.
    pub async fn install_url(&self, shop: &ShopHandle, call: &SignedCall) -> String {
        shop.install(&SignedCall { follow: Some(false), ..call.clone() }).await.unwrap().url
    }

    /// The address that the admin would show for an opening.
    ///
    /// # Panics
    /// Where the call cannot be built.
    pub async fn open_url(&self, shop: &ShopHandle, call: &SignedCall) -> String {
        shop.open(&SignedCall { follow: Some(false), ..call.clone() }).await.unwrap().url
    }

    /// The address that ShopRenter would call for an uninstall.
    ///
    /// # Panics
    /// Where the call cannot be built.
    pub async fn uninstall_url(&self, shop: &ShopHandle, call: &SignedCall) -> String {
        shop.uninstall(&SignedCall { follow: Some(false), ..call.clone() }).await.unwrap().url
    }

    /// A right opening of the app; returns the answer.
    pub async fn open(&self, shop: &ShopHandle) -> Value {
        shop.set_installed(true);
        self.get(&self.open_url(shop, &SignedCall::default()).await).await
    }

    /// A POST to `/sync/products`.
    ///
    /// # Panics
    /// Where the function fails instead of answering.
    pub async fn post_products(&self, body: &str, headers: &[(&str, &str)]) -> Value {
        let payload = api_request("POST", "/sync/products", "", body, headers);
        self.products.invoke(payload, Duration::from_secs(30)).await.unwrap()
    }

    /// A POST to `/sync`.
    pub async fn post_sync(&self, body: &str, headers: &[(&str, &str)]) -> Value {
        let payload = api_request("POST", "/sync", "", body, headers);
        serve(payload, |request| self.sync_all.handle(request)).await
    }

    /// A request to `stores`; `target` is the path, with or without a query.
    pub async fn stores(
        &self,
        method: &str,
        target: &str,
        body: &str,
        headers: &[(&str, &str)],
    ) -> Value {
        let (path, raw_query) = target.split_once('?').unwrap_or((target, ""));
        let payload = api_request(method, path, raw_query, body, headers);
        serve(payload, |request| self.stores.handle(request)).await
    }

    /// A request to `lookup`; `target` as for `stores`.
    pub async fn lookup(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Value {
        let (path, raw_query) = target.split_once('?').unwrap_or((target, ""));
        let payload = api_request(method, path, raw_query, "", headers);
        serve(payload, |request| self.lookup.handle(request)).await
    }

    /// A webhook's delivery to `url`, whose path alone counts.
    ///
    /// # Panics
    /// Where `url` is no address.
    pub async fn deliver(&self, url: &str, content_type: &str, body: &[u8]) -> Value {
        let url = Url::parse(url).unwrap();
        let payload = delivery("POST", url.path(), &[("content-type", content_type)], body);
        serve(payload, |request| self.webhooks.handle(request)).await
    }

    /// Hands an event of the bus over to the function that its rule names.
    pub async fn sync(
        &self,
        event: &PublishedEvent,
    ) -> Result<Value, shopcall_core::runtime::http::Failure> {
        self.sync_within(event, Duration::from_secs(120)).await
    }

    /// The same, with so much of the function's time left.
    ///
    /// # Panics
    /// Where no rule takes the event.
    pub async fn sync_within(
        &self,
        event: &PublishedEvent,
        time_left: Duration,
    ) -> Result<Value, shopcall_core::runtime::http::Failure> {
        let payload = json!({
            "version": "0", "id": "1", "source": "shopcall.shoprenter",
            "detail-type": event.detail_type, "detail": event.detail,
        });
        match event.detail["resource"].as_str() {
            _ if ["PurgeRequested", "EraseRequested"].contains(&event.detail_type.as_str()) => {
                self.uninstall.invoke(payload, time_left).await
            }
            None if event.detail_type == "ScheduleContinued" => {
                self.scheduled.invoke(payload, time_left).await
            }
            Some("products") => self.products.invoke(payload, time_left).await,
            Some("orders") => self.orders.invoke(payload, time_left).await,
            Some("customers") => self.customers.invoke(payload, time_left).await,
            other => panic!("no rule takes {other:?}"),
        }
    }

    /// A beat of EventBridge's schedule.
    pub async fn beat(&self) -> Result<Value, shopcall_core::runtime::http::Failure> {
        self.beat_within(Duration::from_secs(300)).await
    }

    /// The same, with so much of the function's time left.
    pub async fn beat_within(
        &self,
        time_left: Duration,
    ) -> Result<Value, shopcall_core::runtime::http::Failure> {
        let payload = json!({
            "version": "0", "id": "1", "source": "aws.events", "detail-type": "Scheduled Event",
            "resources": [], "detail": {},
        });
        self.scheduled.invoke(payload, time_left).await
    }

    /// A POST to `/sync/scheduled`.
    ///
    /// # Panics
    /// Where the function fails instead of answering.
    pub async fn post_scheduled(&self, headers: &[(&str, &str)]) -> Value {
        let payload = api_request("POST", "/sync/scheduled", "", "", headers);
        self.scheduled.invoke(payload, Duration::from_secs(300)).await.unwrap()
    }

    /// Hands an event over to `products-sync`, whatever it is.
    pub async fn products_sync(
        &self,
        event: &PublishedEvent,
    ) -> Result<Value, shopcall_core::runtime::http::Failure> {
        let payload = json!({ "detail-type": event.detail_type, "detail": event.detail });
        self.products.invoke(payload, Duration::from_secs(120)).await
    }

    /// The environment that puts a function's own process on the same ground. Such a process knows
    /// nothing of [`clock`](Self::clock): it has the system's time.
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// A client for the simulated ShopRenter, as another function would have it: it shares nothing
    /// with the others but the tables.
    ///
    /// # Panics
    /// Where it cannot be made.
    pub fn client(&self) -> shoprenter::Client {
        let variables = self.variables();
        let environment = Environment::new(&variables);
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let services = Services::from_environment(&environment, clock).unwrap();
        platforms::shoprenter::client(&environment, &services).unwrap()
    }

    /// How often a shop may be called.
    ///
    /// # Panics
    /// Where that is not configured right.
    pub fn rate_limit(&self) -> RateLimit {
        platforms::shoprenter::rate_limit(&Environment::new(&self.variables())).unwrap()
    }

    fn variables(&self) -> impl Fn(&str) -> Option<String> {
        |name| {
            let variable = self.environment.iter().find(|(known, _)| known == name);
            variable.map(|(_, value)| value.clone())
        }
    }

    /// The names of the tables.
    pub fn tables(&self) -> &Tables {
        &self.services.config.tables
    }
}

/// The secret that fits a simulator's application.
fn secret(shoprenter: &Simulator) -> Value {
    let app = shoprenter.app();
    json!({
        "client_id": app.client_id, "client_secret": app.client_secret, "app_id": app.app_id,
        "internal_sync_secret": "shopcall-bearer", "data_key": BASE64.encode([7_u8; 32]),
    })
}

/// The functions' environment: what a test asks for, and the rest as it must be.
fn environment(
    given: &[(&str, &str)],
    prefix: &str,
    aws: &LocalAws,
    shoprenter: &Simulator,
    front: &Front,
) -> Vec<(String, String)> {
    let base = shoprenter.base_url();
    let tables =
        ["STORES_TABLE", "TOKENS_TABLE", "CACHE_TABLE", "SYNC_RUNS_TABLE", "INSTALLS_TABLE"]
            .map(|name| (name, format!("{prefix}-{name}")));
    let rest = [
        // Webhooks come over HTTP.
        ("BACKEND_URL", front.url()),
        ("AWS_REGION", "eu-central-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ("AWS_ENDPOINT_URL", aws.endpoint().to_owned()),
        ("EVENT_BUS", "bus".to_owned()),
        ("APP_SECRET_ID", "app".to_owned()),
        ("SHOPRENTER_RATE_LIMIT", "1000".to_owned()),
        ("SHOPRENTER_TOKEN_URL", format!("{base}/{{shop}}/app/token")),
        ("SHOPRENTER_API_URL", format!("{base}/{{shop}}/api")),
        ("SHOPRENTER_ADMIN_URL", format!("{base}/{{shop}}/admin/app/{{app_id}}")),
    ];
    let given = given.iter().map(|(name, value)| (*name, value.replace("{simulator}", base)));
    // What comes later counts.
    let all: BTreeMap<_, _> = tables.into_iter().chain(rest).chain(given).collect();
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A request as API Gateway hands it over (payload 2.0).
pub fn api_request(
    method: &str,
    path: &str,
    raw_query: &str,
    body: &str,
    headers: &[(&str, &str)],
) -> Value {
    let headers: serde_json::Map<_, _> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    json!({
        "version": "2.0", "routeKey": format!("{method} {path}"), "rawPath": path,
        "rawQueryString": raw_query, "headers": headers, "body": body, "isBase64Encoded": false,
        "requestContext": {
            "accountId": "1", "apiId": "a", "stage": "$default", "timeEpoch": 1, "time": "now",
            "requestId": "r", "domainName": "app.invalid", "domainPrefix": "app",
            "http": {
                "method": method, "path": path, "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1", "userAgent": "test",
            },
        },
    })
}

/// The status of an answer to API Gateway.
pub fn status_of(answer: &Value) -> u64 {
    answer["statusCode"].as_u64().unwrap_or_default()
}

/// The body of an answer to API Gateway.
pub fn body_of(answer: &Value) -> &str {
    answer["body"].as_str().unwrap_or_default()
}

/// A header of an answer to API Gateway.
pub fn header_of<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer["headers"][name].as_str().unwrap_or_default()
}
