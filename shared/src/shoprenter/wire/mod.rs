//! The API's shapes, and how they become domain types. Nothing outside `shoprenter` sees them.
//!
//! An answer is read twice at most: once to find its items ([`decode_page`]), once an item, to find
//! its values ([`decode_product`], [`decode_order`], [`decode_customer`]). These are borrowed from
//! the answer's text until something is kept of them. Of orders and customers nothing is kept but
//! these values; of a product, the text of its item too.

mod brief_product;
mod context;
mod customer;
mod decoded;
mod domain;
mod error;
mod language;
mod order;
mod page;
mod person;
mod plain_text;
mod product;
mod raw;
mod record;
mod registration;
mod scalar;
mod setting;
mod shape;
mod single;
mod status;
mod webhook;

#[cfg(test)]
mod arbitrary;
#[cfg(test)]
mod planted;

pub use brief_product::decode_brief_product;
pub use context::ShopContext;
pub use customer::decode_customer;
pub use decoded::{DecodeError, Decoded};
pub use domain::decode_primary_domain;
pub use error::{InnerCode, TokenRefusal, decode_inner_code};
pub use language::Languages;
pub use order::decode_order;
pub use page::{Page, PageError, body_text, decode_page, resource_id};
pub use product::decode_product;
pub use raw::RawRecord;
pub use registration::{
    ListedWebhook, WantedWebhook, WebhookUrl, decode_created_id, decode_registration,
    encode_registration,
};
pub use setting::{decode_cancelled_status, decode_country, decode_time_zone, default_time_zone};
pub use single::decode_single;
pub use status::OrderStatuses;
pub use webhook::{BodyError, Delivery, Hint, MAX_BODY, MAX_RECORDS, OrderHint, decode_webhook};
