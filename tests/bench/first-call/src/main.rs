//! Creates the core's client as every function does, calls an HTTPS server twice over one
//! connection, and prints the duration of each step in microseconds:
//!
//! `first-call plain|dynamodb https://localhost:1234 root.der`

use std::error::Error;
use std::io::Write as _;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use rustls::pki_types::CertificateDer;
use shopcall_core::runtime::aws::AwsEnvironment;
use shopcall_core::runtime::config::Environment;
use shopcall_core::runtime::{http_client_that_trusts, public_roots};

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || arguments.next().ok_or("an argument is missing");
    let (way, address, root) = (argument()?, argument()?, argument()?);
    let root = std::fs::read(root)?;
    let steps = match &*way {
        "plain" => plain(&address, root).await?,
        "dynamodb" => dynamodb(&address, root).await?,
        _ => return Err("the first argument is `plain` or `dynamodb`".into()),
    };
    let steps = steps.map(|step| step.as_micros().to_string());
    writeln!(std::io::stdout(), "{}", steps.join(" "))?;
    Ok(())
}

/// Calls the server as ShopRenter's API is called.
async fn plain(address: &str, root: Vec<u8>) -> Outcome<[Duration; 3]> {
    let began = Instant::now();
    let client = client(root)?;
    let made = began.elapsed();
    let call = async || -> Outcome<()> {
        client.get(address).send().await?.error_for_status()?.bytes().await?;
        Ok(())
    };
    let first = timed(&call).await?;
    let second = timed(&call).await?;
    Ok([made, first, second])
}

/// Calls the server as DynamoDB is called.
async fn dynamodb(address: &str, root: Vec<u8>) -> Outcome<[Duration; 3]> {
    let began = Instant::now();
    let environment = |name: &str| match name {
        "AWS_ENDPOINT_URL" => Some(address.to_owned()),
        "AWS_REGION" => Some("eu-central-1".to_owned()),
        _ => Some("x".repeat(20)),
    };
    let environment = Environment::new(&environment);
    let client = AwsEnvironment::from_environment(&environment, client(root)?)?.dynamodb();
    let made = began.elapsed();
    let call = async || -> Outcome<()> {
        let id = AttributeValue::S("id".to_owned());
        client.get_item().table_name("table").key("id", id).send().await?;
        Ok(())
    };
    let first = timed(&call).await?;
    let second = timed(&call).await?;
    Ok([made, first, second])
}

/// Creates the core's client with an additional trusted root, for a loopback address.
fn client(root: Vec<u8>) -> Outcome<reqwest::Client> {
    let mut roots = public_roots();
    roots.add(CertificateDer::from(root))?;
    Ok(http_client_that_trusts(roots)?)
}

async fn timed(call: impl AsyncFn() -> Outcome<()>) -> Outcome<Duration> {
    let began = Instant::now();
    call().await?;
    Ok(began.elapsed())
}
