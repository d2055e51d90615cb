//! `make redrive`: republishes events from the dead-letter queue.

use std::path::{Path, PathBuf};
use std::process::Command;

use e2e::{Row, Stack, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use shopcall_core::domain::random;

use crate::{Shop, TIMEOUT, suffix, text};

/// A test's own dead-letter queue, and a description of the stack that names it.
struct Queue {
    stack: Stack,
    url: String,
    directory: PathBuf,
}

impl Queue {
    async fn new() -> Self {
        let stack = Stack::running();
        let bus = stack.event_bus.clone();
        Self::of_bus(stack, &bus).await
    }

    async fn of_bus(stack: Stack, bus: &str) -> Self {
        let name = format!("dead-letters-{}", suffix());
        let queue = stack.aws("sqs", "AmazonSQS.CreateQueue", &json!({ "QueueName": name })).await;
        let url = queue["QueueUrl"].as_str().unwrap().to_owned();
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir(&directory).unwrap();
        let description = json!({
            "aws_endpoint": stack.aws_endpoint,
            "event_bus": bus,
            "dead_letters_url": url,
        });
        std::fs::write(directory.join("stack.json"), description.to_string()).unwrap();
        Self { stack, url, directory }
    }

    async fn send(&self, body: String, attributes: Value) {
        let message =
            json!({ "QueueUrl": self.url, "MessageBody": body, "MessageAttributes": attributes });
        self.stack.aws("sqs", "AmazonSQS.SendMessage", &message).await;
    }

    /// Adds an event as EventBridge does when it cannot deliver one.
    async fn undelivered(&self, event: &Value) {
        let attribute = |value: &str| json!({ "DataType": "String", "StringValue": value });
        let attributes = json!({
            "RULE_ARN": attribute("arn:aws:events:eu-central-1:123456789012:rule/bus/rule"),
            "TARGET_ARN": attribute("arn:aws:lambda:eu-central-1:123456789012:function:a-function"),
            "ERROR_CODE": attribute("THROTTLING"),
            "ERROR_MESSAGE": attribute("Rate exceeded for Kiss Anna"),
        });
        self.send(event.to_string(), attributes).await;
    }

    /// Adds an event as Lambda does after an asynchronous invocation has failed finally.
    async fn failed(&self, event: &Value) {
        let record = json!({
            "version": "1.0",
            "timestamp": "2026-07-14T11:08:32.123Z",
            "requestContext": {
                "requestId": "5f2b6d1e-8c3a-4e7f-9b10-2d4c6e8fa0b1",
                "functionArn": "arn:aws:lambda:eu-central-1:123456789012:function:a-function:$LATEST",
                "condition": "RetriesExhausted",
                "approximateInvokeCount": 3,
            },
            "requestPayload": event,
            "responseContext": { "statusCode": 200, "functionError": "Unhandled" },
            "responsePayload": { "errorType": "Sandbox.Timedout", "errorMessage": "Kiss Anna" },
        });
        self.send(record.to_string(), json!({})).await;
    }

    /// Runs the redrive and returns whether it succeeded, and its output.
    fn redrive(&self, variables: &[(&str, &str)]) -> (bool, String) {
        redrive(&self.directory, variables)
    }

    /// Returns the messages that can be received now, without hiding them.
    async fn bodies(&self) -> Vec<String> {
        bodies(&self.stack, &self.url).await
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

fn redrive(stack_directory: &Path, variables: &[(&str, &str)]) -> (bool, String) {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let mut command = Command::new(format!("{root}/.tools/aws/bin/python"));
    for name in ["STACK", "DRY_RUN", "LIMIT"] {
        command.env_remove(name);
    }
    command.args(["-m", "infra.redrive"]).current_dir(root).env("STACK_DIR", stack_directory);
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(printed).unwrap())
}

/// Finds the output line that contains `part`.
fn line<'a>(printed: &'a str, part: &str) -> &'a str {
    printed
        .lines()
        .find(|line| line.contains(part))
        .unwrap_or_else(|| panic!("no {part}: {printed}"))
}

async fn bodies(stack: &Stack, queue: &str) -> Vec<String> {
    let request = json!({ "QueueUrl": queue, "MaxNumberOfMessages": 10, "VisibilityTimeout": 0 });
    let answer = stack.aws("sqs", "AmazonSQS.ReceiveMessage", &request).await;
    let messages = answer["Messages"].as_array().cloned().unwrap_or_default();
    messages.iter().map(|message| message["Body"].as_str().unwrap().to_owned()).collect()
}

fn event(source: &str, detail_type: &str, detail: &Value) -> Value {
    json!({
        "version": "0",
        "id": "5f2b6d1e-8c3a-4e7f-9b10-2d4c6e8fa0b1",
        "detail-type": detail_type,
        "source": source,
        "account": "123456789012",
        "time": "2026-07-14T11:08:32Z",
        "region": "eu-central-1",
        "resources": [],
        "detail": detail,
    })
}

/// Builds a request for a run in a shop with no such run in progress; returns it with the run's id.
fn sync_requested(store_id: &str, resource: &str) -> (Value, String) {
    let run_id = random::hex::<16>();
    let detail = json!({
        "store_id": store_id, "generation": 1, "resource": resource, "mode": "full", "run_id": run_id,
    });
    (event("shopcall.shoprenter", "SyncRequested", &detail), run_id)
}

impl Shop {
    /// Installs a shop and waits until its first runs have ended.
    async fn settled(name: &str) -> Self {
        let shop = Self::open(name, json!({ "products": 3, "orders": 2, "customers": 2 })).await;
        shop.install().await;
        for resource in ["products", "orders", "customers"] {
            shop.run_after(resource, None).await;
        }
        shop
    }

    /// Waits until the given run has completed.
    async fn completed(&self, resource: &str, run_id: &str) -> Row {
        eventually("the run completes", TIMEOUT, || async {
            let run = self.last_run(resource).await?;
            (text(&run, "run_id") == run_id && text(&run, "status") == "completed").then_some(run)
        })
        .await
    }
}

/// Invokes a function asynchronously, as EventBridge does. The simulated EventBridge invokes once
/// and ignores the outcome.
async fn invoke_later(stack: &Stack, logical_id: &str, event: &Value) {
    let http = shopcall_core::runtime::http_client().unwrap();
    let functions = format!("{}/2015-03-31/functions", stack.aws_endpoint);
    let authorization = stack.authorization("lambda");
    let list = http.get(&functions).header("authorization", &authorization).send().await.unwrap();
    let list: Value = list.json().await.unwrap();
    let names = list["Functions"].as_array().unwrap().iter();
    let mut names = names.map(|function| function["FunctionName"].as_str().unwrap());
    let name = names.find(|name| name.contains(logical_id)).unwrap();
    let answer = http
        .post(format!("{functions}/{name}/invocations"))
        .header("authorization", &authorization)
        .header("x-amz-invocation-type", "Event")
        .body(event.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 202);
}

#[tokio::test]
async fn undelivered_and_failed_events_complete_after_redrive() {
    let shop = Shop::settled("redriven").await;
    let queue = Queue::new().await;
    let (products, products_run) = sync_requested(&shop.store_id(), "products");
    let (orders, orders_run) = sync_requested(&shop.store_id(), "orders");
    queue.undelivered(&products).await;
    queue.failed(&orders).await;

    let (succeeded, printed) = queue.redrive(&[]);

    assert!(succeeded, "{printed}");
    let (store_id, put_back) = (shop.store_id(), "put back on the bus");
    let expected = format!(
        "SyncRequested store_id={store_id} resource=products run_id={products_run} \
         (not delivered to a-function: THROTTLING): {put_back}"
    );
    assert!(line(&printed, &products_run).ends_with(&expected), "{printed}");
    let expected = format!(
        "SyncRequested store_id={store_id} resource=orders run_id={orders_run} \
         (a-function failed: RetriesExhausted, Sandbox.Timedout): {put_back}"
    );
    assert!(line(&printed, &orders_run).ends_with(&expected), "{printed}");
    assert!(printed.contains("put back on the bus: 2, deleted: 0, left: 0"), "{printed}");
    assert!(!printed.contains("Anna"), "errors' messages are not shown: {printed}");
    shop.completed("products", &products_run).await;
    shop.completed("orders", &orders_run).await;
    assert_eq!(queue.bodies().await, [""; 0]);
}

#[tokio::test]
async fn redrive_repairs_outage_longer_than_retries() {
    let shop = Shop::settled("outage").await;
    let fault =
        json!({ "kind": "status", "status": 503, "retry_after": "86400", "path_prefix": "/api" });
    shop.control(Method::POST, "/faults", &fault).await;
    let (requested, run_id) = sync_requested(&shop.store_id(), "products");
    invoke_later(&shop.stack, "ProductsSyncFunction", &requested).await;
    let dead_letters = &shop.stack.dead_letters_url;
    eventually("Lambda gives up retrying the run", TIMEOUT, || async {
        let bodies = bodies(&shop.stack, dead_letters).await;
        bodies.iter().any(|body| body.contains(&run_id)).then_some(())
    })
    .await;
    shop.control(Method::DELETE, "/faults", &Value::Null).await;

    // The queue is shared by the stack and may contain messages of other tests.
    let (_, printed) = redrive(Stack::file().parent().unwrap(), &[]);

    let line = line(&printed, &run_id);
    assert!(line.contains("failed: RetriesExhausted"), "{line}");
    assert!(line.ends_with("put back on the bus"), "{line}");
    shop.completed("products", &run_id).await;
    let bodies = bodies(&shop.stack, dead_letters).await;
    assert!(!bodies.iter().any(|body| body.contains(&run_id)), "the message is gone");
}

#[tokio::test]
async fn dry_run_prints_actions_and_changes_nothing() {
    let shop = Shop::settled("dry").await;
    let before = shop.last_run("products").await.unwrap();
    let queue = Queue::new().await;
    let (requested, run_id) = sync_requested(&shop.store_id(), "products");
    queue.undelivered(&requested).await;
    queue.failed(&event("aws.events", "Scheduled Event", &json!({}))).await;

    let (succeeded, printed) = queue.redrive(&[("DRY_RUN", "1")]);

    assert!(succeeded, "{printed}");
    assert!(line(&printed, &run_id).ends_with("would be put back on the bus"), "{printed}");
    let scheduled = line(&printed, "Scheduled Event");
    assert!(
        scheduled.ends_with("would be deleted: the next scheduled run repeats the work"),
        "{printed}"
    );
    assert_eq!(queue.bodies().await.len(), 2, "both messages can be received again immediately");
    let run = shop.last_run("products").await.unwrap();
    assert_eq!(text(&run, "run_id"), text(&before, "run_id"));
}

#[tokio::test]
async fn schedule_event_is_deleted_not_republished() {
    let queue = Queue::new().await;
    queue.undelivered(&event("aws.events", "Scheduled Event", &json!({}))).await;
    let (succeeded, printed) = queue.redrive(&[]);
    assert!(succeeded, "{printed}");
    let scheduled = line(&printed, "Scheduled Event");
    assert!(scheduled.ends_with("deleted: the next scheduled run repeats the work"), "{printed}");
    assert_eq!(queue.bodies().await, [""; 0]);
}

#[tokio::test]
async fn foreign_message_stays_queued_and_unprinted() {
    let queue = Queue::new().await;
    let foreign = event("somebody.else", "SyncRequested", &json!({ "store_id": "Kiss Anna" }));
    let succeeded = json!({
        "requestContext": { "condition": "Success" },
        "requestPayload": sync_requested("shoprenter:kiss-anna", "products").0,
    });
    let strange = ["Kiss Anna".to_owned(), "[1]".to_owned(), "{}".to_owned()];
    for body in strange.into_iter().chain([foreign.to_string(), succeeded.to_string()]) {
        queue.send(body, json!({})).await;
    }
    queue.failed(&json!({ "detail-type": "SyncRequested", "detail": "Kiss Anna" })).await;

    let (succeeded, printed) = queue.redrive(&[]);

    assert!(!succeeded, "{printed}");
    assert!(printed.contains("put back on the bus: 0, deleted: 0, left: 6"), "{printed}");
    assert!(printed.contains("error: 6 of 6 messages need attention"), "{printed}");
    assert!(!printed.to_lowercase().contains("anna"), "{printed}");
    assert_eq!(queue.bodies().await.len(), 6, "all messages can be received again immediately");
}

#[tokio::test]
async fn redrive_republishes_event_once_and_respects_limit() {
    let queue = Queue::new().await;
    // No store has this name, so the functions do nothing.
    let (requested, run_id) = sync_requested(&format!("shoprenter:{}", suffix()), "products");
    for _ in 0..3 {
        queue.undelivered(&requested).await;
    }

    let (succeeded, printed) = queue.redrive(&[("LIMIT", "1")]);
    assert!(succeeded, "{printed}");
    assert!(printed.contains("stopped at LIMIT=1"), "{printed}");
    assert_eq!(queue.bodies().await.len(), 2);

    // An event that fails again at once does not loop.
    let (succeeded, printed) = queue.redrive(&[]);
    assert!(!succeeded, "{printed}");
    assert!(printed.contains(&run_id), "{printed}");
    assert!(
        printed.contains("left: the same event was already put back in this pass"),
        "{printed}"
    );
    assert!(printed.contains("put back on the bus: 1, deleted: 0, left: 1"), "{printed}");
    assert_eq!(queue.bodies().await.len(), 1);
}

#[tokio::test]
async fn event_refused_by_bus_stays_queued() {
    let stack = Stack::running();
    let no_bus = format!("arn:aws:events:{}:000000000000:rule/not-a-bus", stack.region);
    let queue = Queue::of_bus(stack, &no_bus).await;
    let (requested, run_id) = sync_requested(&format!("shoprenter:{}", suffix()), "products");
    queue.undelivered(&requested).await;

    let (succeeded, printed) = queue.redrive(&[]);

    assert!(!succeeded, "{printed}");
    assert!(line(&printed, &run_id).contains("left: the bus refused it, "), "{printed}");
    assert_eq!(queue.bodies().await, [requested.to_string()]);
}
