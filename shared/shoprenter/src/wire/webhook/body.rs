//! From a delivery's bytes to JSON: on its own, or in the field `data` of a form of either encoding.

use std::borrow::Cow;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use shopcall_domain::{BodyShape, DeliveryError};
use url::form_urlencoded;

use super::super::page::body_text;
use super::bounds;

/// The field that has the order.
const FIELD: &str = "data";
/// Fields of a form that are examined; ShopRenter sends one.
const MAX_FIELDS: usize = 20;
/// Start of a gzip member (RFC 1952).
const GZIP: &[u8] = &[0x1f, 0x8b];

/// An opened body. Has no `Debug`: it is personal data.
pub(super) struct Contents<'b> {
    pub(super) shape: BodyShape,
    /// Text that starts like JSON and is within the bounds on depth and values.
    pub(super) json: Cow<'b, str>,
}

/// Opens a body. One that starts like JSON is JSON, whatever the header says.
pub(super) fn open<'b>(content_type: &str, body: &'b [u8]) -> Result<Contents<'b>, DeliveryError> {
    let is = |kind: &str| {
        let start = content_type.trim_start().get(..kind.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(kind))
    };
    if body.trim_ascii().is_empty() {
        return Err(DeliveryError::Empty);
    }
    let (shape, json) = if looks_like_json(body) {
        (BodyShape::Json, body_text(body))
    } else if body.starts_with(GZIP) {
        return Err(DeliveryError::Compressed);
    } else if is("multipart/form-data") {
        (BodyShape::Multipart, multipart(content_type, body)?)
    } else if is("application/x-www-form-urlencoded") {
        (BodyShape::Form, form(body)?)
    } else {
        return Err(DeliveryError::UnknownFormat);
    };
    bounds::check(&json)?;
    Ok(Contents { shape, json })
}

fn form(body: &[u8]) -> Result<Cow<'_, str>, DeliveryError> {
    let mut fields = form_urlencoded::parse(body.trim_ascii()).take(MAX_FIELDS);
    let data = fields.find(|(name, _)| name == FIELD).ok_or(DeliveryError::UnknownFormat)?.1;
    json_in(data)
}

/// The parser is asynchronous, but never waits: the body is in memory.
fn multipart(content_type: &str, body: &[u8]) -> Result<Cow<'static, str>, DeliveryError> {
    let boundary = multer::parse_boundary(content_type);
    let parts =
        multer::Multipart::with_reader(body, boundary.map_err(|_| DeliveryError::UnknownFormat)?);
    let reading = pin!(data_of(parts));
    match reading.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(data) => json_in(Cow::Owned(data?)),
        Poll::Pending => Err(DeliveryError::Malformed),
    }
}

async fn data_of(mut parts: multer::Multipart<'_>) -> Result<String, DeliveryError> {
    for _ in 0..MAX_FIELDS {
        let field = parts.next_field().await.map_err(|error| unreadable(&error))?;
        let field = field.ok_or(DeliveryError::UnknownFormat)?;
        if field.name() != Some(FIELD) {
            continue;
        }
        let encoding = field.headers().get("content-transfer-encoding");
        let encoding = encoding.map(|encoding| encoding.as_bytes().to_ascii_lowercase());
        if encoding.is_some_and(|encoding| !matches!(&*encoding, b"7bit" | b"8bit" | b"binary")) {
            return Err(DeliveryError::TransferEncoded);
        }
        let data = field.bytes().await.map_err(|error| unreadable(&error))?;
        return Ok(body_text(&data).into_owned());
    }
    Err(DeliveryError::UnknownFormat)
}

fn unreadable(error: &multer::Error) -> DeliveryError {
    match error {
        multer::Error::IncompleteStream
        | multer::Error::IncompleteHeaders
        | multer::Error::IncompleteFieldData { .. } => DeliveryError::Truncated,
        _ => DeliveryError::Malformed,
    }
}

fn json_in(data: Cow<'_, str>) -> Result<Cow<'_, str>, DeliveryError> {
    if data.trim().is_empty() {
        return Err(DeliveryError::Empty);
    }
    if looks_like_json(data.as_bytes()) { Ok(data) } else { Err(DeliveryError::Malformed) }
}

fn looks_like_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'[' | b'"'))
}
