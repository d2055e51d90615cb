//! Small application that the simulator calls.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{Query, Request, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse as _, Response},
    routing::get,
};

type Seen = Arc<Mutex<Vec<Received>>>;

/// Request that the application received.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: String,
}

/// Redirects from the callback to the `app_url` with `sr_install` added, and records all requests.
pub(crate) struct Application {
    pub(crate) base_url: String,
    seen: Seen,
}

impl Application {
    pub(crate) async fn start() -> Self {
        let seen = Seen::default();
        let router = Router::new()
            .route("/callback", get(callback))
            .fallback(remember)
            .with_state(Arc::clone(&seen));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base_url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async { axum::serve(listener, router).await });
        Self { base_url, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Received> {
        self.seen.lock().expect("a lock").clone()
    }

    /// Waits for the given number of requests.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Received> {
        let end = Instant::now() + Duration::from_secs(10);
        while self.seen().len() < count && Instant::now() < end {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.seen()
    }
}

async fn callback(Query(query): Query<HashMap<String, String>>) -> Response {
    let location = format!("{}?sr_install=abc", query["app_url"]);
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}

async fn remember(State(seen): State<Seen>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
    let text = |value: &header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    seen.lock().expect("a lock").push(Received {
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    Html("<p>Kész</p>").into_response()
}
