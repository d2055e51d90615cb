//! Deployed local stack, seen from outside: the real template and binaries behind the HTTP API, the
//! bus and its rules. Each test has its own shop.
//!
//! `make test` starts a stack for these tests; after `make up` they run with `cargo test -p e2e`.

mod dead_letters;
mod install;
mod lookup;
mod stores;
mod sync;
mod webhooks;

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use e2e::{Row, Stack, eventually};
use reqwest::Method;
use serde_json::{Value, json};

/// Longer than any operation here takes on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(90);

/// A simulated shop with the stack under test.
struct Shop {
    stack: Stack,
    name: String,
}

impl Shop {
    /// Creates a shop with a rate limit that a stack with a higher limit cannot exceed.
    async fn open(name: &str, mut config: Value) -> Self {
        config["rate"] = json!({ "per_second": 1_000 });
        let shop = Self { stack: Stack::running(), name: format!("{name}-{}", suffix()) };
        shop.control(Method::PUT, "", &config).await;
        shop
    }

    fn store_id(&self) -> String {
        format!("shoprenter:{}", self.name)
    }

    async fn control(&self, method: Method, path: &str, body: &Value) -> Value {
        self.stack.simulator(method, &format!("/shops/{}{path}", self.name), body).await
    }

    /// Installs the app through the admin, with the simulator as the browser. Returns the answer of
    /// each step.
    async fn install(&self) -> Vec<Value> {
        let story = self.control(Method::POST, "/install", &json!({ "follow": true })).await;
        story["steps"].as_array().unwrap().clone()
    }

    /// Returns a signed address without calling it.
    async fn signed(&self, call: &str, mut options: Value) -> String {
        options["follow"] = json!(false);
        let story = self.control(Method::POST, call, &options).await;
        story["url"].as_str().unwrap().to_owned()
    }

    async fn store_row(&self) -> Option<Row> {
        let key = [("store_id", self.store_id()), ("kind", "store".to_owned())];
        let key = key.each_ref().map(|(name, value)| (*name, value.as_str()));
        self.stack.row(&self.stack.tables.stores, &key).await
    }

    async fn token_row(&self) -> Option<Row> {
        self.stack.row(&self.stack.tables.tokens, &[("store_id", &self.store_id())]).await
    }

    /// Latest run of a resource.
    async fn last_run(&self, resource: &str) -> Option<Row> {
        let query = self.stack.dynamodb().query().table_name(&self.stack.tables.sync_runs);
        let answer = query
            .key_condition_expression("store_id = :store_id")
            .expression_attribute_values(":store_id", AttributeValue::S(self.store_id()))
            .scan_index_forward(false)
            .send()
            .await
            .unwrap();
        let runs = answer.items.unwrap_or_default();
        runs.into_iter().find(|run| text(run, "resource") == resource)
    }

    /// Waits until the latest run of a resource is another one than `before` and has ended.
    async fn run_after(&self, resource: &str, before: Option<&str>) -> Row {
        eventually("a run ends", TIMEOUT, || async {
            let run = self.last_run(resource).await?;
            let is_new = Some(text(&run, "run_id")) != before;
            (is_new && text(&run, "status") != "running").then_some(run)
        })
        .await
    }
}

fn text<'a>(row: &'a Row, name: &str) -> &'a str {
    row.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}

fn suffix() -> String {
    shopcall_core::domain::random::hex::<4>()
}

async fn get(url: &str) -> (u16, String) {
    let http = shopcall_core::runtime::http_client().unwrap();
    let answer = http.get(url).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}
