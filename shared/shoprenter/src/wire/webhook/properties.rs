//! Property tests of the decoder.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::multipart::Parts;
use super::tests::{FORM, JSON, PARTS, decode, form, of_orders, only_order, parts, payload};

/// A payload with some fields replaced and others added.
fn any_payload() -> impl Strategy<Value = Value> {
    let fields: Vec<String> = payload().as_object().unwrap().keys().cloned().collect();
    let field = prop::sample::select(fields);
    let changes = prop::collection::vec((field, super::super::arbitrary::json()), 0..6);
    (changes, 1..100_000_u32).prop_map(|(changes, number)| {
        let mut payload = payload();
        for (field, value) in changes {
            payload[&field] = value;
        }
        payload["innerResourceId"] = json!(format!("orders/{number}"));
        payload
    })
}

fn shuffled(value: &Value, seed: usize) -> String {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{} :{}", json!(name), shuffled(value, seed)))
                .collect();
            let by = seed % fields.len().max(1);
            fields.rotate_left(by);
            format!("{{\n{}}}", fields.join(", "))
        }
        Value::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(|e| shuffled(e, seed)).collect();
            format!("[ {}]", elements.join(","))
        }
        Value::Number(number) if seed.is_multiple_of(2) => format!("\"{number}\""),
        other => other.to_string(),
    }
}

/// Parts that another parser must read identically: no content contains the delimiter.
fn any_parts() -> impl Strategy<Value = (String, Vec<(String, Vec<u8>)>)> {
    let boundary = "[a-zA-Z0-9'()+_,./:=?]([a-zA-Z0-9'()+_,./:=? -]{0,60}[a-zA-Z0-9])?";
    boundary.prop_flat_map(|boundary: String| {
        let almost = format!("--{}", &boundary[1..]);
        let piece = prop::sample::select(vec![
            "\r\n".to_owned(),
            "\n".into(),
            "\r".into(),
            "--".into(),
            "{".into(),
            "x: y".into(),
            "\r\n\r\n".into(),
            " ".into(),
            "é".into(),
            almost,
        ]);
        let content = prop::collection::vec(piece, 0..12).prop_map(|p| p.concat().into_bytes());
        let delimiter = format!("--{boundary}");
        let is_free = move |content: &Vec<u8>| {
            !content.windows(delimiter.len()).any(|w| w == delimiter.as_bytes())
        };
        let content = content.prop_filter("no delimiter", is_free);
        (Just(boundary), prop::collection::vec(("[a-z;= ]{1,8}", content), 0..8))
    })
}

async fn read_by_multer(content_type: &str, body: &[u8]) -> Vec<(String, Vec<u8>)> {
    let boundary = multer::parse_boundary(content_type).unwrap();
    let mut multipart = multer::Multipart::with_reader(body, boundary);
    let mut fields = Vec::new();
    while let Some(field) = multipart.next_field().await.unwrap() {
        let name = field.name().unwrap_or_default().to_owned();
        fields.push((name, field.bytes().await.unwrap().to_vec()));
    }
    fields
}

proptest! {
    #[test]
    fn payload_decodes_equally_in_every_encoding(payload in any_payload(), seed in any::<usize>()) {
        let data = of_orders(&json!([payload]));
        let expected = only_order(decode(JSON, data.as_bytes()));
        for data in [data, format!("{{\"orders\":{{\"order\":{}}}}}", shuffled(&payload, seed))] {
            for (content_type, body) in [
                (PARTS, parts(&data)),
                (FORM, form(&data)),
                (JSON, data.clone().into_bytes()),
                (JSON, json!({"data": data}).to_string().into_bytes()),
                ("", parts(&data)),
            ] {
                let found = only_order(decode(content_type, &body));
                prop_assert_eq!(&found.digest, &expected.digest);
                prop_assert_eq!(&found, &expected);
            }
        }
    }

    #[test]
    fn different_payloads_have_different_digests(first in any_payload(), comment in "[a-z]{1,9}") {
        let mut second = first.clone();
        second["comment"] = json!(comment);
        prop_assume!(first["comment"] != second["comment"]);
        let digest = |payload: &Value| only_order(decode(JSON, of_orders(payload).as_bytes())).digest;
        prop_assert_ne!(digest(&first), digest(&second));
    }

    #[test]
    fn any_json_decodes_without_panic(body in super::super::arbitrary::json(), event in "[a-z/_]{0,12}") {
        for json in [body.clone(), json!({"orders": body}), json!({"event": event, "data": body})] {
            let json = json.to_string();
            for (content_type, body) in [(JSON, json.clone().into_bytes()), (PARTS, parts(&json))] {
                let _ = decode(content_type, &body);
            }
        }
    }

    #[test]
    fn parts_are_read_as_by_multer((boundary, fields) in any_parts()) {
        let mut body = Vec::new();
        for (name, content) in &fields {
            let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend([head.as_bytes(), content, b"\r\n"].concat());
        }
        body.extend(format!("--{boundary}--\r\n").into_bytes());
        let content_type = format!("multipart/form-data; boundary=\"{boundary}\"");
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let theirs = runtime.block_on(read_by_multer(&content_type, &body));
        let ours: Vec<_> = Parts::of(&content_type, &body).map(|(n, c)| (n, c.to_vec())).collect();
        prop_assert_eq!(&ours, &theirs);
        prop_assert_eq!(ours, fields);
    }
}
