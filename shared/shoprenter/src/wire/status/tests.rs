use proptest::prelude::*;

use super::super::{decode_cancelled_status, decode_page};
use super::*;

fn languages() -> Languages {
    let mut languages = Languages::default();
    let body = r#"{"items":[{"id":"TDE=","code":"hu"},{"id":"TDI=","code":"en"}]}"#;
    languages.add(&decode_page(body).unwrap().items);
    languages
}

fn named(items: &str) -> OrderStatuses {
    let mut statuses = OrderStatuses::default();
    let body = format!(r#"{{"items":{items}}}"#);
    statuses.add_names(&decode_page(&body).unwrap().items, &languages());
    statuses
}

fn numbered(statuses: &mut OrderStatuses, items: &str) {
    let body = format!(r#"{{"items":{items}}}"#);
    statuses.add_numbers(&decode_page(&body).unwrap().items);
}

fn names(statuses: &OrderStatuses, id: &str) -> Vec<(String, String)> {
    statuses.status(id).names.into_iter().collect()
}

fn pair(language: &str, name: &str) -> (String, String) {
    (language.to_owned(), name.to_owned())
}

#[test]
fn status_has_a_name_in_each_language() {
    let statuses = named(
        r##"[{"id":"RDE=","name":"Fizetésre &amp; vár","color":"#ff00ff",
             "orderStatus":{"href":"https://a.example/orderStatuses/UzE="},
             "language":{"href":"https://a.example/languages/TDE="}},
            {"name":"Awaiting payment","orderStatus":{"id":"UzE="},"language":{"id":"TDI="}},
            {"name":"Teljesítve","orderStatus":{"id":"UzI="},"language":{"id":"TDE="}}]"##,
    );
    let both = [pair("en", "Awaiting payment"), pair("hu", "Fizetésre & vár")];
    assert_eq!(names(&statuses, "UzE="), both);
    assert_eq!(names(&statuses, "UzI="), [pair("hu", "Teljesítve")]);
    assert_eq!(names(&statuses, "Uzk="), []);
}

#[test]
fn name_in_unknown_language_uses_language_id() {
    let statuses = named(
        r#"[{"name":"Versandt","orderStatus":{"id":"UzE="},"language":{"id":"TDk="}},
            {"name":"?","orderStatus":{"id":"UzE="},"language":[]}]"#,
    );
    assert_eq!(names(&statuses, "UzE="), [pair("TDk=", "Versandt"), pair("und", "?")]);
}

#[test]
fn invalid_descriptions_are_skipped() {
    let statuses = named(
        r#"[{"href":"https://a.example/orderStatusDescriptions/RDE="}, 7, "x", {"name":"Árva"},
            {"orderStatus":{"id":"UzE="},"name":{}}]"#,
    );
    assert_eq!(statuses, OrderStatuses::default());
}

#[test]
fn setting_may_hold_cancelled_number_or_id() {
    for setting in ["14", "UzE0"] {
        let mut statuses = named(
            r#"[{"name":"Meghiúsult","orderStatus":{"id":"UzE0"},"language":{"id":"TDE="}}]"#,
        );
        numbered(&mut statuses, r#"[{"id":"UzE0","innerId":14},{"id":"UzE=","innerId":"1"}]"#);
        assert!(!statuses.status("UzE0").is_cancelled);
        let body = format!(
            r#"{{"items":[{{"key":"config_language","value":"14"}},{{"group":"system_order_status",
            "key":"storno_order_status_id","value":"{setting}"}}]}}"#
        );
        let found = decode_cancelled_status(&decode_page(&body).unwrap().items);
        statuses.set_cancelled(found.unwrap());
        assert!(statuses.status("UzE0").is_cancelled, "{setting}");
        assert!(!statuses.status("UzE=").is_cancelled, "{setting}");
    }
}

#[test]
fn status_named_cancelled_is_cancelled_despite_setting() {
    let mut statuses = named(
        r#"[{"name":"?","orderStatus":{"id":"UzE="},"language":{"id":"TDE="}},
            {"name":"Cancelled","orderStatus":{"id":"UzE="},"language":{"id":"TDI="}}]"#,
    );
    assert!(statuses.status("UzE=").is_cancelled);
    statuses.set_cancelled("14".to_owned());
    assert!(statuses.status("UzE=").is_cancelled);
}

#[test]
fn unknown_status_keeps_its_id() {
    let status = OrderStatuses::default().status("UzE=");
    assert_eq!(
        (status.id.as_deref(), status.names.len(), status.is_cancelled),
        (Some("UzE="), 0, false)
    );
}

proptest! {
    #[test]
    fn any_items_are_decoded_or_skipped(json in super::super::arbitrary::json()) {
        let item = serde_json::json!([{"orderStatus": {"id": "UzE="}, "name": json, "innerId": json}, json]);
        let mut statuses = named(&item.to_string());
        numbered(&mut statuses, &item.to_string());
        prop_assert!(statuses.status("UzE=").names.values().all(|name| name.len() <= MAX_NAME));
    }
}
