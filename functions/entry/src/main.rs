//! Wiring of `entry`.

use entry::Entry;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;
use shopcall_core::runtime::http::serve;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let endpoint = &Entry::new(platforms::services_with_admin()?);
    run(service_fn(move |event: LambdaEvent<Value>| async move {
        Ok::<_, Error>(serve(event.payload, |request| endpoint.handle(request)).await)
    }))
    .await
}
