//! A proxy before the simulated API: it counts what is asked for, and can change the lists of ids
//! on their way, or do something else while they are on it.

use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A page of ids.
    Ids,
    /// A page of records.
    Page,
    /// One record.
    Record,
    /// Languages, settings and the like.
    Other,
}

type Meddling = Box<dyn FnMut(Value) -> Pin<Box<dyn Future<Output = Value> + Send>> + Send>;

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
    asked: Mutex<Vec<Asked>>,
    meddling: Mutex<Option<Meddling>>,
}

impl Proxy {
    /// Starts it on a free port.
    pub async fn start() -> Self {
        let state = Arc::new(ProxyState::default());
        state.http.set(shopcall_core::runtime::http_client().unwrap()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(pass_on).with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, state }
    }

    /// For `SHOPRENTER_API_URL`.
    pub fn api_url(&self) -> String {
        format!("{}/{{shop}}/api", self.address)
    }

    /// Passes everything on to there.
    pub fn set_target(&self, base_url: &str) {
        self.state.target.set(base_url.to_owned()).unwrap();
    }

    /// How often that was asked for since the last reset.
    pub fn count(&self, asked: Asked) -> usize {
        self.state.asked.lock().unwrap().iter().filter(|known| **known == asked).count()
    }

    /// Forgets what was asked for, and meddles no more.
    pub fn reset(&self) {
        self.state.asked.lock().unwrap().clear();
        *self.state.meddling.lock().unwrap() = None;
    }

    /// Hands each list of ids to `meddle`, and on what it makes of it.
    pub fn meddle<F>(&self, mut meddle: impl FnMut(Value) -> F + Send + 'static)
    where
        F: Future<Output = Value> + Send + 'static,
    {
        let meddling: Meddling = Box::new(move |answer| Box::pin(meddle(answer)));
        *self.state.meddling.lock().unwrap() = Some(meddling);
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
    let meddled = (asked == Asked::Ids && status == StatusCode::OK)
        .then(|| serde_json::from_slice(&body).ok())
        .flatten()
        .and_then(|list| state.meddling.lock().unwrap().as_mut().map(|meddle| meddle(list)));
    match meddled {
        Some(list) => axum::Json(list.await).into_response(),
        None => (status, [("content-type", "application/json")], body).into_response(),
    }
}

fn asked(path: &str, query: &str) -> Asked {
    let parts: Vec<_> = path.split('/').skip_while(|part| *part != "api").collect();
    let is_collection =
        ["productExtend", "orderExtend", "customerExtend", "products"].contains(&parts[1]);
    match (is_collection, parts.len()) {
        (true, 3) => Asked::Record,
        (true, _) if query.contains("full=1") => Asked::Page,
        (true, _) => Asked::Ids,
        _ => Asked::Other,
    }
}
