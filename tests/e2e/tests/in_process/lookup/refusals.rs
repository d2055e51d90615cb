//! Who is not let in, and what has no answer.

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
async fn without_the_right_bearer_no_table_is_asked() {
    let app = installed().await;
    let target = format!("{PATH}?phone=%2B36201234567");
    // The secret is read once, to compare with.
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
async fn what_is_no_number_is_a_400_and_says_what_is_expected() {
    let app = installed().await;
    for (query, expected) in [
        ("", "the query has phone"),
        ("number=%2B36201234567", "the query has phone"),
        ("phone=%2B36201234567&limit=1", "the query has phone"),
        ("phone=%2B36201234567&phone=%2B36201234567", "comes twice"),
        ("phone=", "can exist"),
        ("phone=anonymous", "can exist"),
        ("phone=112", "can exist"),
        ("phone=%2B36", "can exist"),
        ("phone=%00%ff", "can exist"),
        ("phone=sip%3Avalaki%40bolt.example", "can exist"),
    ] {
        let (status, problem) = ask(&app, query).await;
        assert_eq!(status, 400, "{query}: {problem}");
        assert_eq!(problem["type"], "urn:shopcall:problem:bad-request");
        assert!(problem["detail"].as_str().unwrap().contains(expected), "{query}: {problem}");
    }
}

#[tokio::test]
async fn another_path_is_a_404_another_method_a_405() {
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
async fn a_table_that_fails_is_a_503_and_the_next_call_is_answered() {
    let app = installed().await;
    for operation in ["GetItem", "Query", "BatchGetItem"] {
        app.aws.strike(operation, "", DynamoFault::Denied, (0, 1));
        let (status, problem) = ask(&app, "phone=%2B36201234567").await;
        assert_eq!(app.aws.end_strikes(), 0, "{operation} was struck");
        assert_eq!((status, &problem["type"]), (503, &json!("urn:shopcall:problem:unavailable")));
        known(&app).await;
    }
}

#[tokio::test]
async fn a_read_that_hangs_once_is_repeated_and_one_that_goes_on_hanging_is_a_503_in_time() {
    let app = installed().await;
    known(&app).await;
    app.aws.strike("BatchGetItem", "", DynamoFault::Hang, (0, 1));
    known(&app).await;
    assert_eq!(app.aws.end_strikes(), 0);
    app.aws.strike("BatchGetItem", "", DynamoFault::Hang, (0, 9));
    let (status, problem) = ask(&app, "phone=%2B36201234567").await;
    assert_eq!((status, &problem["type"]), (503, &json!("urn:shopcall:problem:unavailable")));
    assert!(app.aws.end_strikes() >= 7, "it asked no more than twice");
}
