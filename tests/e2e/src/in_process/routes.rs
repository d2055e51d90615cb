//! Dispatch of the template's routes to functions.

use std::time::Duration;

use serde_json::Value;
use shopcall_core::runtime::http::serve;

use super::InProcess;

const TIME: Duration = Duration::from_secs(60);

impl InProcess {
    /// Passes a request to the function that serves a route key of the template, in which
    /// `{platform}` may be replaced by ShopRenter's name.
    ///
    /// # Panics
    /// If no function serves the route, or the function fails instead of answering.
    pub async fn serve(&self, route: &str, payload: Value) -> Value {
        match &*route.replace("/shoprenter/", "/{platform}/") {
            "GET /auth/{platform}/init" | "GET /assets/{file}" => {
                serve(payload, |request| self.init.handle(request)).await
            }
            "GET /auth/{platform}/callback" => {
                serve(payload, |request| self.callback.handle(request)).await
            }
            "GET /integrations/{platform}/entry"
            | "GET /integrations/{platform}/store"
            | "POST /integrations/{platform}/store" => {
                serve(payload, |request| self.entry.handle(request)).await
            }
            "GET /webhooks/{platform}/uninstall" => {
                serve(payload, |request| self.uninstall.handle(request)).await
            }
            "POST /webhooks/{platform}/orders/{key}" => {
                serve(payload, |request| self.webhooks.handle(request)).await
            }
            "POST /sync" => serve(payload, |request| self.sync_all.handle(request)).await,
            "POST /sync/products" => self.products.invoke(payload, TIME).await.unwrap(),
            "POST /sync/orders" => self.orders.invoke(payload, TIME).await.unwrap(),
            "POST /sync/customers" => self.customers.invoke(payload, TIME).await.unwrap(),
            "POST /sync/scheduled" => self.scheduled.invoke(payload, TIME).await.unwrap(),
            "GET /runs"
            | "GET /stores/{store_id}"
            | "GET /stores/{store_id}/runs"
            | "PUT /stores/{store_id}/sync-config"
            | "POST /installs/{sr_install}/claim" => {
                serve(payload, |request| self.stores.handle(request)).await
            }
            "GET /stores/{store_id}/lookup" => {
                serve(payload, |request| self.lookup.handle(request)).await
            }
            other => panic!("no function serves {other}"),
        }
    }
}
