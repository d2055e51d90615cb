//! Memory bounds of the decoder.

use super::tests::{FORM, JSON, PARTS, decode, form, of_orders, parts, payload};
use super::*;

/// Peak heap bytes for any body: invalid UTF-8 triples in size, and each allowed value takes some
/// pointers.
const MOST: u64 = 16 * 1024 * 1024;

/// `piece` repeated as often as fits between `start` and `end`.
fn filled(start: &str, piece: &str, end: &str) -> Vec<u8> {
    let times = (MAX_BODY - start.len() - end.len()) / piece.len();
    format!("{start}{}{end}", piece.repeat(times)).into_bytes()
}

fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let order = r#"{"orders":[{"innerResourceId":"orders/1","#;
    let quoted = |body: Vec<u8>| {
        let inner = String::from_utf8(body).unwrap();
        let mut outer = serde_json::json!({"data": inner}).to_string().into_bytes();
        outer.truncate(MAX_BODY);
        outer
    };
    let names: String = (0..95_000).map(|name| format!("\"{name:05}\":0,")).collect();
    let distinct = format!("{order}{names}\"b\":1}}]}}").into_bytes();
    vec![
        (JSON, filled("", "[", "")),
        (JSON, filled("", "\"", "")),
        (JSON, filled("\"", "\\", "\"")),
        (JSON, filled("{\"data\":\"", "\\u0041", "\"}")),
        (JSON, filled("{\"orders\":[", "{\"id\":12345678901234},", "1]}")),
        (JSON, filled("[", "{\"innerId\":1,\"lastname\":\"xxxxxxxxxxxxxxxxxxx\"},", "1]")),
        (JSON, distinct),
        (JSON, filled(&format!("{order}\"x\":["), "1234567890,", "1]}]}")),
        (
            JSON,
            filled(
                &format!("{order}\"orderProducts\":["),
                "{\"quantity\":1,\"name\":\"xxxxxxxx\"},",
                "1]}]}",
            ),
        ),
        (JSON, filled(&format!("{order}\"lastname\":\""), "&amp;&lt;p&gt;", "\"}]}")),
        (JSON, filled(&format!("{order}\"lastname\":\""), "\\ud83d", "\"}]}")),
        (JSON, quoted(filled("{\"orders\":[", "{\"id\":12345678901234},", "1]}"))),
        (FORM, filled("", "a=b&", "")),
        (FORM, filled("data=%7B", "%ff", "")),
        (FORM, filled("", "%7B", "")),
        (PARTS, filled("", "------8f0e2b\r\n", "")),
        (PARTS, filled("------8f0e2b\r\n", "a: b\r\n", "\r\n{}\r\n------8f0e2b--")),
        (PARTS, filled("------8f0e2b\r\nContent-Disposition: ", "\n ;a=", "\r\n\r\n{}")),
        (PARTS, filled("------8f0e2b\r\n\r\n{\"", "x\r\n", "\"}\r\n------8f0e2b--")),
        (PARTS, [b"------8f0e2b\r\n\r\n{\"".as_slice(), &[0xff; MAX_BODY - 20]].concat()),
        ("multipart/form-data", filled("", "--a\n", "")),
        ("", [b"{\"".as_slice(), &[0xff; MAX_BODY - 2]].concat()),
        ("", vec![0; MAX_BODY]),
    ]
}

#[test]
fn hostile_bodies_stay_within_memory_bound() {
    let ordinary = of_orders(&payload());
    // Loads the telephone number metadata, shared by all bodies.
    assert!(decode(JSON, ordinary.as_bytes()).is_ok());
    for (content_type, body) in hostile() {
        assert!(body.len() > MAX_BODY / 2 && body.len() <= MAX_BODY, "{}", body.len());
        let cost = allocation_counter::measure(|| {
            let _ = decode(content_type, &body);
        });
        let start = String::from_utf8_lossy(&body[..60]).into_owned();
        assert!(cost.bytes_max < MOST, "{} for {content_type}: {start}", cost.bytes_max);
    }
}

#[test]
fn ordinary_body_takes_little_memory() {
    let data = of_orders(&payload());
    assert!(decode(JSON, data.as_bytes()).is_ok());
    for (content_type, body) in
        [(JSON, data.clone().into_bytes()), (FORM, form(&data)), (PARTS, parts(&data))]
    {
        let cost = allocation_counter::measure(|| assert!(decode(content_type, &body).is_ok()));
        assert!(cost.bytes_max < 64 * 1024, "{} for {content_type}", cost.bytes_max);
    }
}

#[test]
fn oversized_body_is_refused_unread() {
    let body = vec![b'{'; MAX_BODY + 1];
    let cost = allocation_counter::measure(|| assert!(decode(JSON, &body).is_err()));
    assert_eq!(cost.bytes_max, 0);
}
