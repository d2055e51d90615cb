//! Fields around the items, in the spellings of both contracts.

use serde::Deserialize;
use serde::de::Deserializer;
use serde_json::value::RawValue;

use super::super::scalar::Scalar;
use super::PageError;
use super::items::Items;

/// Kind of an answer.
pub(super) enum Contents<'a> {
    /// A bare array, or an empty object (`{}`).
    Items(Vec<&'a RawValue>),
    /// The page is wrapped in `{"response": …}`.
    Wrapped(&'a str),
    Page(Envelope<'a>),
}

/// A field that was present, possibly null: a missing `next` says less than `"next": null`.
#[derive(Clone, Copy)]
struct Present<'a>(&'a RawValue);

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Envelope<'a> {
    #[serde(borrow, deserialize_with = "present")]
    response: Option<Present<'a>>,
    #[serde(borrow)]
    items: Items<'a>,
    #[serde(borrow, deserialize_with = "present")]
    next: Option<Present<'a>>,
    #[serde(borrow, deserialize_with = "present")]
    pagination: Option<Present<'a>>,
    #[serde(borrow)]
    page: Scalar<'a>,
    #[serde(borrow)]
    page_count: Scalar<'a>,
    #[serde(borrow)]
    limit: Scalar<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Pagination<'a> {
    #[serde(borrow)]
    total: Scalar<'a>,
    #[serde(borrow)]
    page: Scalar<'a>,
    #[serde(borrow)]
    limit: Scalar<'a>,
}

impl<'a> Contents<'a> {
    pub(super) fn read(body: &'a str) -> Result<Self, PageError> {
        let body = body.trim();
        if body.starts_with('[') {
            return array(body).map(Self::Items);
        }
        if !body.starts_with('{') {
            return Err(match serde_json::from_str::<serde::de::IgnoredAny>(body) {
                Ok(_) => PageError::NotAPage,
                Err(_) => PageError::NotJson,
            });
        }
        let mut envelope: Envelope<'a> =
            serde_json::from_str(body).map_err(|_| PageError::NotJson)?;
        if matches!(envelope.items, Items::OneObject) {
            envelope.items = Items::List(vec![bare_item(body)?]);
        }
        if let (Some(inner), Items::Absent) = (envelope.response, &envelope.items) {
            return Ok(Self::Wrapped(inner.0.get()));
        }
        if envelope.is_a_page() {
            Ok(Self::Page(envelope))
        } else if matches!(Scalar::read(body), Scalar::Empty) {
            Ok(Self::Items(Vec::new()))
        } else {
            Err(PageError::NotAPage)
        }
    }
}

impl<'a> Envelope<'a> {
    fn is_a_page(&self) -> bool {
        !matches!(self.items, Items::Absent)
            || self.next.is_some()
            || self.pagination.is_some()
            || number(&self.page).is_some()
    }

    pub(super) fn take_items(&mut self) -> Result<Vec<&'a RawValue>, PageError> {
        match std::mem::take(&mut self.items) {
            Items::List(items) => Ok(items),
            Items::Absent | Items::Empty => Ok(Vec::new()),
            Items::TooMany => Err(PageError::TooManyItems),
            Items::OneObject | Items::Other => Err(PageError::NotAPage),
        }
    }

    pub(super) fn page(&self) -> Option<u64> {
        number(&self.page).or_else(|| number(&self.pagination().page))
    }

    /// Some collections count 0 pages whatever they hold: with items, that is no count.
    pub(super) fn page_count(&self, items: usize) -> Option<u64> {
        let pagination = self.pagination();
        let count = number(&self.page_count).or_else(|| {
            let (total, limit) = (number(&pagination.total)?, number(&pagination.limit)?);
            (limit > 0).then(|| total.div_ceil(limit))
        });
        count.filter(|count| *count > 0 || items == 0)
    }

    /// `next` decides; without it the number of pages. Without either, a full page may have a
    /// successor: one request too many is answered with 40008.
    pub(super) fn has_next(&self, items: usize) -> bool {
        if let Some(Present(next)) = self.next {
            return !matches!(Scalar::read(next.get()), Scalar::Empty | Scalar::Flag(false));
        }
        if let (Some(page), Some(count)) = (self.page(), self.page_count(items)) {
            let from_one = self.pagination.is_some();
            return page.saturating_add(u64::from(!from_one)) < count;
        }
        number(&self.limit)
            .or_else(|| number(&self.pagination().limit))
            .is_some_and(|limit| limit > 0 && u64::try_from(items).is_ok_and(|n| n >= limit))
    }

    fn pagination(&self) -> Pagination<'a> {
        self.pagination
            .and_then(|Present(json)| serde_json::from_str(json.get()).ok())
            .unwrap_or_default()
    }
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Present<'de>>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(|raw| Some(Present(raw)))
}

fn number(value: &Scalar<'_>) -> Option<u64> {
    value.integer("").ok().flatten().and_then(|number| u64::try_from(number).ok())
}

fn array(json: &str) -> Result<Vec<&RawValue>, PageError> {
    let items: Items<'_> = serde_json::from_str(json).map_err(|_| PageError::NotJson)?;
    Envelope { items, ..Envelope::default() }.take_items()
}

fn bare_item(body: &str) -> Result<&RawValue, PageError> {
    #[derive(Deserialize)]
    struct Bare<'a> {
        #[serde(borrow)]
        items: &'a RawValue,
    }
    serde_json::from_str(body).map(|bare: Bare<'_>| bare.items).map_err(|_| PageError::NotJson)
}
