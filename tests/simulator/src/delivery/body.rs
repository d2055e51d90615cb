//! Encoding of a webhook's body.

use serde_json::json;

use super::payload::Payload;
use crate::{config::Encoding, signing, webhook::Registration};

const BOUNDARY: &str = "------------------------8f0e2b1c5d7a9346";

/// Body bytes and their content type.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) content_type: String,
    pub(super) bytes: Vec<u8>,
}

/// Encodes the brief's events as JSON, and the official ones as configured.
pub(super) fn encode(payload: &Payload, target: &Registration, encoding: Encoding) -> Body {
    if target.event.contains('/') {
        let data = json!({ "event": target.event, "order": payload.fields });
        return Body {
            content_type: "application/json".to_owned(),
            bytes: data.to_string().into_bytes(),
        };
    }
    let data = payload.data().to_string();
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
