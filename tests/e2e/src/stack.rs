//! The deployed local stack, as `.local/stack.json` describes it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use shopcall_core::runtime::aws::AwsEnvironment;
use shopcall_core::runtime::config::Environment;

use crate::tables::Row;

/// What `make up` wrote down.
#[derive(Debug, Clone, Deserialize)]
pub struct Stack {
    /// The HTTP API.
    pub api_url: String,
    /// The local cloud.
    pub aws_endpoint: String,
    /// The region it plays.
    pub region: String,
    /// The simulated ShopRenter.
    pub shoprenter_url: String,
    /// What the app is called at ShopRenter.
    pub client_id: String,
    /// What ShopRenter signs with.
    pub client_secret: String,
    /// The app's number in a shop's admin.
    pub app_id: String,
    /// What lets ShopCall in.
    pub internal_sync_secret: String,
    /// The tables' names.
    pub tables: StackTables,
    /// The bus's name.
    pub event_bus: String,
    /// The queue of what was given up.
    pub dead_letters_url: String,
}

/// The tables' names.
#[derive(Debug, Clone, Deserialize)]
pub struct StackTables {
    /// Stores.
    pub stores: String,
    /// Tokens.
    pub tokens: String,
    /// Products, orders and customers.
    pub cache: String,
    /// The log of runs.
    pub sync_runs: String,
    /// Pending installs.
    pub installs: String,
}

impl Stack {
    /// The running stack: `STACK_FILE`, or `.local/stack.json` at the workspace's root.
    ///
    /// # Panics
    /// Where none is running: `make up` starts one.
    pub fn running() -> Self {
        let file = Self::file();
        let text = std::fs::read(&file).unwrap_or_else(|_| {
            panic!("{} is missing: start a stack with `make up`", file.display())
        });
        serde_json::from_slice(&text).unwrap()
    }

    /// Where the running stack is described.
    pub fn file() -> PathBuf {
        let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.local/stack.json");
        std::env::var_os("STACK_FILE").map_or_else(|| PathBuf::from(default), PathBuf::from)
    }

    /// A client for the stack's tables.
    ///
    /// # Panics
    /// Where none can be made.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let lookup = |name: &str| {
            Some(match name {
                "AWS_REGION" => self.region.clone(),
                "AWS_ENDPOINT_URL" => self.aws_endpoint.clone(),
                _ => "test".to_owned(),
            })
        };
        let http = shopcall_core::runtime::http_client().unwrap();
        AwsEnvironment::from_environment(&Environment::new(&lookup), http).unwrap().dynamodb()
    }

    /// A call of the simulator's control interface; what it answers, null for nothing.
    ///
    /// # Panics
    /// Where the simulator refuses it.
    pub async fn simulator(&self, method: Method, path: &str, body: &Value) -> Value {
        let url = format!("{}/_control{path}", self.shoprenter_url);
        let http = shopcall_core::runtime::http_client().unwrap();
        let answer = http.request(method, &url).json(body).send().await.unwrap();
        let (status, bytes) = (answer.status(), answer.bytes().await.unwrap());
        assert!(status.is_success(), "{url}: {status} {}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Everything that the functions have logged so far.
    ///
    /// # Panics
    /// Where the local cloud does not tell.
    pub async fn function_logs(&self) -> String {
        let groups = self.logs("DescribeLogGroups", json!({})).await;
        let mut text = String::new();
        for group in groups["logGroups"].as_array().unwrap() {
            let mut request = json!({ "logGroupName": group["logGroupName"] });
            loop {
                let page = self.logs("FilterLogEvents", request.clone()).await;
                for event in page["events"].as_array().unwrap() {
                    text.push_str(event["message"].as_str().unwrap_or_default());
                    text.push('\n');
                }
                if page["nextToken"].is_null() {
                    break;
                }
                request["nextToken"] = page["nextToken"].clone();
            }
        }
        text
    }

    async fn logs(&self, operation: &str, body: Value) -> Value {
        self.aws("logs", &format!("Logs_20140328.{operation}"), &body).await
    }

    /// A call of one of the local cloud's JSON interfaces: `target` is what the service calls the
    /// operation.
    ///
    /// # Panics
    /// Where the local cloud refuses it.
    pub async fn aws(&self, service: &str, target: &str, body: &Value) -> Value {
        let http = shopcall_core::runtime::http_client().unwrap();
        let answer = http
            .post(&self.aws_endpoint)
            .header("x-amz-target", target)
            .header("content-type", "application/x-amz-json-1.1")
            .header("authorization", self.authorization(service))
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        let (status, bytes) = (answer.status(), answer.bytes().await.unwrap());
        assert!(status.is_success(), "{target}: {status} {}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// What lets a call in to one of the local cloud's services: it tells services and regions by
    /// the credential's scope, and does not look at the signature.
    pub fn authorization(&self, service: &str) -> String {
        let scope = format!("test/20260101/{}/{service}/aws4_request", self.region);
        format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0")
    }

    /// The row of a key, read consistently.
    ///
    /// # Panics
    /// Where the table cannot be read.
    pub async fn row(&self, table: &str, key: &[(&str, &str)]) -> Option<Row> {
        let mut get = self.dynamodb().get_item().table_name(table).consistent_read(true);
        for (name, value) in key {
            get = get.key(*name, AttributeValue::S((*value).to_owned()));
        }
        get.send().await.unwrap().item
    }
}

/// Tries again every 200 ms until `attempt` gives something, for as long as `limit`.
///
/// # Panics
/// Where it gives nothing in that time.
pub async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    limit: Duration,
    attempt: impl Fn() -> F,
) -> T {
    let end = Instant::now() + limit;
    loop {
        if let Some(outcome) = attempt().await {
            return outcome;
        }
        assert!(Instant::now() < end, "not within {limit:?}: {what}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
