//! A single record, the answer to `GET <collection>/<id>`.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::page::PageError;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wrapping<'a> {
    #[serde(borrow)]
    response: Option<&'a RawValue>,
}

/// Locates the record of an answer, with or without a `{"response": …}` wrapper, without decoding
/// it. Anything but an object is refused.
pub(crate) fn decode_single(body: &str) -> Result<&RawValue, PageError> {
    const WRAPPINGS: usize = 3;
    let mut record: &RawValue =
        serde_json::from_str(body.trim()).map_err(|_| PageError::NotJson)?;
    for _ in 0..WRAPPINGS {
        if !record.get().starts_with('{') {
            break;
        }
        let wrapping: Wrapping<'_> =
            serde_json::from_str(record.get()).map_err(|_| PageError::NotAPage)?;
        match wrapping.response {
            Some(inner) => record = inner,
            None => return Ok(record),
        }
    }
    Err(PageError::NotAPage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn record_in_a_response_wrapper_is_found() {
        let record = r#"{"id":"a","sku":"s"}"#;
        for body in [
            record.to_owned(),
            format!(" {record}\n"),
            format!(r#"{{"response":{record}}}"#),
            format!(r#"{{"response":{{"response":{record}}}}}"#),
        ] {
            assert_eq!(decode_single(&body).unwrap().get(), record, "{body}");
        }
    }

    #[test]
    fn non_object_is_not_a_record() {
        for (body, error) in [
            ("", PageError::NotJson),
            ("<html></html>", PageError::NotJson),
            (r#"{"id":"a""#, PageError::NotJson),
            ("[]", PageError::NotAPage),
            ("7", PageError::NotAPage),
            (r#"{"response":"a"}"#, PageError::NotAPage),
        ] {
            assert_eq!(decode_single(body).unwrap_err(), error, "{body}");
        }
    }
}
