//! One record by itself, as `GET <collection>/<id>` answers it.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::page::PageError;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wrapping<'a> {
    #[serde(borrow)]
    response: Option<&'a RawValue>,
}

/// The record of an answer, with `{"response": …}` around it or without, untouched. Whether it can
/// be decoded is another question; what is no object is no record.
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
    fn a_record_may_be_wrapped_in_a_response() {
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
    fn what_is_no_object_is_no_record() {
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
