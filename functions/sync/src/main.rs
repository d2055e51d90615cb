//! Wiring of `sync`.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;
use shopcall_core::runtime::Services;
use shopcall_core::runtime::http::serve;
use sync::SyncAll;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let endpoint = &SyncAll::new(&Services::from_process()?);
    run(service_fn(move |event: LambdaEvent<Value>| async move {
        Ok::<_, Error>(serve(event.payload, |request| endpoint.handle(request)).await)
    }))
    .await
}
