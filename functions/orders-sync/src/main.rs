//! Wiring of `orders-sync`.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use orders_sync::OrdersSync;
use serde_json::Value;
use shopcall_core::runtime::http::time_left;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let endpoint = &OrdersSync::new(&platforms::services()?);
    run(service_fn(move |event: LambdaEvent<Value>| async move {
        let left = time_left(&event.context);
        endpoint.invoke(event.payload, left).await
    }))
    .await
}
