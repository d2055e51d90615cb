//! Hostile input in every part of a request, on every route of the template: no request fails with a
//! 5xx, no input is returned unescaped, and every answer has its required headers.

mod answers;
mod requests;

use e2e::{InProcess, api_request, body_of, status_of};
use serde_json::{Value, json};
use shoprenter_simulator::{ShopConfig, ShopHandle, SignedCall};
use url::Url;
use url::form_urlencoded::Serializer;

use answers::check;
use requests::{HOSTILE_TEXTS, Request, requests};

const TEMPLATE: &str = include_str!("../../../../template.yaml");

/// Every route key of the template.
fn routes() -> Vec<&'static str> {
    let keys = TEMPLATE.lines().filter_map(|line| line.trim().strip_prefix("RouteKey: "));
    let routes: Vec<_> = keys.collect();
    assert!(routes.len() >= 14, "{routes:?}");
    routes
}

async fn app_with_shop() -> (InProcess, ShopHandle) {
    let app = InProcess::start().await;
    let shop = app.shop("demo", ShopConfig::sized(2, 2, 2));
    assert_eq!(status_of(&app.open(&shop).await), 200);
    (app, shop)
}

async fn send(app: &InProcess, route: &str, request: &Request) -> Value {
    let method = route.split_once(' ').unwrap().0;
    let headers: Vec<_> =
        request.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let payload = api_request(method, &request.path, &request.raw_query, &request.body, &headers);
    app.serve(route, payload).await
}

#[tokio::test]
async fn hostile_unauthenticated_requests_are_refused_cleanly() {
    let (app, _shop) = app_with_shop().await;
    for route in routes() {
        for text in HOSTILE_TEXTS {
            for request in requests(route, text) {
                let answer = send(&app, route, &request).await;
                check(&app, &answer, text, None, &format!("{route} {request:?}"));
            }
        }
    }
}

#[tokio::test]
async fn hostile_text_in_signed_calls_stays_harmless() {
    let (app, shop) = app_with_shop().await;
    // A removal would invalidate openings signed in the same second, so it comes last.
    for uninstalls in [false, true] {
        for text in HOSTILE_TEXTS {
            for form in 1..=4 {
                let call = signed_call(text).form(form);
                let urls = if uninstalls {
                    // An opening with the same signature in that second is refused as a replay.
                    let later = SignedCall { skew_seconds: 1, ..call };
                    vec![app.uninstall_url(&shop, &later).await]
                } else {
                    vec![app.install_url(&shop, &call).await, app.open_url(&shop, &call).await]
                };
                for url in urls {
                    // The other two calls do not sign `app_url`.
                    let vouched_for = [3, 4].contains(&form).then_some(text);
                    let answer = check_url(&app, &url, text, vouched_for.copied()).await;
                    // No signer accepts this length, and a decoded ampersand could end a value.
                    let is_clear = text.len() < 8_000 && (form == 3 || !text.contains('&'));
                    assert!(!is_clear || status_of(&answer) < 400, "{url}: {}", body_of(&answer));
                }
            }
        }
    }
}

fn signed_call(text: &str) -> SignedCall {
    let extra = ["sr_install", "lang", "limit"].map(|name| (name.to_owned(), text.to_owned()));
    SignedCall {
        app_url: text.to_owned(),
        code: Some(text.to_owned()),
        extra: extra.into(),
        mark: false,
        follow: Some(false),
        ..SignedCall::default()
    }
}

async fn check_url(app: &InProcess, url: &str, text: &str, vouched_for: Option<&str>) -> Value {
    let parsed = Url::parse(url).unwrap();
    let request = Request::get(parsed.path(), parsed.query().unwrap());
    let answer = send(app, &format!("GET {}", parsed.path()), &request).await;
    check(app, &answer, text, vouched_for, url);
    answer
}

#[tokio::test]
async fn hostile_forms_with_a_session_change_nothing() {
    let (app, shop) = app_with_shop().await;
    let page = app.open(&shop).await;
    app.aws.take_events();
    for form in forms(&page) {
        for text in HOSTILE_TEXTS {
            let names = form.iter().map(|(name, _)| *name).chain(["unknown", text]);
            for name in names {
                let mut spoiled: Vec<_> = form.clone();
                spoiled.retain(|(known, _)| *known != name);
                spoiled.push((name, (*text).to_owned()));
                let answer = post(&app, &spoiled).await;
                check(&app, &answer, text, None, name);
                // A body longer than any valid form is not read.
                let is_read = name == "session" && text.len() < 8_000;
                let expected = if is_read { 401 } else { 400 };
                assert_eq!(status_of(&answer), expected, "{name}={text:?} of {:?}", form[1]);
            }
        }
    }
    assert_eq!(app.aws.take_events(), [], "no event was published");
    for form in forms(&page) {
        let answer = post(&app, &form).await;
        assert_eq!(status_of(&answer), 200, "{:?} as it should be", form[1]);
    }
}

/// A valid form for each action, with the hidden fields of the page.
fn forms(page: &Value) -> Vec<Vec<(&'static str, String)>> {
    let carried = |name: &str| {
        let (_, rest) = body_of(page).split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let form = |action: &str, fields: &[(&'static str, &str)]| {
        let mut form = vec![("session", carried("session")), ("action", action.to_owned())];
        form.extend(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
        form
    };
    let once = carried("once");
    vec![
        form("sync", &[("once", &once)]),
        form("schedule", &[("once", &once), ("frequency", "daily"), ("enabled", "on")]),
        form("share", &[("once", &once), ("resource", "orders"), ("shared", "on")]),
        form("language", &[("language", "en")]),
        form("show", &[]),
    ]
}

async fn post(app: &InProcess, form: &[(&str, String)]) -> Value {
    let request = Request {
        headers: vec![("content-type", "application/x-www-form-urlencoded".to_owned())],
        body: Serializer::new(String::new()).extend_pairs(form).finish(),
        ..Request::get("/integrations/shoprenter/store", "")
    };
    send(app, "POST /integrations/shoprenter/store", &request).await
}

/// What `lambda_http` itself would panic over.
#[tokio::test]
async fn unreadable_event_is_a_400_everywhere() {
    let (app, _shop) = app_with_shop().await;
    for route in routes() {
        let method = route.split_once(' ').unwrap().0;
        let path = requests::path(route, "shoprenter:demo");
        let bearer = [("authorization", "Bearer shopcall-bearer")];
        for (name, value) in [
            ("rawPath", json!(path.trim_start_matches('/'))),
            ("rawPath", json!(format!("{path} <"))),
            ("rawQueryString", json!("a=\" <b>")),
            ("rawQueryString", json!("a=1#b")),
            ("isBase64Encoded", json!(true)),
        ] {
            let mut payload = api_request(method, &path, "a=1", "{\"no\":\"base64\"}", &bearer);
            payload[name] = value.clone();
            let answer = app.serve(route, payload).await;
            assert_eq!(status_of(&answer), 400, "{route} {name}={value}");
        }
        let mut payload = api_request(method, &path, "a=1", "", &bearer);
        payload["headers"]["host"] = json!("no host <\u{e9}>");
        payload["requestContext"]["domainName"] = json!("no host <\u{e9}>");
        assert!(status_of(&app.serve(route, payload).await) < 500, "{route}");
    }
}
