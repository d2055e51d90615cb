//! Wiring of `webhook-orders`.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;
use shopcall_core::runtime::http::serve;
use webhook_orders::WebhookOrders;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let endpoint = &WebhookOrders::new(&platforms::services()?);
    run(service_fn(move |event: LambdaEvent<Value>| async move {
        Ok::<_, Error>(serve(event.payload, |request| endpoint.handle(request)).await)
    }))
    .await
}
