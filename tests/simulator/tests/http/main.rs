//! Tests of the simulator through its HTTP interface.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "test helpers may panic, but clippy recognises only the tests themselves"
)]

mod api;
mod application;
mod brief;
mod control;
mod faults;
mod goods;
mod histories;
mod program;
mod shop;
mod stories;
mod tokens;

use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use shoprenter_simulator::{Options, RateConfig, ShopConfig, ShopHandle, Simulator};

/// Simulator with one installed shop, `bolt`, and a client with a token.
struct Bench {
    simulator: Simulator,
    shop: ShopHandle,
    client: Client,
    token: String,
}

impl Bench {
    fn new(config: ShopConfig) -> Self {
        let simulator = Simulator::start(Options::default()).expect("a simulator");
        let shop =
            simulator.put_shop("bolt", ShopConfig { installed: true, ..config }).expect("a shop");
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("a client");
        let token = shop.issue_token();
        Self { simulator, shop, client, token }
    }

    /// Creates a shop of this size without a rate limit.
    fn sized(products: u32, orders: u32, customers: u32) -> Self {
        Self::new(ShopConfig {
            rate: unlimited(),
            ..ShopConfig::sized(products, orders, customers)
        })
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.simulator.base_url())
    }

    fn api(&self, path: &str) -> RequestBuilder {
        self.with_headers(self.client.get(self.url(&format!("/bolt/api/{path}"))))
    }

    fn with_headers(&self, request: RequestBuilder) -> RequestBuilder {
        request
            .bearer_auth(&self.token)
            .header("content-type", "application/json")
            .header("accept", "application/json")
    }

    async fn read(&self, path: &str) -> (u16, Value) {
        answer(self.api(path)).await
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        answer(self.client.post(self.url(path)).json(body)).await
    }
}

fn unlimited() -> RateConfig {
    RateConfig { per_second: 10_000, ..RateConfig::default() }
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("an answer")
}

async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = send(request).await;
    let status = response.status().as_u16();
    let body = response.bytes().await.expect("a body");
    (status, serde_json::from_slice(&body).unwrap_or_default())
}
