//! A collection's answer: its page number, whether a page follows, and its undecoded items.

mod envelope;
mod items;

use std::borrow::Cow;
use std::fmt;

use serde_json::value::RawValue;

use super::shape::Ref;
use envelope::{Contents, Envelope};

/// Far above the 200 items that ShopRenter puts on a page.
const MAX_ITEMS: usize = 10_000;

/// One page of a collection, borrowed from the answer's text.
#[derive(Clone, Default)]
pub(crate) struct Page<'a> {
    /// Page number, if the answer has one: from 0 in the official contract, from 1 in the brief's.
    pub page: Option<u64>,
    /// Number of pages, if the answer has one.
    pub page_count: Option<u64>,
    /// Whether a page follows.
    pub has_next: bool,
    /// Items, decoded separately so that a bad one does not fail the page.
    pub items: Vec<&'a RawValue>,
}

impl fmt::Debug for Page<'_> {
    /// Prints the number of items only: they may be personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("page", &self.page)
            .field("page_count", &self.page_count)
            .field("has_next", &self.has_next)
            .field("items", &self.items.len())
            .finish()
    }
}

/// Why an answer is not a page. Never contains any of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PageError {
    /// Not JSON, or truncated: for example XML, or a proxy's HTML.
    #[error("the answer is not JSON")]
    NotJson,
    /// JSON without any field of a page; treating it as an empty page would delete the shop's
    /// records.
    #[error("the answer is not a page")]
    NotAPage,
    /// More items than a page may have.
    #[error("the page has too many items")]
    TooManyItems,
}

/// The answer's text without a byte order mark, invalid UTF-8 replaced, so that one broken
/// character does not fail the answer. Borrows if nothing needs changing.
pub(crate) fn body_text(body: &[u8]) -> Cow<'_, str> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    // Several times faster than the lossy conversion, which is rarely needed.
    std::str::from_utf8(body).map_or_else(|_| String::from_utf8_lossy(body), Cow::Borrowed)
}

/// Decodes a page of either contract, with or without a `{"response": …}` wrapper.
pub(crate) fn decode_page(body: &str) -> Result<Page<'_>, PageError> {
    const WRAPPINGS: usize = 3;
    let mut body = body;
    for _ in 0..WRAPPINGS {
        match Contents::read(body)? {
            Contents::Items(items) => return Ok(Page { items, ..Page::default() }),
            Contents::Wrapped(inner) => body = inner,
            Contents::Page(mut envelope) => return page(&mut envelope),
        }
    }
    Err(PageError::NotAPage)
}

/// Id of an item: a link, a record, or a record that cannot be decoded.
pub(crate) fn resource_id(item: &RawValue) -> Option<String> {
    Ref::read(item.get()).id().map(str::to_owned)
}

fn page<'a>(envelope: &mut Envelope<'a>) -> Result<Page<'a>, PageError> {
    let items = envelope.take_items()?;
    Ok(Page {
        page: envelope.page(),
        page_count: envelope.page_count(items.len()),
        has_next: envelope.has_next(items.len()),
        items,
    })
}

#[cfg(test)]
mod tests;
