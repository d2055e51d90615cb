//! Encoding of a webhook's body.

use serde_json::{Value, json};

use super::payload::Payload;
use crate::{config::Encoding, signing, webhook::Registration};

const BOUNDARY: &str = "------------------------8f0e2b1c5d7a9346";

/// Body bytes and their content type.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) content_type: String,
    pub(super) bytes: Vec<u8>,
}

/// Writes JSON as PHP does: slashes and everything beyond ASCII are escaped.
fn as_php(value: &Value) -> String {
    let mut written = String::new();
    for character in value.to_string().chars() {
        match character {
            '/' => written.push_str("\\/"),
            _ if character.is_ascii() => written.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    written.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    written
}

/// Encodes the brief's events as JSON, and the official ones as configured.
pub(super) fn encode(payload: &Payload, target: &Registration, encoding: Encoding) -> Body {
    if let Some((topic, _)) = target.event.split_once('/') {
        let data = json!({ "event": target.event, topic: payload.fields });
        return Body {
            content_type: "application/json".to_owned(),
            bytes: data.to_string().into_bytes(),
        };
    }
    let data = as_php(&payload.data());
    match encoding {
        Encoding::Multipart => Body {
            content_type: format!("multipart/form-data; boundary={BOUNDARY}"),
            bytes: format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{data}\r\n--{BOUNDARY}--\r\n"
            )
            .into_bytes(),
        },
        Encoding::Form => Body {
            content_type: "application/x-www-form-urlencoded".to_owned(),
            bytes: signing::encode(&[("data".to_owned(), data)]).into_bytes(),
        },
        Encoding::Json => {
            Body { content_type: "application/json".to_owned(), bytes: data.into_bytes() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_and_accents_are_escaped() {
        let value = json!({ "a": "orders/x", "b": "Ő 🎀" });
        let written = as_php(&value);
        assert_eq!(written, r#"{"a":"orders\/x","b":"\u0150 \ud83c\udf80"}"#);
        assert_eq!(serde_json::from_str::<Value>(&written).expect("json"), value);
    }
}
