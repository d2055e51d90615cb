//! Wiring of `uninstall`.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;
use shopcall_core::runtime::http::time_left;
use uninstall::Uninstall;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let endpoint = &Uninstall::new(&platforms::services_with_admin()?);
    run(service_fn(move |event: LambdaEvent<Value>| async move {
        let left = time_left(&event.context);
        endpoint.invoke(event.payload, left).await
    }))
    .await
}
