//! Lambda Runtime API, limited to the calls a function makes:
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

type Outcome = Result<Value, Value>;

/// Runtime API of one function, on an address of its own.
#[derive(Debug)]
pub(super) struct RuntimeApi {
    address: String,
    events: mpsc::UnboundedSender<Event>,
    state: Arc<RuntimeState>,
}

#[derive(Debug)]
struct Event {
    id: String,
    body: String,
    deadline_ms: i64,
}

#[derive(Debug)]
struct RuntimeState {
    function: String,
    events: tokio::sync::Mutex<mpsc::UnboundedReceiver<Event>>,
    awaited: Mutex<HashMap<String, oneshot::Sender<Outcome>>>,
}

impl RuntimeState {
    fn awaited(&self) -> MutexGuard<'_, HashMap<String, oneshot::Sender<Outcome>>> {
        self.awaited.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settle(&self, id: &str, outcome: Outcome) -> StatusCode {
        let Some(awaited) = self.awaited().remove(id) else { return StatusCode::BAD_REQUEST };
        // The caller may have stopped waiting.
        drop(awaited.send(outcome));
        StatusCode::ACCEPTED
    }
}

impl RuntimeApi {
    pub(super) async fn start(function: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (events, queue) = mpsc::unbounded_channel();
        let state = Arc::new(RuntimeState {
            function: function.to_owned(),
            events: tokio::sync::Mutex::new(queue),
            awaited: Mutex::default(),
        });
        let invocations = Router::new()
            .route("/invocation/next", get(next))
            .route("/invocation/{id}/response", post(response))
            .route("/invocation/{id}/error", post(error))
            .route("/init/error", post(init_error));
        let app = Router::new().nest("/2018-06-01/runtime", invocations);
        let app = app.with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, events, state }
    }

    /// Address for `AWS_LAMBDA_RUNTIME_API`.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Queues an event for the function. Waits forever if the function never takes it.
    pub(super) async fn invoke(&self, event: &Value, time_limit: Duration) -> Outcome {
        let id = shopcall_core::domain::random::hex::<16>();
        let deadline = Timestamp::now() + time_limit;
        let (settled, outcome) = oneshot::channel();
        self.state.awaited().insert(id.clone(), settled);
        let body = event.to_string();
        self.events.send(Event { id, body, deadline_ms: deadline.as_millisecond() }).unwrap();
        outcome.await.unwrap()
    }
}

async fn next(State(state): State<Arc<RuntimeState>>) -> Response {
    let Some(event) = state.events.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    let arn = format!("arn:aws:lambda:eu-central-1:000000000000:function:{}", state.function);
    let headers = [
        ("lambda-runtime-aws-request-id", event.id),
        ("lambda-runtime-deadline-ms", event.deadline_ms.to_string()),
        ("lambda-runtime-invoked-function-arn", arn),
        ("content-type", "application/json".to_owned()),
    ];
    (headers, event.body).into_response()
}

async fn response(
    State(state): State<Arc<RuntimeState>>,
    Path(id): Path<String>,
    body: Bytes,
) -> StatusCode {
    state.settle(&id, Ok(serde_json::from_slice(&body).unwrap_or_default()))
}

async fn error(
    State(state): State<Arc<RuntimeState>>,
    Path(id): Path<String>,
    body: Bytes,
) -> StatusCode {
    state.settle(&id, Err(serde_json::from_slice(&body).unwrap_or_default()))
}

/// Accepts an initialization error. The function then ends, which the caller observes.
async fn init_error() -> StatusCode {
    StatusCode::ACCEPTED
}
