//! Deployed local stack as described by `.local/stack.json`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use shopcall_core::runtime::aws::AwsEnvironment;
use shopcall_core::runtime::config::Environment;

use crate::tables::Row;

/// Description written by `make up`.
#[derive(Debug, Clone, Deserialize)]
pub struct Stack {
    /// Address of the HTTP API.
    pub api_url: String,
    /// Address of the simulated AWS.
    pub aws_endpoint: String,
    /// Region of the simulated AWS.
    pub region: String,
    /// Address of the simulated ShopRenter.
    pub shoprenter_url: String,
    /// App's client id at ShopRenter.
    pub client_id: String,
    /// Secret of ShopRenter's signatures.
    pub client_secret: String,
    /// App's number in a shop's admin.
    pub app_id: String,
    /// Bearer token of ShopCall's calls.
    pub internal_sync_secret: String,
    /// Names of the tables.
    pub tables: StackTables,
    /// Name of the bus.
    pub event_bus: String,
    /// Address of the dead-letter queue.
    pub dead_letters_url: String,
}

/// Names of the tables.
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
    /// Reads the running stack's description from `STACK_FILE`, or from `.local/stack.json` at the
    /// workspace's root.
    ///
    /// # Panics
    /// If no stack is running; `make up` starts one.
    pub fn running() -> Self {
        let file = Self::file();
        let text = std::fs::read(&file).unwrap_or_else(|_| {
            panic!("{} is missing: start a stack with `make up`", file.display())
        });
        serde_json::from_slice(&text).unwrap()
    }

    /// Path of the running stack's description.
    pub fn file() -> PathBuf {
        let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.local/stack.json");
        std::env::var_os("STACK_FILE").map_or_else(|| PathBuf::from(default), PathBuf::from)
    }

    /// Creates a client for the stack's tables.
    ///
    /// # Panics
    /// If the client cannot be created.
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

    /// Calls the simulator's control interface and returns its answer, null for an empty one.
    ///
    /// # Panics
    /// If the simulator refuses the call.
    pub async fn simulator(&self, method: Method, path: &str, body: &Value) -> Value {
        let url = format!("{}/_control{path}", self.shoprenter_url);
        let http = shopcall_core::runtime::http_client().unwrap();
        let answer = http.request(method, &url).json(body).send().await.unwrap();
        let (status, bytes) = (answer.status(), answer.bytes().await.unwrap());
        assert!(status.is_success(), "{url}: {status} {}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Returns all function logs so far.
    ///
    /// # Panics
    /// If the simulated AWS returns no logs.
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

    /// Calls one of the simulated AWS's JSON APIs; `target` is the value of `X-Amz-Target`.
    ///
    /// # Panics
    /// If the simulated AWS refuses the call.
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

    /// Authorization header for one of the simulated AWS's services. It distinguishes services and
    /// regions by the credential's scope and does not verify the signature.
    pub fn authorization(&self, service: &str) -> String {
        let scope = format!("test/20260101/{}/{service}/aws4_request", self.region);
        format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0")
    }

    /// Reads a row consistently by its key.
    ///
    /// # Panics
    /// If the table cannot be read.
    pub async fn row(&self, table: &str, key: &[(&str, &str)]) -> Option<Row> {
        let mut get = self.dynamodb().get_item().table_name(table).consistent_read(true);
        for (name, value) in key {
            get = get.key(*name, AttributeValue::S((*value).to_owned()));
        }
        get.send().await.unwrap().item
    }
}

/// Retries every 200 ms until `attempt` returns a value, for at most `limit`.
///
/// # Panics
/// If there is no value in that time.
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
