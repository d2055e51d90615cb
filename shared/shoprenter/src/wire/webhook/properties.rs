//! Property tests of the decoder.

use proptest::prelude::*;
use serde_json::{Value, json};

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
            ] {
                prop_assert_eq!(&only_order(decode(content_type, &body)), &expected);
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
}
