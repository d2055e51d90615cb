//! Wiring of `oauth-callback`.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use oauth_callback::OauthCallback;
use serde_json::Value;
use shopcall_core::runtime::http::serve;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let endpoint = &OauthCallback::new(platforms::services_without_apis()?);
    run(service_fn(move |event: LambdaEvent<Value>| async move {
        Ok::<_, Error>(serve(event.payload, |request| endpoint.handle(request)).await)
    }))
    .await
}
