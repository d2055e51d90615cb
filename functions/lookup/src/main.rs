//! Wiring of `lookup`.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use lookup::Lookup;
use serde_json::Value;
use shopcall_core::foundation::Foundation;
use shopcall_core::http::ApiRequest;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let endpoint = &Lookup::new(&Foundation::from_process()?);
    run(service_fn(move |event: LambdaEvent<Value>| async move {
        Ok::<_, Error>(ApiRequest::serve(event.payload, |request| endpoint.handle(request)).await)
    }))
    .await
}
