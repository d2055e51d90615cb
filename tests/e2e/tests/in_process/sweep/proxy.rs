//! A proxy in front of the simulated API: counts requests by kind, and can change lists of ids in
//! transit or run code while they are in transit.

use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;

/// Kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKind {
    /// A page of ids.
    Ids,
    /// A page of records.
    Page,
    /// One record.
    Record,
    /// Languages, settings and the like.
    Other,
}

type ListChange = Box<dyn FnMut(Value) -> Pin<Box<dyn Future<Output = Value> + Send>> + Send>;

/// The proxy.
#[derive(Clone)]
pub struct Proxy {
    address: String,
    state: Arc<ProxyState>,
}

#[derive(Default)]
struct ProxyState {
    target: OnceLock<String>,
    http: OnceLock<reqwest::Client>,
    asked: Mutex<Vec<RequestKind>>,
    list_change: Mutex<Option<ListChange>>,
}

impl Proxy {
    /// Starts the proxy on a free port.
    pub async fn start() -> Self {
        let state = Arc::new(ProxyState::default());
        state.http.set(shopcall_core::runtime::http_client().unwrap()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(pass_on).with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, state }
    }

    /// Value for `SHOPRENTER_API_URL`.
    pub fn api_url(&self) -> String {
        format!("{}/{{shop}}/api", self.address)
    }

    /// Sets the server that requests are passed on to.
    pub fn set_target(&self, base_url: &str) {
        self.state.target.set(base_url.to_owned()).unwrap();
    }

    /// Number of requests of this kind since the last reset.
    pub fn count(&self, asked: RequestKind) -> usize {
        self.state.asked.lock().unwrap().iter().filter(|known| **known == asked).count()
    }

    /// Resets the counts and stops changing lists.
    pub fn reset(&self) {
        self.state.asked.lock().unwrap().clear();
        *self.state.list_change.lock().unwrap() = None;
    }

    /// Passes each list of ids through `meddle`.
    pub fn change_lists<F>(&self, mut change_lists: impl FnMut(Value) -> F + Send + 'static)
    where
        F: Future<Output = Value> + Send + 'static,
    {
        let list_change: ListChange = Box::new(move |answer| Box::pin(change_lists(answer)));
        *self.state.list_change.lock().unwrap() = Some(list_change);
    }
}

async fn pass_on(State(state): State<Arc<ProxyState>>, request: Request) -> Response {
    let uri = request.uri().clone();
    let asked = asked(uri.path(), uri.query().unwrap_or_default());
    state.asked.lock().unwrap().push(asked);
    let url = format!("{}{uri}", state.target.get().unwrap());
    let mut headers = request.headers().clone();
    headers.remove("host");
    let (method, body) = (request.method().clone(), request.into_body());
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let request = state.http.get().unwrap().request(method, url).headers(headers).body(body);
    let answer = request.send().await;
    let Ok(answer) = answer else { return StatusCode::BAD_GATEWAY.into_response() };
    let status = answer.status();
    let Ok(body) = answer.bytes().await else { return StatusCode::BAD_GATEWAY.into_response() };
    let changed = (asked == RequestKind::Ids && status == StatusCode::OK)
        .then(|| serde_json::from_slice(&body).ok())
        .flatten()
        .and_then(|list| {
            state.list_change.lock().unwrap().as_mut().map(|change_lists| change_lists(list))
        });
    match changed {
        Some(list) => axum::Json(list.await).into_response(),
        None => (status, [("content-type", "application/json")], body).into_response(),
    }
}

fn asked(path: &str, query: &str) -> RequestKind {
    let parts: Vec<_> = path.split('/').skip_while(|part| *part != "api").collect();
    let is_collection =
        ["productExtend", "orderExtend", "customerExtend", "products"].contains(&parts[1]);
    match (is_collection, parts.len()) {
        (true, 3) => RequestKind::Record,
        (true, _) if query.contains("full=1") => RequestKind::Page,
        (true, _) => RequestKind::Ids,
        _ => RequestKind::Other,
    }
}
