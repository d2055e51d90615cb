//! Authentication, invalid requests and failing tables.

use e2e::{DynamoFault, InProcess, body_of, header_of, status_of};
use serde_json::json;

use super::{BEARER, NUMBER, PATH, ask, known, number, read_all, shop};
use shoprenter_simulator::Kind;

async fn installed() -> InProcess {
    let (app, shop) = shop(1).await;
    number(&shop, Kind::Customers, 1, NUMBER, NUMBER);
    read_all(&app, &shop).await;
    app
}

#[tokio::test]
async fn wrong_bearer_returns_401_without_reading_tables() {
    let app = installed().await;
    let target = format!("{PATH}?phone=%2B36201234567");
    // The secret is read once for the comparison.
    app.lookup("GET", &target, &[]).await;
    app.aws.take_usage();
    let wrong: [&[(&str, &str)]; 3] = [
        &[],
        &[("authorization", "Bearer shopcall-beare")],
        &[("authorization", "Basic shopcall-bearer")],
    ];
    for headers in wrong {
        for (method, target) in [("GET", &*target), ("POST", &target), ("GET", "/nowhere")] {
            let answer = app.lookup(method, target, headers).await;
            assert_eq!(status_of(&answer), 401, "{method} {target}");
            assert_eq!(header_of(&answer, "www-authenticate"), "Bearer");
            assert!(!body_of(&answer).contains("36201234567"));
        }
    }
    assert_eq!(app.aws.take_usage().total_calls(), 0);
}

#[tokio::test]
async fn unusable_query_returns_400_with_expected_format() {
    let app = installed().await;
    for (query, expected) in [
        ("", "the query has phone"),
        ("number=%2B36201234567", "the query has phone"),
        ("phone=%2B36201234567&limit=1", "the query has phone"),
        ("phone=%2B36201234567&phone=%2B36201234567", "comes twice"),
        ("phone=%00", "no control characters"),
        ("phone=%ff", "no control characters"),
        (&format!("phone={}", "1".repeat(65)), "at most 64 bytes"),
    ] {
        let (status, problem) = ask(&app, query).await;
        assert_eq!(status, 400, "{query}: {problem}");
        assert_eq!(problem["type"], "urn:shopcall:problem:bad-request");
        assert!(problem["detail"].as_str().unwrap().contains(expected), "{query}: {problem}");
    }
}

#[tokio::test]
async fn other_paths_return_404_other_methods_405() {
    let app = installed().await;
    let answer = app.lookup("POST", &format!("{PATH}?phone=%2B36201234567"), &[BEARER]).await;
    assert_eq!((status_of(&answer), header_of(&answer, "allow")), (405, "GET"));
    for (path, expected) in [
        ("/stores/shoprenter:demo", 404),
        ("/stores/shoprenter:demo/lookup/", 404),
        ("/stores//lookup", 404),
        ("/stores/shoprenter:nobody/lookup?phone=%2B36201234567", 404),
        ("/stores/demo/lookup?phone=%2B36201234567", 400),
        ("/stores/shoprenter%3Ademo/lookup?phone=%2B36201234567", 200),
    ] {
        assert_eq!(status_of(&app.lookup("GET", path, &[BEARER]).await), expected, "{path}");
    }
}

#[tokio::test]
async fn failing_table_returns_503_and_next_call_succeeds() {
    let app = installed().await;
    for operation in ["GetItem", "Query", "BatchGetItem"] {
        app.aws.apply_fault(operation, "", DynamoFault::Denied, (0, 1));
        let (status, problem) = ask(&app, "phone=%2B36201234567").await;
        assert_eq!(app.aws.cancel_faults(), 0, "{operation} did not fail");
        assert_eq!((status, &problem["type"]), (503, &json!("urn:shopcall:problem:unavailable")));
        known(&app).await;
    }
}

#[tokio::test]
async fn hanging_read_is_retried_then_returns_503() {
    let app = installed().await;
    known(&app).await;
    app.aws.apply_fault("BatchGetItem", "", DynamoFault::Hang, (0, 1));
    known(&app).await;
    assert_eq!(app.aws.cancel_faults(), 0);
    app.aws.apply_fault("BatchGetItem", "", DynamoFault::Hang, (0, 9));
    let (status, problem) = ask(&app, "phone=%2B36201234567").await;
    assert_eq!((status, &problem["type"]), (503, &json!("urn:shopcall:problem:unavailable")));
    assert!(app.aws.cancel_faults() >= 7, "the read was retried more than once");
}
