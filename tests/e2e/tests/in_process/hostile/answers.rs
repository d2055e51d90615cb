//! Checks that every answer must pass.

use e2e::{InProcess, body_of, header_of, status_of};
use serde_json::Value;
use url::Url;

use super::requests::CANARY;

const TYPES: [&str; 6] = [
    "text/html; charset=utf-8",
    "text/css; charset=utf-8",
    "text/javascript; charset=utf-8",
    "text/plain; charset=utf-8",
    "application/json",
    "application/problem+json",
];

/// Forms of a hostile text that show it was not escaped.
const BROKEN_OUT: [&str; 9] = [
    "<script>",
    "<img",
    "<svg/",
    "<b>",
    "href=\"javascript:",
    "action=\"javascript:",
    "href=\"https://zq7x",
    "action=\"https://zq7x",
    "src=\"https://zq7x",
];

/// Checks for no 5xx, the required headers, and no unescaped occurrence of `text`. A signature may
/// authorise an address on another host.
pub(super) fn check(
    app: &InProcess,
    answer: &Value,
    text: &str,
    vouched_for: Option<&str>,
    what: &str,
) {
    let what: String = what.chars().take(600).collect();
    let status = status_of(answer);
    assert!((200..500).contains(&status), "{status}: {what}");
    check_headers(answer, &what);
    check_location(app, header_of(answer, "location"), vouched_for, &what);
    let body = body_of(answer);
    match header_of(answer, "content-type") {
        "text/html; charset=utf-8" => check_page(body, text, &what),
        // Answers that are not pages cannot be sniffed as HTML and contain no input.
        "application/json" | "application/problem+json" => {
            serde_json::from_str::<Value>(body).unwrap_or_else(|error| panic!("{error}: {what}"));
            assert!(!body.contains(CANARY), "{body}: {what}");
        }
        _ => assert!(!body.contains(CANARY), "{body}: {what}"),
    }
}

fn check_headers(answer: &Value, what: &str) {
    for (name, value) in answer["headers"].as_object().unwrap() {
        let value = value.as_str().unwrap();
        assert!(!value.contains(['\r', '\n', '\0']), "{name}: {value:?}: {what}");
        assert!(name == "location" || !value.contains(CANARY), "{name}: {value}: {what}");
        assert_ne!(name, "set-cookie", "{what}");
    }
    assert!(TYPES.contains(&header_of(answer, "content-type")), "{answer}: {what}");
    assert_eq!(header_of(answer, "x-content-type-options"), "nosniff", "{what}");
    assert_eq!(header_of(answer, "referrer-policy"), "no-referrer", "{what}");
    assert!(header_of(answer, "strict-transport-security").starts_with("max-age="), "{what}");
    let is_asset = status_of(answer) == 200
        && matches!(
            header_of(answer, "content-type"),
            "text/css; charset=utf-8" | "text/javascript; charset=utf-8"
        );
    let cached = if is_asset { "public, max-age=31536000, immutable" } else { "no-store" };
    assert_eq!(header_of(answer, "cache-control"), cached, "{what}");
    let policy = header_of(answer, "content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}: {what}");
    assert!(policy.contains("frame-ancestors "), "{policy}: {what}");
    // A page without store data may be framed by any shop's admin, and its forms may lead to any.
    let named =
        policy.replace("https://*.shoprenter.hu", "").replace("https://*.myshoprenter.hu", "");
    assert!(!named.contains("unsafe") && !named.contains('*'), "{policy}: {what}");
}

/// Checks that redirects lead only to the shop's admin or to a signed address.
fn check_location(app: &InProcess, location: &str, vouched_for: Option<&str>, what: &str) {
    if location.is_empty() {
        return;
    }
    let target = Url::parse(location).unwrap_or_else(|error| panic!("{error}: {location}: {what}"));
    let admin = Url::parse(app.shoprenter.base_url()).unwrap();
    let is_admin =
        target.origin() == admin.origin() && target.path().starts_with("/demo/admin/app/");
    let own = ["demo.shoprenter.hu", "demo.myshoprenter.hu"];
    let is_own = target.scheme() == "https" && own.contains(&target.host_str().unwrap_or_default());
    let is_vouched_for =
        target.scheme() == "https" && vouched_for.is_some_and(|known| location.starts_with(known));
    assert!(is_admin || is_own || is_vouched_for, "{location}: {what}");
}

fn check_page(html: &str, text: &str, what: &str) {
    if text.contains(['<', '>', '"', '\'', '&']) {
        assert!(!html.contains(text), "{html}: {what}");
    }
    for broken_out in BROKEN_OUT {
        assert!(!html.contains(broken_out), "{broken_out}: {html}: {what}");
    }
    assert!(!html.contains(" style=") && !html.contains("<style"), "{html}: {what}");
}
