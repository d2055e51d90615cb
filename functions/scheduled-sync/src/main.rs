//! Wiring of `scheduled-sync`.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use scheduled_sync::ScheduledSync;
use serde_json::Value;
use shopcall_core::runtime::Services;
use shopcall_core::runtime::http::time_left;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let endpoint = &ScheduledSync::new(&Services::from_process()?);
    run(service_fn(move |event: LambdaEvent<Value>| async move {
        let left = time_left(&event.context);
        endpoint.invoke(event.payload, left).await
    }))
    .await
}
