//! A batch's answer: the answers to its parts, in their order.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::page::PageError;
use super::scalar::Scalar;

/// A batch has at most 200 parts.
const MAX_PARTS: usize = 200;
/// `{"response": {"requests": {"request": [{"response": {…}}]}}}`, and one for good measure.
const MAX_DEPTH: u8 = 7;

/// One part's answer.
#[derive(Clone, Copy)]
pub struct BatchPart<'a> {
    /// The HTTP status that the part would have had by itself.
    pub status: u16,
    /// Its body, as JSON; `null` where it had none.
    pub body: &'a str,
}

/// One layer of an answer; which one shows by what is in it.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Layer<'a> {
    #[serde(borrow)]
    header: Option<&'a RawValue>,
    #[serde(borrow)]
    body: Option<&'a RawValue>,
    #[serde(borrow)]
    response: Option<&'a RawValue>,
    #[serde(borrow)]
    requests: Option<&'a RawValue>,
    #[serde(borrow)]
    request: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Header<'a> {
    #[serde(borrow)]
    status_code: Scalar<'a>,
}

/// Finds the parts' answers, be they in an array or, where there is one, an object by itself, in
/// whichever of the documented wrappings.
pub fn decode_batch(body: &str) -> Result<Vec<BatchPart<'_>>, PageError> {
    let mut parts = Vec::new();
    collect(body.trim(), MAX_DEPTH, &mut parts)?;
    Ok(parts)
}

fn collect<'a>(json: &'a str, depth: u8, parts: &mut Vec<BatchPart<'a>>) -> Result<(), PageError> {
    let depth = depth.checked_sub(1).ok_or(PageError::NotAPage)?;
    if json.starts_with('[') {
        let list: Vec<&'a RawValue> = serde_json::from_str(json).map_err(|_| PageError::NotJson)?;
        if list.len() > MAX_PARTS {
            return Err(PageError::TooManyItems);
        }
        return list.into_iter().try_for_each(|item| collect(item.get(), depth, parts));
    }
    if !json.starts_with('{') {
        return Err(PageError::NotAPage);
    }
    let layer: Layer<'a> = serde_json::from_str(json).map_err(|_| PageError::NotJson)?;
    if let Some(header) = layer.header {
        let status = status(header).ok_or(PageError::NotAPage)?;
        parts.push(BatchPart { status, body: layer.body.map_or("null", RawValue::get) });
        return Ok(());
    }
    let inner = layer.response.or(layer.requests).or(layer.request);
    collect(inner.ok_or(PageError::NotAPage)?.get(), depth, parts)
}

/// A number, or a text with a number in it: the documentation has both.
fn status(header: &RawValue) -> Option<u16> {
    let header: Header<'_> = serde_json::from_str(header.get()).ok()?;
    let status = header.status_code.integer("").ok().flatten()?;
    u16::try_from(status).ok().filter(|status| (100..600).contains(status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(body: &str) -> Result<Vec<(u16, String)>, PageError> {
        let parts = decode_batch(body)?;
        Ok(parts.into_iter().map(|part| (part.status, part.body.to_owned())).collect())
    }

    const ONE: &str = r#"{"header":{"statusCode":"200"},"body":{"items":[]}}"#;
    const OTHER: &str = r#"{"header":{"statusCode":404},"body":null}"#;

    #[test]
    fn parts_are_found_in_every_wrapping() {
        let both = vec![(200, r#"{"items":[]}"#.to_owned()), (404, "null".to_owned())];
        for body in [
            format!(
                r#"{{"requests":{{"request":[{{"method":"GET","uri":"u","response":{ONE}}},
                    {{"response":{OTHER}}}]}}}}"#
            ),
            format!(r#" {{"response":{{"requests":{{"request":[{ONE},{OTHER}]}}}}}} "#),
            format!(r#"{{"requests":[{{"response":{ONE}}},{{"response":{OTHER}}}]}}"#),
            format!(r#"{{"request":[{ONE},{OTHER}]}}"#),
            format!("[{ONE},{OTHER}]"),
        ] {
            assert_eq!(read(&body).unwrap(), both, "{body}");
        }
    }

    #[test]
    fn one_part_may_be_an_object_by_itself() {
        let body = format!(r#"{{"requests":{{"request":{{"response":{ONE}}}}}}}"#);
        assert_eq!(read(&body).unwrap(), [(200, r#"{"items":[]}"#.to_owned())]);
    }

    #[test]
    fn what_is_no_answer_to_a_batch_is_not_taken_for_one() {
        for body in [
            "",
            "<html></html>",
            "null",
            "7",
            "{}",
            r#"{"items":[],"next":null}"#,
            r#"{"requests":{"request":[{"response":{"header":{},"body":{}}}]}}"#,
            r#"{"requests":{"request":[{"response":{"header":{"statusCode":"ok"}}}]}}"#,
            r#"{"requests":{"request":[{"response":{"header":{"statusCode":200},"#,
        ] {
            assert!(read(body).is_err(), "{body}");
        }
        let deep = format!("{}{}", r#"{"response":"#.repeat(50), "}".repeat(50));
        assert!(read(&deep).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(body in r#"[\[{"a-z:,}\] ]{0,60}"#) {
            let _ = decode_batch(&body);
        }
    }
}
