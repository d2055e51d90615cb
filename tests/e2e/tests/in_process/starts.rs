//! What a function does before its first event.

use std::time::Duration;

use e2e::{InProcess, Invocation, Worker, api_request, eventually, status_of};
use tokio::net::TcpListener;

const PATIENCE: Duration = Duration::from_secs(30);

/// What a call is answered that needs the secret, and a table.
async fn answered(worker: &Worker) -> u64 {
    let bearer = ("authorization", "Bearer shopcall-bearer");
    let path = "/stores/shoprenter:nobody/lookup";
    let call = api_request("GET", path, "phone=06201234567", "", &[bearer]);
    let outcome = worker.invoke(&call, PATIENCE).await;
    let Invocation::Answered(answer) = outcome else { panic!("{outcome:?}") };
    status_of(&answer)
}

#[tokio::test]
async fn who_promises_an_answer_in_time_opens_its_connections_before_the_first_event() {
    let app = InProcess::start().await;
    let mut starts = 0;
    for function in ["lookup", "webhook-orders"] {
        starts += 1;
        let _worker = Worker::start(function, app.environment()).await;
        let opened = async || (app.aws.opened() == 2 * starts).then_some(());
        eventually("DynamoDB and Secrets Manager are reached", PATIENCE, opened).await;
    }
    assert_eq!(answered(&Worker::start("lookup", app.environment()).await).await, 404);
}

#[tokio::test]
async fn a_start_that_reaches_nobody_waits_for_nobody() {
    let app = InProcess::start().await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for address in [silent.local_addr().unwrap(), closed] {
        let mut environment = app.environment().to_vec();
        environment.retain(|(name, _)| name != "AWS_ENDPOINT_URL");
        environment.push(("AWS_ENDPOINT_URL".to_owned(), format!("http://{address}")));
        let worker = Worker::start("lookup", &environment).await;
        assert_eq!(answered(&worker).await, 503, "{}", worker.log());
        assert!(worker.log().contains("open connections itself"), "{}", worker.log());
    }
}
