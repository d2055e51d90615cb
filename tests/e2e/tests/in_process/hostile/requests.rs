//! Hostile requests.

use serde_json::json;
use url::form_urlencoded::{Serializer, byte_serialize};

/// Marker in every hostile text, searched for in answers.
pub(super) const CANARY: &str = "zq7x";

/// Texts that break out of an element, an attribute, a header, a path, a template, a query or a terminal.
pub(super) const HOSTILE_TEXTS: &[&str] = &[
    "<script>zq7x</script>",
    "\"><img src=x onerror=zq7x>",
    "' onmouseover='zq7x",
    "</title><svg/onload=zq7x>",
    "javascript:zq7x//",
    "https://zq7x.example/admin/app/100",
    "zq7x\r\nset-cookie: zq7x=1\r\n\r\n<b>zq7x</b>",
    "zq7x\0\u{1b}[31m",
    "../../zq7x/..%2f..%2fetc",
    "{{7*7}}${7*7}{%zq7x%}",
    "\u{202e}zq7x\u{feff}ﷺ💥é\u{301}",
    "zq7x' OR '1'='1;--",
    "%zq7x%ff%fe%",
    "&zq7x=1;zq7x#zq7x",
    "demo.zq7x",
    LONG,
];

/// 16 kB.
const LONG: &str = {
    const BYTES: [u8; 16_384] = {
        let mut bytes = [b'<'; 16_384];
        let mut at = 0;
        while at < bytes.len() {
            bytes[at] = CANARY.as_bytes()[at % 4];
            at += 1;
        }
        bytes
    };
    match std::str::from_utf8(&BYTES) {
        Ok(text) => text,
        Err(_) => panic!("the text is ASCII"),
    }
};

/// Every parameter and field that any route reads, and one that none does.
const NAMES: [&str; 20] = [
    "shopname",
    "shopName",
    "code",
    "timestamp",
    "hmac",
    "app_url",
    "sr_install",
    "lang",
    "limit",
    "before",
    "day",
    "session",
    "once",
    "action",
    "frequency",
    "enabled",
    "resource",
    "shared",
    "phone",
    "unknown",
];

/// Headers that the service or a proxy before it might interpret.
const HEADERS: [&str; 16] = [
    "accept",
    "accept-language",
    "authorization",
    "content-type",
    "cookie",
    "forwarded",
    "host",
    "if-none-match",
    "origin",
    "referer",
    "user-agent",
    "x-amz-cf-id",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-http-method-override",
];

/// A request without its method.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) path: String,
    pub(super) raw_query: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

impl Request {
    /// A request without headers and body.
    pub(super) fn get(path: &str, raw_query: &str) -> Self {
        let (path, raw_query) = (path.to_owned(), raw_query.to_owned());
        Self { path, raw_query, headers: Vec::new(), body: String::new() }
    }
}

/// Places for `text` in requests to a route, unauthenticated and with the valid bearer.
pub(super) fn requests(route: &str, text: &str) -> Vec<Request> {
    let encoded: String = byte_serialize(text.as_bytes()).collect();
    let form = form(text);
    let json = json!({
        "store_id": text, "mode": text, "user_id": text, "enabled": text, "frequency": text, text: text,
    });
    let known_store = json!({
        "store_id": "shoprenter:demo", "mode": text, "user_id": text, "enabled": true, "frequency": text,
    });
    let bearer = || ("authorization", "Bearer shopcall-bearer".to_owned());
    let of_type = |kind: &str| ("content-type", kind.to_owned());
    let everywhere = HEADERS.map(|name| (name, text.to_owned())).to_vec();
    let urlencoded = "application/x-www-form-urlencoded";
    let request = |value: &str, raw_query: &str, headers, body: &str| Request {
        path: path(route, value),
        raw_query: raw_query.to_owned(),
        headers,
        body: body.to_owned(),
    };
    vec![
        request(text, &form, everywhere, &form),
        request(&encoded, text, vec![bearer(), of_type("application/json")], &json.to_string()),
        request("shoprenter:demo", &form, vec![bearer()], &known_store.to_string()),
        request(text, &format!("shopname=demo&{form}&{form}"), vec![of_type(urlencoded)], &form),
        request(&encoded, &format!("{encoded}=1"), vec![bearer(), of_type(text)], text),
        request(
            "app.css",
            &format!("shopname={encoded}"),
            Vec::new(),
            &format!("action={encoded}"),
        ),
        request("app.css", &format!("shopname=demo&lang={encoded}"), vec![of_type(urlencoded)], ""),
        request("shoprenter:demo", &format!("phone={encoded}"), vec![bearer()], ""),
        Request { path: unknown_platform(route, &encoded), ..Request::get("", &form) },
    ]
}

/// The route's path with the value for each parameter.
fn unknown_platform(route: &str, value: &str) -> String {
    let path = route.split_once(' ').unwrap().1;
    let segments = path.split('/').map(|part| if part.starts_with('{') { value } else { part });
    segments.collect::<Vec<_>>().join("/")
}

/// Every known name with this value.
pub(super) fn form(text: &str) -> String {
    Serializer::new(String::new()).extend_pairs(NAMES.map(|name| (name, text))).finish()
}

/// The route's path with a value for its parameter, if it has one besides the platform.
pub(super) fn path(route: &str, value: &str) -> String {
    let path = route.split_once(' ').unwrap().1.replace("{platform}", "shoprenter");
    let Some((before, rest)) = path.split_once('{') else { return path };
    format!("{before}{value}{}", rest.split_once('}').unwrap().1)
}
