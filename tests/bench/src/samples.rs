//! Repeatable sample events, one per function, for a shop with the app installed and its first syncs
//! completed.

use e2e::{InProcess, PublishedEvent, api_request, body_of, status_of};
use serde_json::{Value, json};
use shopcall_core::domain::Resource;
use shopcall_core::domain::random;
use shoprenter_simulator::{Kind, RateConfig, ShopConfig, ShopHandle, SignedCall};
use url::Url;

const LIFTED: u32 = 1_000;
const RECORDS: u32 = 10;
/// Upper bound on syncs that request further syncs.
const ROUNDS: usize = 10;
const BEARER: (&str, &str) = ("authorization", "Bearer shopcall-bearer");
const STORE: &str = "shoprenter:bench";
const CALLER: &str = "+36201234567";
const EMAIL: &str = "valaki@bolt.example";
/// Text expected where the oldest of the ten orders is returned.
const OLDEST_ORDER: &str = r#""inner_id":"5000""#;
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// An event and its expected answer.
pub(crate) struct Sample {
    pub(crate) function: &'static str,
    pub(crate) event: Value,
    /// Expected HTTP status; `None` for an event of the bus.
    status: Option<u64>,
    /// Text expected in the answer's body.
    says: &'static str,
}

impl Sample {
    /// Whether the answer is the expected one.
    pub(crate) fn is_answered_by(&self, answer: &Value) -> bool {
        match self.status {
            Some(status) => status_of(answer) == status && body_of(answer).contains(self.says),
            None => answer.is_null(),
        }
    }
}

/// State that the sample events refer to.
pub(crate) struct Samples {
    app: InProcess,
    shop: ShopHandle,
    /// Shop that has never installed the app.
    stranger: ShopHandle,
    /// Address of the shop's webhooks.
    webhook: String,
}

impl Samples {
    pub(crate) async fn start() -> Self {
        let limit = LIFTED.to_string();
        let app = InProcess::start_with(&[("SHOPRENTER_RATE_LIMIT", &limit)]).await;
        let rate = RateConfig { per_second: LIFTED, ..RateConfig::default() };
        let config = ShopConfig {
            rate,
            abandoned_carts: 0.0,
            ..ShopConfig::sized(RECORDS, RECORDS, RECORDS)
        };
        let shop = app.shop("bench", config.clone());
        let stranger = app.shop("stranger", config);
        shop.update(Kind::Customers, 1, &json!({ "phone": CALLER, "email": EMAIL })).unwrap();
        for order in 0..RECORDS {
            shop.update(Kind::Orders, order, &json!({ "phone": CALLER, "email": EMAIL })).unwrap();
        }
        assert_eq!(status_of(&app.open(&shop).await), 200);
        for _ in 0..ROUNDS {
            for event in app.aws.take_events() {
                if event.detail_type == "SyncRequested" {
                    app.sync(&event).await.unwrap();
                }
            }
        }
        let webhooks = shop.webhooks();
        let of_changes = webhooks.iter().find(|webhook| webhook.event == "order_status_change");
        let webhook = of_changes.unwrap().url.clone();
        Self { app, shop, stranger, webhook }
    }

    /// Environment for a process that uses this state.
    pub(crate) fn environment(&self) -> &[(String, String)] {
        self.app.environment()
    }

    /// Returns one event for each function.
    pub(crate) async fn of_all_functions(&self) -> Vec<Sample> {
        let bus = |function, event| Sample { function, event, status: None, says: "" };
        let http =
            |function, event, status| Sample { function, event, status: Some(status), says: "" };
        let init = api_request("GET", "/auth/shoprenter/init", "shopname=bench", "", &[]);
        vec![
            http("oauth-init", init, 302),
            self.callback().await,
            http("entry", get(&self.open_url().await), 200),
            http("uninstall", get(&self.uninstall_url().await), 200),
            self.changed_order(),
            http("stores", api_request("GET", &format!("/stores/{STORE}"), "", "", &[BEARER]), 200),
            self.call(),
            http("sync", ask_for_sync(), 202),
            bus("scheduled-sync", schedule_event()),
            bus("products-sync", run_of(Resource::Products)),
            bus("orders-sync", run_of(Resource::Orders)),
            bus("customers-sync", run_of(Resource::Customers)),
        ]
    }

    /// Callback of a new install, signed now.
    pub(crate) async fn callback(&self) -> Sample {
        let code = Some(random::hex::<16>());
        let call = SignedCall { code, ..SignedCall::default() };
        let url = self.app.install_url(&self.stranger, &call).await;
        Sample { function: "oauth-callback", event: get(&url), status: Some(302), says: "" }
    }

    /// Webhook for a changed order.
    pub(crate) fn changed_order(&self) -> Sample {
        let statuses = [2, 3, 5];
        let index = 1;
        let known = self.shop.record(Kind::Orders, index).unwrap()["status"].as_u64();
        let status = statuses.into_iter().find(|status| Some(*status) != known).unwrap();
        self.shop.update(Kind::Orders, index, &json!({ "status": status })).unwrap();
        self.same_order()
    }

    /// Webhook with the order's current state.
    pub(crate) fn same_order(&self) -> Sample {
        let truth = self.shop.record(Kind::Orders, 1).unwrap();
        let body = json!({ "orders": { "order": [webhook_order(&truth)] } }).to_string();
        let body: String = url::form_urlencoded::byte_serialize(body.as_bytes()).collect();
        let path = Url::parse(&self.webhook).unwrap().path().to_owned();
        let event = api_request("POST", &path, "", &format!("data={body}"), &[FORM]);
        Sample { function: "webhook-orders", event, status: Some(200), says: "" }
    }

    /// Lookup of a caller with orders.
    pub(crate) fn call(&self) -> Sample {
        let path = format!("/stores/{STORE}/lookup");
        let phone: String = url::form_urlencoded::byte_serialize(CALLER.as_bytes()).collect();
        let event = api_request("GET", &path, &format!("phone={phone}"), "", &[BEARER]);
        Sample { function: "lookup", event, status: Some(200), says: OLDEST_ORDER }
    }

    /// Number of order requests the shop has received.
    pub(crate) fn orders_read(&self) -> u64 {
        self.shop.stats().count("GET api/orderExtend")
    }

    async fn open_url(&self) -> String {
        self.app.open_url(&self.shop, &SignedCall::default()).await
    }

    async fn uninstall_url(&self) -> String {
        self.app.uninstall_url(&self.stranger, &SignedCall::default()).await
    }
}

fn get(url: &str) -> Value {
    let url = Url::parse(url).unwrap();
    api_request("GET", url.path(), url.query().unwrap_or_default(), "", &[])
}

fn ask_for_sync() -> Value {
    let body = json!({ "store_id": STORE, "mode": "auto" }).to_string();
    let json = ("content-type", "application/json");
    api_request("POST", "/sync", "", &body, &[BEARER, json])
}

fn schedule_event() -> Value {
    json!({ "version": "0", "id": "1", "source": "aws.events", "detail-type": "Scheduled Event",
            "resources": [], "detail": {} })
}

fn run_of(resource: Resource) -> Value {
    let detail = json!({
        "store_id": STORE, "generation": 1, "resource": resource.as_str(), "mode": "full",
        "run_id": random::hex::<16>(),
    });
    PublishedEvent { detail_type: "SyncRequested".to_owned(), detail }.delivered()
}

/// Order as a ShopRenter webhook describes it.
fn webhook_order(truth: &Value) -> Value {
    json!({
        "innerId": truth["inner_id"].to_string(),
        "innerResourceId": format!("orders/{}", truth["id"].as_str().unwrap()),
        "firstname": truth["family"], "lastname": truth["given"],
        "phone": truth["phone"], "email": truth["email"],
        "currency": truth["currency"], "languageCode": "hu", "totalGross": truth["total"],
        "orderHistory": { "status": truth["status"].to_string() },
        "orderProducts": { "orderProduct": [] },
    })
}
