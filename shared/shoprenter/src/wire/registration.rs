//! `/webHooks`: decoding and encoding of webhook registrations.

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use shopcall_domain::{ListedWebhook, WantedWebhook, WebhookUrl};

use super::page::resource_id;
use super::scalar::Scalar;
use super::shape::OneOrMany;
use super::single::decode_single;

/// Bytes of an address; the app's have about a hundred.
pub(super) const MAX_URL: usize = 2_048;
/// Bytes of an event or a label.
pub(super) const MAX_TEXT: usize = 256;

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct Wire<'a> {
    event: Scalar<'a>,
    status: Scalar<'a>,
    label: Scalar<'a>,
    web_hook_parameters: OneOrMany<Parameters<'a>>,
    web_hook_delay: OneOrMany<Delay<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Parameters<'a> {
    #[serde(rename = "type")]
    kind: Scalar<'a>,
    url: Scalar<'a>,
    #[serde(borrow)]
    fields: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Delay<'a> {
    delay: Scalar<'a>,
}

/// Decodes one item of the list. None if it has no id.
pub(crate) fn decode_registration(item: &RawValue) -> Option<ListedWebhook> {
    let id = resource_id(item)?;
    let wire: Wire<'_> = serde_json::from_str(item.get()).ok()?;
    let lower = |value: &Scalar<'_>| value.text_within(MAX_TEXT).map(|text| text.to_lowercase());
    let parameters = wire.web_hook_parameters.entries().first();
    let url = parameters.and_then(|parameters| parameters.url.text_within(MAX_URL));
    let kind = parameters.and_then(|parameters| lower(&parameters.kind));
    let fields = parameters.and_then(|parameters| parameters.fields);
    let is_delay = |delay: &Delay<'_>| {
        delay.delay.decimal("delay").is_ok_and(|delay| delay.is_some_and(|delay| !delay.is_zero()))
    };
    Some(ListedWebhook {
        id,
        event: lower(&wire.event).unwrap_or_default(),
        is_active: wire.status.flag("status").ok().flatten().unwrap_or(true),
        label: wire.label.text_within(MAX_TEXT).unwrap_or_default(),
        url: url.map(WebhookUrl::new),
        is_json: kind.is_none_or(|kind| kind == "json"),
        is_delayed: wire.web_hook_delay.entries().iter().any(is_delay),
        fields: fields.and_then(|list| serde_json::from_str(list.get()).ok()).unwrap_or_default(),
    })
}

/// Id in the answer to a registration.
pub(crate) fn decode_created_id(body: &str) -> Option<String> {
    resource_id(decode_single(body).ok()?)
}

/// Body of a POST or PUT. No delay means immediate delivery.
pub(crate) fn encode_registration(wanted: &WantedWebhook<'_>) -> String {
    let mut parameters = json!({ "type": "json", "url": wanted.url.reveal() });
    if let Some(parameters) = parameters.as_object_mut().filter(|_| !wanted.fields.is_empty()) {
        parameters.insert("fields".to_owned(), json!(wanted.fields));
    }
    let body = json!({
        "event": wanted.event,
        "status": "1",
        "label": wanted.label,
        "webHookParameters": [parameters],
    });
    body.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(json: &str) -> Option<ListedWebhook> {
        decode_registration(serde_json::from_str(json).unwrap())
    }

    #[test]
    fn parameters_may_be_an_object_or_an_array() {
        let object = r#"{"type":"json","url":"https://a/b","fields":["order_innerId"]}"#;
        let write = |parameters: &str| {
            let json = format!(
                r#"{{"id":"w1","event":"Order_confirm","status":"1","label":"L",
                    "webHookParameters":{parameters},"webHookDelay":[]}}"#
            );
            decode(&json).unwrap()
        };
        let listed = write(object);
        assert_eq!(listed, write(&format!("[{object}]")));
        assert_eq!((listed.id.as_str(), listed.event.as_str()), ("w1", "order_confirm"));
        assert_eq!(listed.url, Some(WebhookUrl::new("https://a/b".to_owned())));
        assert_eq!(listed.fields, ["order_innerId"]);
        assert!(listed.is_active && listed.is_json && !listed.is_delayed);
    }

    #[test]
    fn documented_item_is_read_field_by_field() {
        let listed = decode(
            r#"{"href":"https://bolt.api.myshoprenter.hu/webHooks/d2ViSG9vay03","id":"d2ViSG9vay03",
                "event":"order_status_change","status":"1","label":"ShopCall 7",
                "webHookParameters":{"type":"json","url":"https://api.example/k",
                  "webHook":{"href":"https://bolt.api.myshoprenter.hu/webHooks/d2ViSG9vay03"},
                  "fields":["order_innerId","orderHistory_statusText","orderProduct_sku"]},
                "webHookDelay":[]}"#,
        );
        let expected = ListedWebhook {
            id: "d2ViSG9vay03".to_owned(),
            event: "order_status_change".to_owned(),
            is_active: true,
            label: "ShopCall 7".to_owned(),
            url: Some(WebhookUrl::new("https://api.example/k".to_owned())),
            is_json: true,
            is_delayed: false,
            fields: ["order_innerId", "orderHistory_statusText", "orderProduct_sku"]
                .map(str::to_owned)
                .into(),
        };
        assert_eq!(listed, Some(expected));
    }

    #[test]
    fn zero_delay_differs_from_a_delay() {
        let is_delayed = |delay: &str| {
            decode(&format!(r#"{{"id":"w","webHookDelay":{delay}}}"#)).unwrap().is_delayed
        };
        for none in ["null", "[]", "{}", r#""""#, r#"{"delay":"0","delayUnit":"day"}"#] {
            assert!(!is_delayed(none), "{none}");
        }
        for some in [r#"{"delay":"10","delayUnit":"day"}"#, r#"[{"delay":1}]"#] {
            assert!(is_delayed(some), "{some}");
        }
    }

    #[test]
    fn bare_link_has_no_address() {
        let listed = decode(r#"{"href":"https://x/webHooks/abc"}"#).unwrap();
        assert_eq!((listed.id.as_str(), listed.url), ("abc", None));
        assert!(decode("{}").is_none());
    }

    #[test]
    fn debug_hides_addresses() {
        let listed = decode(r#"{"id":"w","webHookParameters":{"url":"https://a/secret"}}"#);
        assert!(!format!("{listed:?}").contains("secret"));
    }

    #[test]
    fn registration_round_trips() {
        let url = WebhookUrl::new("https://a/b".to_owned());
        let wanted = WantedWebhook {
            event: "order_confirm",
            label: "L",
            url: &url,
            fields: &["order_email"],
        };
        let body = encode_registration(&wanted);
        let mut answer: serde_json::Value = serde_json::from_str(&body).unwrap();
        answer["id"] = json!("w1");
        let answer = answer.to_string();
        assert_eq!(decode_created_id(&answer).as_deref(), Some("w1"));
        let listed = decode(&answer).unwrap();
        assert_eq!(
            (listed.url.as_ref(), listed.fields),
            (Some(&url), vec!["order_email".to_owned()])
        );
        assert!(listed.is_active && !listed.is_delayed && !body.contains("webHookDelay"));
        let without = encode_registration(&WantedWebhook { fields: &[], ..wanted });
        assert!(!without.contains("fields"));
    }

    proptest! {
        #[test]
        fn any_item_decodes_without_panic(json in super::super::arbitrary::json()) {
            decode_created_id(&json.to_string());
            decode(&json.to_string());
            let within = json!({ "id": "w", "webHookParameters": json, "webHookDelay": json });
            decode(&within.to_string());
        }
    }
}
