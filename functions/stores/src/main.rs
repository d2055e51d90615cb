//! Wiring of `stores`.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;
use shopcall_core::runtime::http::serve;
use stores::Stores;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let endpoint = &Stores::new(platforms::services_without_apis()?);
    run(service_fn(move |event: LambdaEvent<Value>| async move {
        Ok::<_, Error>(serve(event.payload, |request| endpoint.handle(request)).await)
    }))
    .await
}
