//! A registered webhook: `{"event", "address", "active"}`.

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use shopcall_domain::{ListedWebhook, WantedWebhook, WebhookUrl};

use super::super::page::resource_id;
use super::super::registration::{MAX_TEXT, MAX_URL};
use super::super::scalar::Scalar;

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Wire<'a> {
    event: Scalar<'a>,
    address: Scalar<'a>,
    active: Scalar<'a>,
}

/// Decodes one item of the list. None if it has no id.
pub(crate) fn decode_registration(item: &RawValue) -> Option<ListedWebhook> {
    let id = resource_id(item)?;
    let wire: Wire<'_> = serde_json::from_str(item.get()).ok()?;
    Some(ListedWebhook {
        id,
        event: wire.event.text_within(MAX_TEXT).unwrap_or_default().to_lowercase(),
        is_active: wire.active.flag("active").ok().flatten().unwrap_or(true),
        label: String::new(),
        url: wire.address.text_within(MAX_URL).map(WebhookUrl::new),
        is_json: true,
        is_delayed: false,
        fields: Vec::new(),
    })
}

/// Body of a POST.
pub(crate) fn encode_registration(wanted: &WantedWebhook<'_>) -> String {
    json!({ "event": wanted.event, "address": wanted.url.reveal(), "active": true }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(json: &str) -> Option<ListedWebhook> {
        decode_registration(serde_json::from_str(json).unwrap())
    }

    #[test]
    fn registration_is_written_as_documented() {
        let url = WebhookUrl::new("https://app.example/w/1".to_owned());
        let wanted =
            WantedWebhook { event: "order/create", label: "L", url: &url, fields: &["unused"] };
        let body: serde_json::Value = serde_json::from_str(&encode_registration(&wanted)).unwrap();
        let documented =
            json!({"event": "order/create", "address": "https://app.example/w/1", "active": true});
        assert_eq!(body, documented);
    }

    #[test]
    fn listed_webhook_is_read() {
        let listed = decode(
            r#"{"id":7,"event":"Order/Update","address":"https://app.example/w/1","active":false}"#,
        )
        .unwrap();
        assert_eq!((listed.id.as_str(), listed.event.as_str()), ("7", "order/update"));
        assert_eq!(listed.url, Some(WebhookUrl::new("https://app.example/w/1".to_owned())));
        assert!(!listed.is_active && listed.is_json && !listed.is_delayed);
        assert!(decode(r#"{"id":"w","event":[],"address":{}}"#).unwrap().is_active);
        assert_eq!(decode("{}"), None);
    }
}
