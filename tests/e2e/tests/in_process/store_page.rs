//! The store's page: its content, its actions and its authentication.

mod actions;
mod content;
mod forms;
mod frames;
mod sessions;

use e2e::{InProcess, api_request, body_of, header_of, status_of};
use serde_json::Value;
use shopcall_core::domain::{Store, StoreId};
use shoprenter_simulator::{RateConfig, ShopConfig, ShopHandle};
use url::form_urlencoded::Serializer;

const REFRESH: &str = "GET /integrations/shoprenter/store";
const ACT: &str = "POST /integrations/shoprenter/store";
const PATH: &str = "/integrations/shoprenter/store";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

fn id() -> StoreId {
    "shoprenter:demo".parse().unwrap()
}

async fn store(app: &InProcess) -> Store {
    app.services.stores().get(&id()).await.unwrap().unwrap()
}

/// The app with the shop `demo` just opened: its page, and the events published so far.
async fn opened(config: ShopConfig) -> (InProcess, ShopHandle, Page) {
    opened_with(&[], config).await
}

async fn opened_with(
    variables: &[(&str, &str)],
    config: ShopConfig,
) -> (InProcess, ShopHandle, Page) {
    let variables = [&[("SHOPRENTER_RATE_LIMIT", "1000")], variables].concat();
    let app = InProcess::start_with(&variables).await;
    let rate = RateConfig { per_second: 10_000, ..RateConfig::default() };
    let shop = app.shop("demo", ShopConfig { rate, ..config });
    let page = Page::of(app.open(&shop).await);
    (app, shop, page)
}

/// The app with all records read; the page is the one from before the sync.
async fn connected(products: u32, orders: u32, customers: u32) -> (InProcess, ShopHandle, Page) {
    let opened = opened(ShopConfig::sized(products, orders, customers)).await;
    carry_out(&opened.0).await;
    opened
}

/// Carries out the requested runs; returns their resources.
async fn carry_out(app: &InProcess) -> Vec<String> {
    let mut resources = Vec::new();
    for event in app.aws.take_events() {
        if event.detail_type == "SyncRequested" {
            resources.push(event.detail["resource"].as_str().unwrap().to_owned());
            app.sync(&event).await.unwrap();
        }
    }
    app.aws.take_events();
    resources
}

/// A page with its hidden fields.
struct Page {
    answer: Value,
    session: String,
    once: String,
}

impl Page {
    fn of(answer: Value) -> Self {
        assert_eq!(status_of(&answer), 200, "{}", body_of(&answer));
        let (session, once) = (hidden(&answer, "session"), hidden(&answer, "once"));
        Self { answer, session, once }
    }

    fn html(&self) -> &str {
        body_of(&self.answer)
    }

    fn etag(&self) -> &str {
        header_of(&self.answer, "etag")
    }
}

/// Value of the first hidden field of that name.
fn hidden(answer: &Value, name: &str) -> String {
    let before = format!("name=\"{name}\" value=\"");
    let (_, rest) = body_of(answer).split_once(&before).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// Loads the page with a session.
async fn load_page(app: &InProcess, session: &str, headers: &[(&str, &str)]) -> Value {
    let bearer = format!("Bearer {session}");
    let headers = [&[("authorization", bearer.as_str())], headers].concat();
    app.serve(REFRESH, api_request("GET", PATH, "", "", &headers)).await
}

async fn reload_page(app: &InProcess, page: &Page) -> Page {
    Page::of(load_page(app, &page.session, &[]).await)
}

/// Submits a form.
async fn send(app: &InProcess, fields: &[(&str, &str)]) -> Value {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    app.serve(ACT, api_request("POST", PATH, "", &body, &[FORM])).await
}

/// Submits a form of `page` with its session and single-use token.
async fn act(app: &InProcess, page: &Page, fields: &[(&str, &str)]) -> Value {
    let own = [("session", page.session.as_str()), ("once", page.once.as_str())];
    send(app, &[&own, fields].concat()).await
}

/// Every form that changes state.
const ACTIONS: [&[(&str, &str)]; 4] = [
    &[("action", "sync")],
    &[("action", "schedule"), ("frequency", "daily")],
    &[("action", "share"), ("resource", "orders"), ("shared", "off")],
    &[("action", "share"), ("resource", "orders"), ("shared", "on")],
];
