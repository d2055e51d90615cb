//! Reads collections page by page, and single records.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::value::RawValue;
use shopcall_domain::{
    ApiError, DecodeError, IdPage, PageRequest, RawRecord, RecordPage, Resource, ShopRecord,
    SkippedFields,
};

use crate::Contract;
use crate::client::Session;
use crate::wire::{self, InnerCode, Page, ShopContext};

/// Records per page: ShopRenter's limit.
pub(crate) const PAGE: u64 = 200;
/// Records decoded before yielding to other tasks: a few milliseconds on a small function.
const RECORDS_PER_TURN: usize = 8;

impl Session {
    /// Reads a page of records. None past the end: the list can shrink while it is read.
    pub(crate) async fn record_page(
        &self,
        request: PageRequest,
    ) -> Result<Option<RecordPage>, ApiError> {
        let PageRequest { resource, number, since } = request;
        let query = match self.contract() {
            Contract::Official => {
                let filter = since.map(|since| {
                    format!("&{}={}", filter_name(resource), since.strftime("%Y-%m-%dT%H:%M:%S"))
                });
                let filter = filter.unwrap_or_default();
                format!("full=1&page={number}&limit={PAGE}{filter}")
            }
            Contract::Brief => format!("page={}&limit={PAGE}", number + 1),
        };
        let find = |body: &[u8]| Ok(Found::of(&self.understand(&wire::body_text(body))?));
        match self.get(collection(resource, self.contract()), &query, find).await {
            Ok(found) => Ok(Some(self.decode_page(resource, found).await)),
            Err(ApiError::PastEnd) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Decodes a page's records one by one and sets aside those that fail. Yields in between, so
    /// that requests waiting for a rate limit slot do not miss it.
    async fn decode_page(&self, resource: Resource, found: Found) -> RecordPage {
        let Found { items, has_next, page_count } = found;
        let has_next = has_next && !items.is_empty();
        let mut page = RecordPage { has_next, page_count, ..RecordPage::default() };
        for (place, item) in items.into_iter().enumerate() {
            if place % RECORDS_PER_TURN == 0 {
                tokio::task::yield_now().await;
            }
            match self.decode(resource, &item) {
                Ok(record) => page.records.push(record),
                Err(error) => page.quarantined.push(error),
            }
        }
        page
    }

    /// Reads a page of ids as links, a small answer per 200 records.
    pub(crate) async fn id_page(
        &self,
        resource: Resource,
        number: u64,
    ) -> Result<Option<IdPage>, ApiError> {
        let first = match self.contract() {
            Contract::Official => 0,
            Contract::Brief => 1,
        };
        let query = format!("page={}&limit={PAGE}", number + first);
        let read = |body: &[u8]| {
            let body = wire::body_text(body);
            let page = self.understand(&body)?;
            Ok(IdPage {
                number: page.page.and_then(|number| number.checked_sub(first)),
                page_count: page.page_count,
                has_next: page.has_next,
                is_full: page.items.len() as u64 >= PAGE,
                ids: page.items.iter().map(|item| wire::resource_id(item)).collect(),
            })
        };
        match self.get(collection(resource, self.contract()), &query, read).await {
            Ok(page) => Ok(Some(page)),
            Err(ApiError::PastEnd) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads one record by its id. A record that was given an outer id answers to its own id too, and
    /// calls itself by the outer one.
    pub(crate) async fn one_record(
        &self,
        resource: Resource,
        id: &str,
    ) -> Result<Result<ShopRecord, DecodeError>, ApiError> {
        let collection = collection(resource, self.contract());
        let read = |body: &[u8]| {
            let body = wire::body_text(body);
            let item =
                wire::decode_single(&body).map_err(|_| ApiError::Malformed("not a record"))?;
            let decoded = self.decode(resource, item);
            let has_outer_ids = self.contract() == Contract::Official;
            if !has_outer_ids && decoded.as_ref().is_ok_and(|record| record.id() != id) {
                return Err(ApiError::Malformed("a record with another id"));
            }
            Ok(decoded)
        };
        match self.get_one(collection, id, read).await {
            Err(ApiError::Rejected { code, .. }) if code == InnerCode::NOT_FOUND.number() => {
                Err(ApiError::NotFound { resource: collection })
            }
            record => record,
        }
    }

    /// Reads the order with that number, or another one if the shop ignores the filter.
    pub(crate) async fn order_numbered(
        &self,
        number: &str,
    ) -> Result<Option<Result<ShopRecord, DecodeError>>, ApiError> {
        if self.contract() == Contract::Brief {
            return Err(ApiError::Malformed("the brief's contract has no filter by number"));
        }
        let collection = collection(Resource::Orders, self.contract());
        let query = format!("full=1&page=0&limit=1&innerId={number}");
        self.get(collection, &query, |body| {
            let body = wire::body_text(body);
            let page = understand(&body)?;
            Ok(page.items.first().map(|item| self.decode(Resource::Orders, item)))
        })
        .await
    }

    /// The context for decoding; the default until one has been read.
    pub(crate) fn context(&self) -> Cow<'_, ShopContext> {
        self.decoding.get().map_or_else(|| Cow::Owned(ShopContext::default()), Cow::Borrowed)
    }

    /// Locates the items of a page. Under the brief's contract, a full page that does not say how
    /// many there are may have a successor.
    pub(crate) fn understand<'a>(&self, body: &'a str) -> Result<Page<'a>, ApiError> {
        let mut page = understand(body)?;
        let is_full = page.items.len() as u64 >= PAGE;
        if self.contract() == Contract::Brief && page.page_count.is_none() && is_full {
            page.has_next = true;
        }
        Ok(page)
    }

    fn decode(&self, resource: Resource, item: &RawValue) -> Result<ShopRecord, DecodeError> {
        let mut skipped = SkippedFields::default();
        let context = self.context();
        let when = (&*context, self.now());
        let decoded = decode(resource, item, self.contract(), when, &mut skipped);
        self.note_skipped(resource, skipped);
        decoded
    }
}

/// Decodes the records of a collection's answer, read `now`, independently of each other.
pub fn decode_records(
    resource: Resource,
    contract: Contract,
    body: &[u8],
    context: &shopcall_domain::ShopContext,
    now: Timestamp,
) -> Result<Vec<Result<ShopRecord, DecodeError>>, ApiError> {
    let (body, context) = (wire::body_text(body), ShopContext::from_domain(context));
    let items = understand(&body)?.items.into_iter();
    let mut skipped = SkippedFields::default();
    Ok(items.map(|item| decode(resource, item, contract, (&context, now), &mut skipped)).collect())
}

/// Decodes an item of a collection read `now` and counts its unusable fields in `skipped`.
pub(crate) fn decode(
    resource: Resource,
    item: &RawValue,
    contract: Contract,
    (context, now): (&ShopContext, Timestamp),
    skipped: &mut SkippedFields,
) -> Result<ShopRecord, DecodeError> {
    let product = |product| ShopRecord::Product(Box::new(product), RawRecord::of(item.get()));
    let order = |order| ShopRecord::Order(Box::new(order));
    let customer = |customer| ShopRecord::Customer(Box::new(customer));
    match (contract, resource) {
        (Contract::Official, Resource::Products) => {
            wire::decode_product(item, (context, now), skipped).map(product)
        }
        (Contract::Official, Resource::Orders) => {
            wire::decode_order(item, context, skipped).map(order)
        }
        (Contract::Official, Resource::Customers) => {
            wire::decode_customer(item, context, skipped).map(customer)
        }
        (Contract::Brief, Resource::Products) => {
            wire::brief::decode_product(item, context, skipped).map(product)
        }
        (Contract::Brief, Resource::Orders) => {
            wire::brief::decode_order(item, context, skipped).map(order)
        }
        (Contract::Brief, Resource::Customers) => {
            wire::brief::decode_customer(item, context, skipped).map(customer)
        }
    }
}

/// Collection of a kind of record, under the API's base.
fn collection(resource: Resource, contract: Contract) -> &'static str {
    match (contract, resource) {
        (Contract::Official, Resource::Products) => "productExtend",
        (Contract::Official, Resource::Orders) => "orderExtend",
        (Contract::Official, Resource::Customers) => "customerExtend",
        (Contract::Brief, Resource::Products) => "products",
        (Contract::Brief, Resource::Orders) => "orders",
        (Contract::Brief, Resource::Customers) => "customers",
    }
}

/// Filter of a collection for changes since a local time.
fn filter_name(resource: Resource) -> &'static str {
    match resource {
        Resource::Products => "updatedAfter",
        Resource::Orders | Resource::Customers => "updatedAtMin",
    }
}

/// A page with its items located but not decoded.
struct Found {
    page_count: Option<u64>,
    has_next: bool,
    items: Vec<Box<RawValue>>,
}

impl Found {
    fn of(page: &Page<'_>) -> Self {
        Self {
            page_count: page.page_count,
            has_next: page.has_next,
            items: page.items.iter().map(|item| (*item).to_owned()).collect(),
        }
    }
}

/// Locates the items of an answer.
pub(crate) fn understand(body: &str) -> Result<Page<'_>, ApiError> {
    wire::decode_page(body).map_err(|_| ApiError::Malformed("not a page"))
}
