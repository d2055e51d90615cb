//! `{"href": …, "id": …}`: a reference to another record by id. The link is never followed.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde::de::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use shopcall_domain::DecodeError;

use super::super::scalar::Scalar;

/// Ids are about 50 bytes long; anything longer is invalid.
pub(in super::super) const MAX_ID: usize = 256;

/// A record's opaque id, given directly or as the last part of its link; None if there is neither.
#[derive(Clone, PartialEq, Eq, Default)]
pub(in super::super) struct Ref<'a> {
    id: Option<Cow<'a, str>>,
    /// Whether something is there that gives no id.
    is_unusable: bool,
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Link<'a> {
    #[serde(borrow)]
    id: Scalar<'a>,
    #[serde(borrow)]
    href: Scalar<'a>,
}

impl<'a> Ref<'a> {
    /// Reads a link object, or a text that is an id, an address or a path (`orders/<id>`).
    pub(in super::super) fn read(json: &'a str) -> Self {
        let id = if let Some(address) = only_address(json) {
            id_at_the_end_of(Cow::Borrowed(address))
        } else if json.trim_start().starts_with('{') {
            let link: Link<'a> = serde_json::from_str(json).unwrap_or_default();
            link.id.into_text().or_else(|| id_at_the_end_of(link.href.into_text()?))
        } else {
            Scalar::read(json).into_text().and_then(|text| {
                if text.contains('/') { id_at_the_end_of(text) } else { Some(text) }
            })
        };
        let id = id.filter(|id| (1..=MAX_ID).contains(&id.len()));
        let is_empty = || match Scalar::read(json) {
            Scalar::Empty | Scalar::Flag(false) => true,
            Scalar::Text(text) => text.trim().is_empty(),
            Scalar::Flag(true) | Scalar::Composite => false,
        };
        Self { is_unusable: id.is_none() && !is_empty(), id }
    }

    /// The id; an error if something is there that gives none.
    pub(in super::super) fn checked(
        &self,
        field: &'static str,
    ) -> Result<Option<String>, DecodeError> {
        if self.is_unusable {
            Err(DecodeError::Unusable { field })
        } else {
            Ok(self.id().map(str::to_owned))
        }
    }

    /// The id.
    pub(in super::super) fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Ref<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(|json| Self::read(json.get()))
    }
}

impl<'a> Scalar<'a> {
    fn into_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(Cow::Borrowed(text)) => Some(Cow::Borrowed(text.trim())),
            Self::Text(Cow::Owned(text)) => Some(Cow::Owned(text.trim().to_owned())),
            Self::Empty | Self::Flag(_) | Self::Composite => None,
        }
        .filter(|text| !text.is_empty())
    }
}

/// Address of a link with no other field, as nearly all are: `{"href":"https://…"}`.
fn only_address(json: &str) -> Option<&str> {
    let address = json.strip_prefix(r#"{"href":""#)?.strip_suffix(r#""}"#)?.trim();
    let is_whole = !address.is_empty() && !address.contains(['"', '\\']);
    is_whole.then_some(address)
}

/// Id in `https://host/resource/<id>` or `resource/<id>`. An address with a query, or of a resource
/// alone, belongs to a collection.
fn id_at_the_end_of(address: Cow<'_, str>) -> Option<Cow<'_, str>> {
    match address {
        Cow::Borrowed(address) => last_part(address),
        Cow::Owned(address) => last_part(&address).map(|id| Cow::Owned(id.into_owned())),
    }
}

fn last_part(address: &str) -> Option<Cow<'_, str>> {
    if address.contains('?') {
        return None;
    }
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None => address,
    };
    let path = path.trim_matches('/');
    let path = path.strip_prefix("api/").unwrap_or(path);
    let (_, id) = path.rsplit_once('/')?;
    percent_decode_str(id).decode_utf8().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_is_read_directly_or_from_a_link() {
        for (json, id) in [
            (r#"{"href":"https://a.example/languages/bGFuZz0x","id":"bGFuZz0x"}"#, "bGFuZz0x"),
            (r#"{"href":"https://a.example/languages/bGFuZz0xMQ=="}"#, "bGFuZz0xMQ=="),
            (r#"{"href":"https:\/\/a.example\/languages\/bGFuZz0xMQ%3D%3D"}"#, "bGFuZz0xMQ=="),
            (r#"{"href":"https://a.example/api/languages/7/","id":{}}"#, "7"),
            (r#"{"id":7}"#, "7"),
            (r#""bGFuZz0x""#, "bGFuZz0x"),
            (r#""orders/b3JkZXI=""#, "b3JkZXI="),
            ("12", "12"),
        ] {
            assert_eq!(Ref::read(json).id(), Some(id), "{json}");
        }
    }

    #[test]
    fn text_without_a_record_has_no_id() {
        let long = format!("\"{}\"", "x".repeat(MAX_ID + 1));
        for json in [
            "{}",
            "[]",
            "null",
            "\"\"",
            "true",
            r#"{"href":{}}"#,
            r#"{"href":"https://a.example/urlAliases?productId=7"}"#,
            r#"{"href":"https://a.example/languages"}"#,
            r#"{"href":"https://a.example/api/languages"}"#,
            r#"{"href":"https://a.example"}"#,
            r#"[{"id":"7"}]"#,
            long.as_str(),
        ] {
            assert_eq!(Ref::read(json).id(), None, "{json}");
        }
    }
}
