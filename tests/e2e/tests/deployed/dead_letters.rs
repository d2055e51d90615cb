//! `make redrive`: what waits in the dead-letter queue goes back on the bus.

use std::path::{Path, PathBuf};
use std::process::Command;

use e2e::{Row, Stack, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use shopcall_core::domain::random;

use crate::{PATIENCE, Shop, suffix, text};

/// A dead-letter queue of a test's own, and a description of the stack that names it.
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

    /// As EventBridge does with what it cannot deliver.
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

    /// As Lambda does with an asynchronous invocation that failed for good.
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

    /// Whether it succeeded, and what it said.
    fn redrive(&self, variables: &[(&str, &str)]) -> (bool, String) {
        redrive(&self.directory, variables)
    }

    /// What can be received now. It stays receivable.
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
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// The line of what was said that has `part`.
fn line<'a>(said: &'a str, part: &str) -> &'a str {
    said.lines().find(|line| line.contains(part)).unwrap_or_else(|| panic!("no {part}: {said}"))
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

/// A request for a run of a shop that has nothing of the kind at work, and the run's id.
fn sync_requested(store_id: &str, resource: &str) -> (Value, String) {
    let run_id = random::hex::<16>();
    let detail = json!({
        "store_id": store_id, "generation": 1, "resource": resource, "mode": "full", "run_id": run_id,
    });
    (event("shopcall.shoprenter", "SyncRequested", &detail), run_id)
}

impl Shop {
    /// An installed shop whose first runs have all ended.
    async fn settled(name: &str) -> Self {
        let shop = Self::open(name, json!({ "products": 3, "orders": 2, "customers": 2 })).await;
        shop.install().await;
        for resource in ["products", "orders", "customers"] {
            shop.run_after(resource, None).await;
        }
        shop
    }

    /// Waits until this very run has completed.
    async fn completed(&self, resource: &str, run_id: &str) -> Row {
        eventually("the run completes", PATIENCE, || async {
            let run = self.last_run(resource).await?;
            (text(&run, "run_id") == run_id && text(&run, "status") == "completed").then_some(run)
        })
        .await
    }
}

/// Invokes a function asynchronously, as EventBridge does. The local cloud's own EventBridge invokes
/// once and does not look at what becomes of it.
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
async fn what_the_bus_and_the_functions_gave_up_is_done_after_a_redrive() {
    let shop = Shop::settled("redriven").await;
    let queue = Queue::new().await;
    let (products, products_run) = sync_requested(&shop.store_id(), "products");
    let (orders, orders_run) = sync_requested(&shop.store_id(), "orders");
    queue.undelivered(&products).await;
    queue.failed(&orders).await;

    let (succeeded, said) = queue.redrive(&[]);

    assert!(succeeded, "{said}");
    let (store_id, put_back) = (shop.store_id(), "put back on the bus");
    let expected = format!(
        "SyncRequested store_id={store_id} resource=products run_id={products_run} \
         (not delivered to a-function: THROTTLING): {put_back}"
    );
    assert!(line(&said, &products_run).ends_with(&expected), "{said}");
    let expected = format!(
        "SyncRequested store_id={store_id} resource=orders run_id={orders_run} \
         (a-function failed: RetriesExhausted, Sandbox.Timedout): {put_back}"
    );
    assert!(line(&said, &orders_run).ends_with(&expected), "{said}");
    assert!(said.contains("put back on the bus: 2, deleted: 0, left: 0"), "{said}");
    assert!(!said.contains("Anna"), "errors' messages are not shown: {said}");
    shop.completed("products", &products_run).await;
    shop.completed("orders", &orders_run).await;
    assert_eq!(queue.bodies().await, [""; 0]);
}

#[tokio::test]
async fn an_outage_that_outlasts_the_attempts_is_made_up_for_by_a_redrive() {
    let shop = Shop::settled("outage").await;
    let fault =
        json!({ "kind": "status", "status": 503, "retry_after": "86400", "path_prefix": "/api" });
    shop.control(Method::POST, "/faults", &fault).await;
    let (requested, run_id) = sync_requested(&shop.store_id(), "products");
    invoke_later(&shop.stack, "ProductsSyncFunction", &requested).await;
    let dead_letters = &shop.stack.dead_letters_url;
    eventually("Lambda gives the run up", PATIENCE, || async {
        let bodies = bodies(&shop.stack, dead_letters).await;
        bodies.iter().any(|body| body.contains(&run_id)).then_some(())
    })
    .await;
    shop.control(Method::DELETE, "/faults", &Value::Null).await;

    // The queue is the stack's own: what else may lie there is not this test's.
    let (_, said) = redrive(Stack::file().parent().unwrap(), &[]);

    let line = line(&said, &run_id);
    assert!(line.contains("failed: RetriesExhausted"), "{line}");
    assert!(line.ends_with("put back on the bus"), "{line}");
    shop.completed("products", &run_id).await;
    let bodies = bodies(&shop.stack, dead_letters).await;
    assert!(!bodies.iter().any(|body| body.contains(&run_id)), "the message is gone");
}

#[tokio::test]
async fn a_dry_run_shows_what_a_redrive_would_do_and_does_none_of_it() {
    let shop = Shop::settled("dry").await;
    let before = shop.last_run("products").await.unwrap();
    let queue = Queue::new().await;
    let (requested, run_id) = sync_requested(&shop.store_id(), "products");
    queue.undelivered(&requested).await;
    queue.failed(&event("aws.events", "Scheduled Event", &json!({}))).await;

    let (succeeded, said) = queue.redrive(&[("DRY_RUN", "1")]);

    assert!(succeeded, "{said}");
    assert!(line(&said, &run_id).ends_with("would be put back on the bus"), "{said}");
    let beat = line(&said, "Scheduled Event");
    assert!(beat.ends_with("would be deleted: the next beat makes up for it"), "{said}");
    assert_eq!(queue.bodies().await.len(), 2, "both can be received again at once");
    let run = shop.last_run("products").await.unwrap();
    assert_eq!(text(&run, "run_id"), text(&before, "run_id"));
}

#[tokio::test]
async fn a_beat_of_the_schedule_is_not_played_again() {
    let queue = Queue::new().await;
    queue.undelivered(&event("aws.events", "Scheduled Event", &json!({}))).await;
    let (succeeded, said) = queue.redrive(&[]);
    assert!(succeeded, "{said}");
    let beat = line(&said, "Scheduled Event");
    assert!(beat.ends_with("deleted: the next beat makes up for it"), "{said}");
    assert_eq!(queue.bodies().await, [""; 0]);
}

#[tokio::test]
async fn what_is_neither_stays_in_the_queue_and_is_not_shown() {
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

    let (succeeded, said) = queue.redrive(&[]);

    assert!(!succeeded, "{said}");
    assert!(said.contains("put back on the bus: 0, deleted: 0, left: 6"), "{said}");
    assert!(said.contains("error: 6 of 6 messages need attention"), "{said}");
    assert!(!said.to_lowercase().contains("anna"), "{said}");
    assert_eq!(queue.bodies().await.len(), 6, "all can be received again at once");
}

#[tokio::test]
async fn an_event_is_put_back_once_in_a_redrive_and_no_more_messages_are_taken_than_asked_for() {
    let queue = Queue::new().await;
    // Nobody is called that: the functions find no such store and do nothing.
    let (requested, run_id) = sync_requested(&format!("shoprenter:{}", suffix()), "products");
    for _ in 0..3 {
        queue.undelivered(&requested).await;
    }

    let (succeeded, said) = queue.redrive(&[("LIMIT", "1")]);
    assert!(succeeded, "{said}");
    assert!(said.contains("stopped at LIMIT=1"), "{said}");
    assert_eq!(queue.bodies().await.len(), 2);

    // An event that is given up again at once does not go round for ever.
    let (succeeded, said) = queue.redrive(&[]);
    assert!(!succeeded, "{said}");
    assert!(said.contains(&run_id), "{said}");
    assert!(said.contains("left: the same event was put back just now"), "{said}");
    assert!(said.contains("put back on the bus: 1, deleted: 0, left: 1"), "{said}");
    assert_eq!(queue.bodies().await.len(), 1);
}

#[tokio::test]
async fn an_event_that_the_bus_refuses_stays_in_the_queue() {
    let stack = Stack::running();
    let no_bus = format!("arn:aws:events:{}:000000000000:rule/not-a-bus", stack.region);
    let queue = Queue::of_bus(stack, &no_bus).await;
    let (requested, run_id) = sync_requested(&format!("shoprenter:{}", suffix()), "products");
    queue.undelivered(&requested).await;

    let (succeeded, said) = queue.redrive(&[]);

    assert!(!succeeded, "{said}");
    assert!(line(&said, &run_id).contains("left: the bus refused it, "), "{said}");
    assert_eq!(queue.bodies().await, [requested.to_string()]);
}
