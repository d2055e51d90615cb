use proptest::prelude::*;
use serde_json::Value;

use super::super::arbitrary;
use super::*;

fn read(json: &str) -> Option<Value> {
    Value::deserialize(Tape::of(json).ok()?.root()).ok()
}

#[test]
fn a_value_is_read_as_serde_json_reads_it() {
    for json in [
        "7",
        " -7.5e3 ",
        "true",
        "null",
        "\"\"",
        "\"a\\\"b\\\\\"",
        "[]",
        "{}",
        "[ ]",
        "{ }",
        "[1,[2,[]],{}]",
        "{\"a\":{\"b\":[1,{\"c\":null}]},\"d\" : \"}\",\n\"e\":[\"]\"]}",
        "{\"\\u00e9\\/\":\"\\ud83d\\ude00\"}",
    ] {
        assert_eq!(read(json), serde_json::from_str(json).ok(), "{json}");
        assert!(read(json).is_some(), "{json}");
    }
}

#[test]
fn what_serde_json_cannot_read_is_not_read_either() {
    for json in [
        "1e999",
        "[1e999]",
        "\"\\ud83d\"",
        "{\"\\ud83d\":1}",
        "",
        " ",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "[",
        "[1",
        "[1,",
        "[1}",
        "{\"a\":1]",
        "{1:2}",
        "\"a",
        "\"a\\\"",
        "[,]",
        "nul",
    ] {
        assert_eq!(read(json), None, "{json}");
        assert!(serde_json::from_str::<Value>(json).is_err(), "{json}");
    }
}

#[test]
fn what_is_nested_too_deep_can_be_skipped_and_not_read() {
    for levels in [126, 127, 128, 100_000] {
        let json = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(read(&json), serde_json::from_str(&json).ok(), "{levels}");
        let tape = Tape::of(&json).unwrap();
        assert!(serde::de::IgnoredAny::deserialize(tape.root()).is_ok());
        assert_eq!(JsonText::deserialize(tape.root()).unwrap().0, json);
    }
}

#[test]
fn a_values_text_is_the_same_from_a_tape_and_from_serde_json() {
    let json = "[ {\"a\" : [1, \"x\"]} , 1.50 ,null,\"\\ud83d\"]";
    let from_tape: Vec<JsonText<'_>> = Vec::deserialize(Tape::of(json).unwrap().root()).unwrap();
    let direct: Vec<JsonText<'_>> = serde_json::from_str(json).unwrap();
    let texts = |all: Vec<JsonText<'_>>| all.iter().map(|one| one.0.to_owned()).collect::<Vec<_>>();
    assert_eq!(texts(from_tape), texts(direct));
}

#[test]
fn a_record_of_more_values_than_any_shops_is_refused_in_bounded_memory() {
    let many = |piece: &str| format!("{{\"x\":[{}0]}}", piece.repeat(MAX_VALUES));
    assert!(Tape::of(&format!("[{}0]", "0,".repeat(MAX_VALUES - 2))).is_ok());
    for json in [many("0,"), many("\"\","), many("{},"), many("[")] {
        let mut is_refused = false;
        let memory = allocation_counter::measure(|| is_refused = Tape::of(&json).is_err());
        assert!(is_refused);
        assert!(memory.bytes_max < 32 << 20, "{} bytes", memory.bytes_max);
    }
}

proptest! {
    #[test]
    fn any_value_is_read_as_serde_json_reads_it(value in arbitrary::json()) {
        for json in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            prop_assert_eq!(read(&json), serde_json::from_str(&json).ok());
        }
    }

    #[test]
    fn any_text_that_is_json_is_read_as_serde_json_reads_it(json in "[\\[\\]{}\":,0-9a\\\\u eE.+-]{0,24}") {
        let expected: Option<Value> = serde_json::from_str(&json).ok();
        if expected.is_some() {
            prop_assert_eq!(read(&json), expected);
        }
    }
}
