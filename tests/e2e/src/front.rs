//! HTTP endpoint for ShopRenter's webhooks: the parts of API Gateway they need, on a port of its
//! own.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use shopcall_core::runtime::http::serve;
use tokio::net::TcpListener;
use webhook_orders::WebhookOrders;

use crate::{api_request, status_of};

/// Reserved port that is not served yet.
pub(crate) struct Front {
    listener: TcpListener,
}

impl Front {
    /// Reserves a free port.
    pub(crate) async fn open() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.unwrap() }
    }

    /// Address for `BACKEND_URL`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.listener.local_addr().unwrap())
    }

    /// Passes requests to `webhooks`, in the caller's runtime.
    pub(crate) fn serve(self, webhooks: Arc<WebhookOrders>) {
        let app = Router::new().fallback(deliver).with_state(webhooks);
        tokio::spawn(async move { axum::serve(self.listener, app).await });
    }
}

async fn deliver(
    State(webhooks): State<Arc<WebhookOrders>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()))
        .collect();
    let payload = delivery(method.as_str(), uri.path(), &headers, &body);
    let answer = serve(payload, |request| webhooks.handle(request)).await;
    let status = u16::try_from(status_of(&answer)).unwrap_or_default();
    let body = answer["body"].as_str().unwrap_or_default().to_owned();
    (StatusCode::from_u16(status).unwrap(), body)
}

/// Builds a request with an arbitrary body, which API Gateway encodes in base64.
pub(crate) fn delivery(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Value {
    let mut payload = api_request(method, path, "", &BASE64.encode(body), headers);
    payload["isBase64Encoded"] = json!(true);
    payload
}
