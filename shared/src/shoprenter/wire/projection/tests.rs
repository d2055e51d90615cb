use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::decoded::DecodeError;
use super::allowed::FORBIDDEN;
use super::packed::MAX_PACKED;
use super::transcode::{MAX_RECORD, MAX_TEXT};
use super::*;

const SAMPLE: Allowed = Allowed::fields(&[
    Field::reference("customer"),
    Field::scalar("id"),
    Field::object("lines", &[Field::scalar("name"), Field::scalar("price")]),
    Field::scalar("total"),
    Field::scalar_or_object("value", &[Field::scalar("value")]),
]);

fn stored(record: &str) -> String {
    String::from_utf8(project(record, SAMPLE).unwrap()).unwrap()
}

fn names(allowed: Allowed) -> Vec<&'static str> {
    let (Allowed::Fields(fields) | Allowed::ScalarOrFields(fields)) = allowed else {
        return Vec::new();
    };
    fields.iter().flat_map(|field| [field.name].into_iter().chain(names(field.allowed))).collect()
}

#[test]
fn no_list_holds_a_forbidden_field_at_any_depth() {
    for list in [PRODUCT, BRIEF_PRODUCT, ORDER, CUSTOMER] {
        let names = names(list);
        assert!(names.contains(&"id"));
        for forbidden in FORBIDDEN {
            assert!(!names.iter().any(|name| name.eq_ignore_ascii_case(forbidden)), "{forbidden}");
        }
    }
}

#[test]
fn a_list_with_a_forbidden_field_cannot_be_made() {
    static PASSWORD: [Field; 1] = [Field::scalar("password")];
    static UNSORTED: [Field; 2] = [Field::scalar("sku"), Field::scalar("id")];
    for list in [&PASSWORD[..], &UNSORTED[..]] {
        assert!(std::panic::catch_unwind(|| Allowed::fields(list)).is_err());
    }
}

#[test]
fn only_allowed_fields_are_kept_links_as_ids_and_scalars_as_texts() {
    let record = r#"{"total": 12.50, "href": "https://a.example/orders/b3Jk", "id": "b3Jk",
        "ip": "192.0.2.7", "password": "$2y$10$x", "orderCreditCards": [{"id": "1"}],
        "customer": {"href": "https://a.example/customers/Y3Vz", "password": "p"},
        "lines": [{"name": "b\u00f6gre", "ip": "192.0.2.7", "price": {}}, {}, {"price": true}]}"#;
    assert_eq!(
        stored(record),
        r#"{"customer":{"id":"Y3Vz"},"id":"b3Jk","lines":[{"name":"bögre"},{"price":"1"}],"total":"12.50"}"#
    );
}

#[test]
fn the_same_record_spelled_differently_is_stored_the_same() {
    let one = r#"{"id":"7","total":1,"lines":{"name":"é/"},"customer":[]}"#;
    let other =
        "{ \"lines\" : {\"price\":null, \"name\":\"\\u00e9\\/\"},\n\"total\":\"1\", \"id\":7 }";
    assert_eq!(stored(one), stored(other));
}

#[test]
fn an_object_where_a_text_is_allowed_hides_nothing() {
    let record =
        r#"{"id":{"password":"p"},"total":["1",{"ip":"i"}],"lines":[7,["x"],{"name":[]}]}"#;
    assert_eq!(stored(record), "{}");
}

#[test]
fn a_field_that_is_sometimes_an_object_is_kept_either_way() {
    assert_eq!(stored(r#"{"value":12.50}"#), r#"{"value":"12.50"}"#);
    assert_eq!(stored(r#"{"value":{"value":"x","ip":"i"}}"#), r#"{"value":{"value":"x"}}"#);
    assert_eq!(stored(r#"{"value":[{"value":"x"},"y"]}"#), r#"{"value":[{"value":"x"}]}"#);
}

#[test]
fn what_is_no_record_is_stored_as_an_empty_one() {
    for record in ["7", "-7.5", "true", "\"x\"", "null", "[]", "{}"] {
        assert_eq!(stored(record), "{}", "{record}");
    }
    for broken in ["{\"id\":", ""] {
        assert_eq!(project(broken, SAMPLE), Err(DecodeError::Malformed), "{broken}");
    }
}

#[test]
fn a_text_longer_than_any_is_left_out() {
    let record = json!({"id": "7", "total": "x".repeat(MAX_TEXT + 1)}).to_string();
    assert_eq!(stored(&record), r#"{"id":"7"}"#);
}

#[test]
fn a_record_larger_than_any_is_cut_to_valid_json() {
    let line = json!({"name": "x".repeat(MAX_TEXT)});
    let record = json!({"id": "7", "lines": vec![line; 64], "total": "1"}).to_string();
    let cut = stored(&record);
    assert!(cut.len() < MAX_RECORD + 1024);
    let kept: Value = serde_json::from_str(&cut).unwrap();
    assert_eq!(kept["lines"].as_array().map(Vec::len), Some(3));

    let many = json!({"lines": vec![json!({"price": "1"}); 100_000]}).to_string();
    assert!(stored(&many).len() < MAX_RECORD + 1024);
}

#[test]
fn nesting_is_cut_off() {
    let nested = |field, levels| {
        let (open, close) = ("[".repeat(levels), "]".repeat(levels));
        format!(r#"{{"id":"7","{field}":{open}{{"name":"x"}}{close}}}"#)
    };
    assert_eq!(stored(&nested("lines", 2)), r#"{"id":"7","lines":[[{"name":"x"}]]}"#);
    assert_eq!(stored(&nested("lines", 20)), r#"{"id":"7"}"#);
    for field in ["total", "customer", "lines", "unknown"] {
        assert_eq!(stored(&nested(field, 100_000)), r#"{"id":"7"}"#, "{field}");
    }
}

#[test]
fn a_field_without_a_name_is_left_out() {
    assert_eq!(
        stored(r#"{"":1,"id":"7","lines":[{"":"x","name":"y"}]}"#),
        r#"{"id":"7","lines":[{"name":"y"}]}"#
    );
}

#[test]
fn a_stored_record_is_read_back_and_anything_else_refused() {
    let json = stored(r#"{"id":"7","total":"12.50"}"#);
    let bytes = RawRecord::pack(json.as_bytes()).into_bytes();
    assert_eq!(RawRecord::from_bytes(bytes.clone()).unpack().unwrap(), json);
    let cut = bytes[..bytes.len() - 3].to_vec();
    for bad in [Vec::new(), b"{\"id\":\"7\"}".to_vec(), cut] {
        assert!(RawRecord::from_bytes(bad).unpack().is_err());
    }
}

#[test]
fn a_record_that_was_stored_without_a_dictionary_is_read_back() {
    let bytes = zstd::bulk::compress(b"{\"id\":\"7\"}", 3).unwrap();
    assert_eq!(RawRecord::from_bytes(bytes).unpack().unwrap(), "{\"id\":\"7\"}");
}

#[test]
fn a_record_that_was_packed_with_the_first_dictionary_is_read_back() {
    const PACKED: &[u8] = b"(\xb5/\xfd#D\x9f\xf6\x1cF\xc5\x00\x00852.50\"}\x05\xfc\xcf\xd9p\
        +\xbd\xc9\x8e\x14k\xd57\xfc\x81\n";
    let json = r#"{"id":"b3JkZXItb3JkZXJfaWQ9NTAwMQ==","innerId":"5001","total":"12.50"}"#;
    assert_eq!(RawRecord::from_bytes(PACKED.to_vec()).unpack().unwrap(), json);
}

#[test]
fn a_record_that_was_stored_with_an_unknown_dictionary_is_refused() {
    let mut bytes = RawRecord::pack(b"{\"id\":\"7\"}").into_bytes();
    // The number of the dictionary follows the magic number and the frame's descriptor.
    bytes[5] ^= 1;
    assert!(RawRecord::from_bytes(bytes).unpack().is_err());
}

#[test]
fn a_packed_record_is_much_smaller_than_its_texts() {
    let record = stored(r#"{"id":"cHJvZHVjdC1wcm9kdWN0X2lkPTEwMDM=","total":"5310.0000"}"#);
    let bytes = RawRecord::pack(record.as_bytes()).into_bytes();
    assert!(bytes.len() < record.len(), "{} of {}", bytes.len(), record.len());
}

#[test]
fn a_decompression_bomb_is_refused() {
    let bomb = zstd::bulk::compress(&vec![b' '; 64 << 20], 3).unwrap();
    assert!(bomb.len() < 64 << 10);
    assert!(RawRecord::from_bytes(bomb).unpack().is_err());
}

#[test]
fn noise_does_not_fill_a_row() {
    let mut state = 1u64;
    let noise: String = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'!' + (state >> 58) as u8)
    })
    .filter(|c| *c != '"' && *c != '\\')
    .take(2 * MAX_PACKED)
    .collect();
    let raw = RawRecord::pack(format!("{{\"total\":\"{noise}\"}}").as_bytes());
    assert_eq!(raw.unpack().unwrap(), "{}");
}

#[test]
fn a_raw_record_is_not_printed() {
    let raw = RawRecord::pack(b"{}");
    assert!(format!("{raw:?}").starts_with("RawRecord("));
}

proptest! {
    #[test]
    fn any_value_in_any_field_is_stored_as_json_that_is_stored_as_itself(
        field in prop::sample::select(vec!["customer", "id", "lines", "total", "value"]),
        value in super::super::arbitrary::json(),
    ) {
        let once = stored(&json!({ field: value }).to_string());
        prop_assert!(serde_json::from_str::<Value>(&once).is_ok());
        prop_assert_eq!(stored(&once), once);
    }
}
