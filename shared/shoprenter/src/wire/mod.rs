//! JSON shapes of the API and their conversion to domain types. Private to `shoprenter`.
//!
//! An answer is parsed at most twice: once to locate its items ([`decode_page`]) and once per item
//! to read its values ([`decode_product`], [`decode_order`], [`decode_customer`]). Values are
//! borrowed from the answer's text until they are stored; of orders and customers nothing else is
//! stored.

pub(crate) mod brief;
mod context;
mod country;
mod customer;
mod domain;
mod error;
mod history;
mod language;
mod names;
mod order;
mod page;
mod person;
mod plain_text;
mod product;
mod record;
mod registration;
mod scalar;
mod setting;
mod shape;
mod shop;
mod single;
mod site;
mod status;
mod webhook;

#[cfg(test)]
mod arbitrary;
#[cfg(test)]
mod planted;

pub(crate) use context::ShopContext;
pub(crate) use customer::decode_customer;
pub(crate) use domain::{Domain, decode_domains};
pub(crate) use error::{InnerCode, decode_inner_code};
pub(crate) use history::decode_history;
pub(crate) use order::decode_order;
pub(crate) use page::{Page, body_text, decode_page, resource_id};
pub(crate) use product::decode_product;
pub(crate) use registration::{decode_created_id, decode_registration, encode_registration};
pub(crate) use setting::{
    decode_cancelled_status, decode_country, decode_currency, decode_default_language,
    decode_stock_count, decode_time_zone, usual_country,
};
pub(crate) use shop::{
    TaxRates, add_settings, decode_info_pages, decode_payment, decode_shipping, in_order,
};
pub(crate) use single::decode_single;
pub(crate) use site::Site;
pub(crate) use webhook::decode_webhook;
