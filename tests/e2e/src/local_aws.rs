//! Simulated AWS services over their own protocols on one loopback address.
//!
//! DynamoDB is real (requests are passed on to dynoxide, or to `DYNAMODB_ENDPOINT`); Secrets
//! Manager has one secret; EventBridge records events and refuses entries on request. Calls are
//! counted, and a test can stop a caller at any of them.

mod batches;
mod faults;
mod recording;
mod stop;
mod usage;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub use faults::DynamoFault;
pub use recording::AcceptedPut;
use stop::Stops;
pub use stop::{Side, Stop};
pub use usage::Usage;

/// Event published on the bus.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedEvent {
    /// `DetailType`.
    pub detail_type: String,
    /// `Detail`.
    pub detail: Value,
}

impl PublishedEvent {
    /// Event in the form a bus rule passes to a function.
    pub fn delivered(&self) -> Value {
        json!({
            "version": "0", "id": "1", "source": "shopcall.shoprenter",
            "detail-type": self.detail_type, "detail": self.detail,
        })
    }
}

/// Simulated AWS.
#[derive(Debug, Clone)]
pub struct LocalAws {
    endpoint: String,
    state: Arc<AwsState>,
}

#[derive(Debug)]
struct AwsState {
    dynamodb: String,
    http: reqwest::Client,
    secret: Mutex<String>,
    events: Mutex<Vec<PublishedEvent>>,
    refusals: Mutex<usize>,
    unprocessed: Mutex<usize>,
    usage: Mutex<Usage>,
    is_capacity_measured: AtomicBool,
    are_keys_remembered: AtomicBool,
    recorded: Mutex<Option<Vec<AcceptedPut>>>,
    faults: Mutex<Vec<faults::Planned>>,
    stops: Stops,
}

impl LocalAws {
    /// Starts the simulation on a free port in the caller's runtime.
    ///
    /// # Panics
    /// If no port is available.
    pub async fn start(secret: &Value) -> Self {
        let dynamodb = match std::env::var("DYNAMODB_ENDPOINT") {
            Ok(endpoint) => endpoint,
            Err(_) => start_dynoxide().await,
        };
        let state = Arc::new(AwsState {
            dynamodb,
            http: shopcall_core::runtime::http_client().unwrap(),
            secret: Mutex::new(secret.to_string()),
            events: Mutex::default(),
            refusals: Mutex::default(),
            unprocessed: Mutex::default(),
            usage: Mutex::default(),
            is_capacity_measured: AtomicBool::new(false),
            are_keys_remembered: AtomicBool::new(false),
            recorded: Mutex::default(),
            faults: Mutex::default(),
            stops: Stops::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(answer).with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { endpoint, state }
    }

    /// Address for `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns the events published since the last call.
    pub fn take_events(&self) -> Vec<PublishedEvent> {
        std::mem::take(&mut *lock(&self.state.events))
    }

    /// Makes EventBridge refuse the next `count` entries.
    pub fn refuse_events(&self, count: usize) {
        *lock(&self.state.refusals) = count;
    }

    /// Makes DynamoDB leave one item unprocessed in each of the next `count` batches.
    pub fn leave_unprocessed(&self, count: usize) {
        *lock(&self.state.unprocessed) = count;
    }

    /// Number of such batches still to come.
    pub fn left_unprocessed(&self) -> usize {
        *lock(&self.state.unprocessed)
    }

    /// Replaces the secret, as a rotation does.
    pub fn set_secret(&self, secret: &Value) {
        *lock(&self.state.secret) = secret.to_string();
    }

    /// Returns the calls since the last time from all callers, including the test's own reads.
    pub fn take_usage(&self) -> Usage {
        std::mem::take(&mut *lock(&self.state.usage))
    }

    /// Makes DynamoDB report the consumed capacity of each call from now on.
    pub fn measure_capacity(&self) {
        self.state.is_capacity_measured.store(true, Ordering::Relaxed);
    }

    /// Counts the writes of each row from now on, which takes memory for each.
    pub fn remember_keys(&self) {
        self.state.are_keys_remembered.store(true, Ordering::Relaxed);
    }

    /// Records the rows put one by one from now on.
    pub fn record_puts(&self) {
        *lock(&self.state.recorded) = Some(Vec::new());
    }

    /// Returns the recorded rows and stops recording.
    pub fn take_puts(&self) -> Vec<AcceptedPut> {
        lock(&self.state.recorded).take().unwrap_or_default()
    }

    /// Applies a fault to `count` calls of an operation on a table, after `passed` more of them.
    /// The table is `(transaction)` for a transaction and empty for any table; an empty operation
    /// means any of DynamoDB's.
    pub fn apply_fault(
        &self,
        operation: &str,
        table: &str,
        fault: DynamoFault,
        (passed, count): (usize, usize),
    ) {
        let (operation, table) = (operation.to_owned(), table.to_owned());
        let planned = faults::Planned { operation, table, fault, passed, count };
        lock(&self.state.faults).push(planned);
    }

    /// Number of faults still to come.
    pub fn faults_left(&self) -> usize {
        lock(&self.state.faults).iter().map(|planned| planned.count).sum()
    }

    /// Cancels the remaining faults and returns their number.
    pub fn cancel_faults(&self) -> usize {
        std::mem::take(&mut *lock(&self.state.faults)).iter().map(|planned| planned.count).sum()
    }

    /// Stops all calls from the one after `passed` more, until the stop is dropped. Once it is
    /// reached, the test's own calls are held too.
    pub fn stop_after(&self, passed: u64, side: Side) -> Stop {
        self.state.stops.plan(passed, side)
    }
}

async fn start_dynoxide() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let database = dynoxide::Database::memory().unwrap();
    tokio::spawn(async move { dynoxide::server::serve_on(listener, database).await });
    endpoint
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer(State(state): State<Arc<AwsState>>, headers: HeaderMap, body: Bytes) -> Response {
    let side = state.stops.arrive();
    if side == Some(Side::Before) {
        state.stops.hold().await;
    }
    let response = serve(&state, headers, body).await;
    if side == Some(Side::After) {
        state.stops.hold().await;
    }
    response
}

async fn serve(state: &AwsState, mut headers: HeaderMap, mut body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let target = target.unwrap_or_default().to_owned();
    let operation = target.rsplit('.').next().unwrap_or_default();
    let mut request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let with_keys = state.are_keys_remembered.load(Ordering::Relaxed);
    lock(&state.usage).note_call(operation, &request, with_keys);
    if target.starts_with("DynamoDB_") && state.is_capacity_measured.load(Ordering::Relaxed) {
        request["ReturnConsumedCapacity"] = "TOTAL".into();
        headers.remove("content-length");
        body = request.to_string().into();
    }
    let fault =
        lock(&state.faults).iter_mut().find_map(|planned| planned.meet(operation, &request));
    if let Some(fault) = fault {
        match fault {
            DynamoFault::LostAnswer => drop(pass_on(state, headers, body).await),
            DynamoFault::Hang => std::future::pending().await,
            DynamoFault::Conflict | DynamoFault::Denied => {}
        }
        return faults::answer(fault, &request);
    }
    match &*target {
        _ if ["BatchWriteItem", "BatchGetItem"].contains(&operation) => {
            batches::pass_on(state, headers, request, body).await
        }
        target if target.starts_with("DynamoDB_") => {
            let answer = pass_on(state, headers, body).await;
            if answer.status() == StatusCode::OK
                && let Some(recorded) = &mut *lock(&state.recorded)
            {
                recorded.extend(recording::puts(operation, &request));
            }
            answer
        }
        "secretsmanager.GetSecretValue" => {
            let answer = json!({ "Name": "app", "SecretString": *lock(&state.secret) });
            axum::Json(answer).into_response()
        }
        "AWSEvents.PutEvents" => put_events(state, &request),
        _ => StatusCode::NOT_IMPLEMENTED.into_response(),
    }
}

async fn pass_on(state: &AwsState, mut headers: HeaderMap, body: Bytes) -> Response {
    headers.remove("host");
    let target = headers.get("x-amz-target").cloned();
    let request = state.http.post(&state.dynamodb).headers(headers).body(body);
    let Ok(answer) = request.send().await else { return StatusCode::BAD_GATEWAY.into_response() };
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    headers.remove("transfer-encoding");
    let body = answer.bytes().await.unwrap_or_default();
    if state.is_capacity_measured.load(Ordering::Relaxed) {
        let target = target.as_ref().and_then(|target| target.to_str().ok()).unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default();
        let answer = serde_json::from_slice(&body).unwrap_or_default();
        lock(&state.usage).note_capacity(operation, &answer);
    }
    (status, headers, body).into_response()
}

fn put_events(state: &AwsState, request: &Value) -> Response {
    let entries = request["Entries"].as_array().cloned().unwrap_or_default();
    let mut failed = 0;
    let answers: Vec<Value> = entries
        .iter()
        .map(|entry| {
            let mut refusals = lock(&state.refusals);
            if *refusals > 0 {
                *refusals -= 1;
                failed += 1;
                return json!({ "ErrorCode": "InternalFailure", "ErrorMessage": "not now" });
            }
            let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
            let detail = serde_json::from_str(&text("Detail")).unwrap_or_default();
            lock(&state.events).push(PublishedEvent { detail_type: text("DetailType"), detail });
            json!({ "EventId": "e" })
        })
        .collect();
    axum::Json(json!({ "FailedEntryCount": failed, "Entries": answers })).into_response()
}
