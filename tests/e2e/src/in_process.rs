//! All functions in one process.

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

/// Backend address configured in the simulated admin; calls are dispatched in process.
pub const BACKEND_URL: &str = "http://app.invalid";

/// All functions with their simulated environment.
#[derive(Debug)]
pub struct InProcess {
    /// Simulated ShopRenter.
    pub shoprenter: Simulator,
    /// Simulated AWS.
    pub aws: LocalAws,
    /// Clock of the functions.
    pub clock: Arc<TestClock>,
    /// Dependencies shared by all functions.
    pub services: Services,
    /// Client for reading the tables.
    pub dynamodb: aws_sdk_dynamodb::Client,
    environment: Vec<(String, String)>,
    /// Whether new shops have no rate limit unless a test configures one.
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
    /// Starts everything with the official contract and without a rate limit.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts everything with ShopRenter's own rate limit on both sides.
    pub async fn limited() -> Self {
        let app = Self::start_with(&[("SHOPRENTER_RATE_LIMIT", "3")]).await;
        Self { lifts_limits: false, ..app }
    }

    /// Starts everything with additional environment variables.
    ///
    /// # Panics
    /// If something cannot start.
    pub async fn start_with(variables: &[(&str, &str)]) -> Self {
        let shoprenter = Simulator::start(Options::default()).unwrap();
        let front = Front::open().await;
        shoprenter.set_app(|app| {
            app.redirect_uri = format!("{}/auth/shoprenter/callback", front.url());
            app.entry_uri = format!("{BACKEND_URL}/integrations/shoprenter/entry");
            app.uninstall_uri = format!("{BACKEND_URL}/webhooks/shoprenter/uninstall");
        });
        let aws = LocalAws::start(&secret(&shoprenter)).await;
        let clock = Arc::new(TestClock::default());
        // Several tests may share one DynamoDB.
        let prefix = random::hex::<6>();
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

    /// Creates a shop without the app.
    ///
    /// # Panics
    /// If the configuration is invalid.
    pub fn shop(&self, name: &str, mut config: ShopConfig) -> ShopHandle {
        if self.lifts_limits && config.rate == RateConfig::default() {
            config.rate.per_second = 10_000;
        }
        self.shoprenter.put_shop(name, config).unwrap()
    }

    /// Passes a GET request to the function that serves its path.
    ///
    /// # Panics
    /// If no function serves the path.
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
            path => panic!("no function serves {path}"),
        }
    }

    /// Address that the admin would call for an install.
    ///
    /// # Panics
    /// If the call cannot be built.
    pub async fn install_url(&self, shop: &ShopHandle, call: &SignedCall) -> String {
        shop.install(&SignedCall { follow: Some(false), ..call.clone() }).await.unwrap().url
    }

    /// Address that the admin would open for the app.
    ///
    /// # Panics
    /// If the call cannot be built.
    pub async fn open_url(&self, shop: &ShopHandle, call: &SignedCall) -> String {
        shop.open(&SignedCall { follow: Some(false), ..call.clone() }).await.unwrap().url
    }

    /// Address that ShopRenter would call for an uninstall.
    ///
    /// # Panics
    /// If the call cannot be built.
    pub async fn uninstall_url(&self, shop: &ShopHandle, call: &SignedCall) -> String {
        shop.uninstall(&SignedCall { follow: Some(false), ..call.clone() }).await.unwrap().url
    }

    /// Opens the app with a valid signature and returns the answer.
    pub async fn open(&self, shop: &ShopHandle) -> Value {
        shop.set_installed(true);
        self.get(&self.open_url(shop, &SignedCall::default()).await).await
    }

    /// Sends `POST /sync/products`.
    ///
    /// # Panics
    /// If the function fails instead of answering.
    pub async fn post_products(&self, body: &str, headers: &[(&str, &str)]) -> Value {
        let payload = api_request("POST", "/sync/products", "", body, headers);
        self.products.invoke(payload, Duration::from_secs(30)).await.unwrap()
    }

    /// Sends `POST /sync`.
    pub async fn post_sync(&self, body: &str, headers: &[(&str, &str)]) -> Value {
        let payload = api_request("POST", "/sync", "", body, headers);
        serve(payload, |request| self.sync_all.handle(request)).await
    }

    /// Sends a request to `stores`; `target` is the path with an optional query.
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

    /// Sends a request to `lookup`; `target` as for [`stores`](Self::stores).
    pub async fn lookup(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Value {
        let (path, raw_query) = target.split_once('?').unwrap_or((target, ""));
        let payload = api_request(method, path, raw_query, "", headers);
        serve(payload, |request| self.lookup.handle(request)).await
    }

    /// Delivers a webhook to the path of `url`.
    ///
    /// # Panics
    /// If `url` is invalid.
    pub async fn deliver(&self, url: &str, content_type: &str, body: &[u8]) -> Value {
        let url = Url::parse(url).unwrap();
        let payload = delivery("POST", url.path(), &[("content-type", content_type)], body);
        serve(payload, |request| self.webhooks.handle(request)).await
    }

    /// Passes an event to the function selected by the bus's rule.
    pub async fn sync(
        &self,
        event: &PublishedEvent,
    ) -> Result<Value, shopcall_core::runtime::http::Failure> {
        self.sync_within(event, Duration::from_secs(120)).await
    }

    /// Passes an event with the given remaining time.
    ///
    /// # Panics
    /// If no rule matches the event.
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
            other => panic!("no rule matches {other:?}"),
        }
    }

    /// Sends an event of the EventBridge schedule.
    pub async fn run_schedule(&self) -> Result<Value, shopcall_core::runtime::http::Failure> {
        self.run_schedule_within(Duration::from_secs(300)).await
    }

    /// Sends an event of the schedule with the given remaining time.
    pub async fn run_schedule_within(
        &self,
        time_left: Duration,
    ) -> Result<Value, shopcall_core::runtime::http::Failure> {
        let payload = json!({
            "version": "0", "id": "1", "source": "aws.events", "detail-type": "Scheduled Event",
            "resources": [], "detail": {},
        });
        self.scheduled.invoke(payload, time_left).await
    }

    /// Sends `POST /sync/scheduled`.
    ///
    /// # Panics
    /// If the function fails instead of answering.
    pub async fn post_scheduled(&self, headers: &[(&str, &str)]) -> Value {
        let payload = api_request("POST", "/sync/scheduled", "", "", headers);
        self.scheduled.invoke(payload, Duration::from_secs(300)).await.unwrap()
    }

    /// Passes any event to `products-sync`.
    pub async fn products_sync(
        &self,
        event: &PublishedEvent,
    ) -> Result<Value, shopcall_core::runtime::http::Failure> {
        let payload = json!({ "detail-type": event.detail_type, "detail": event.detail });
        self.products.invoke(payload, Duration::from_secs(120)).await
    }

    /// Environment for a function in a separate process, with the same tables and simulators. Such
    /// a process uses the system time instead of [`clock`](Self::clock).
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// Creates a client for the simulated ShopRenter as another function would have it, sharing
    /// only the tables.
    ///
    /// # Panics
    /// If the client cannot be created.
    pub fn client(&self) -> shoprenter::Client {
        let variables = self.variables();
        let environment = Environment::new(&variables);
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let services = Services::from_environment(&environment, clock).unwrap();
        platforms::shoprenter::client(&environment, &services).unwrap()
    }

    /// Rate limit per shop.
    ///
    /// # Panics
    /// If the configuration is invalid.
    pub fn rate_limit(&self) -> RateLimit {
        platforms::shoprenter::rate_limit(&Environment::new(&self.variables())).unwrap()
    }

    fn variables(&self) -> impl Fn(&str) -> Option<String> {
        |name| {
            let variable = self.environment.iter().find(|(known, _)| known == name);
            variable.map(|(_, value)| value.clone())
        }
    }

    /// Names of the tables.
    pub fn tables(&self) -> &Tables {
        &self.services.config.tables
    }
}

/// Secret for a simulator's application.
fn secret(shoprenter: &Simulator) -> Value {
    let app = shoprenter.app();
    json!({
        "client_id": app.client_id, "client_secret": app.client_secret, "app_id": app.app_id,
        "internal_sync_secret": "shopcall-bearer", "data_key": BASE64.encode([7_u8; 32]),
    })
}

/// Environment of the functions: the test's variables and defaults.
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
        // Webhooks arrive over HTTP.
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
    // Later entries take precedence.
    let all: BTreeMap<_, _> = tables.into_iter().chain(rest).chain(given).collect();
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Builds an API Gateway request (payload 2.0).
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

/// Status of an answer to API Gateway.
pub fn status_of(answer: &Value) -> u64 {
    answer["statusCode"].as_u64().unwrap_or_default()
}

/// Body of an answer to API Gateway.
pub fn body_of(answer: &Value) -> &str {
    answer["body"].as_str().unwrap_or_default()
}

/// Header of an answer to API Gateway.
pub fn header_of<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer["headers"][name].as_str().unwrap_or_default()
}
