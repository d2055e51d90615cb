//! Wiring of `lookup`.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use lookup::Lookup;
use serde_json::Value;
use shopcall_core::runtime::Services;
use shopcall_core::runtime::http::serve;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let endpoint = &Lookup::new(&Services::from_process()?);
    run(service_fn(move |event: LambdaEvent<Value>| async move {
        Ok::<_, Error>(serve(event.payload, |request| endpoint.handle(request)).await)
    }))
    .await
}
