//! Decoding of order webhooks. Bodies are unsigned, so the result is only a hint until the record is
//! read back.

mod arrived;
mod body;
mod bounds;
mod digest;
mod envelope;
mod fields;
mod order;

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub(super) use bounds::check as check_bounds;
pub(super) use digest::digest;
pub(super) use fields::is_askable;

use super::context::ShopContext;
use body::Contents;
use shopcall_domain::{Delivery, DeliveryError, Hint, OrderHint};

/// Bytes of a body. An order of a hundred lines has about 30,000; API Gateway allows 10 MB.
pub(super) const MAX_BODY: usize = 1024 * 1024;
/// Orders, products or customers that one delivery may name; ShopRenter sends one.
pub(super) const MAX_RECORDS: usize = 100;

/// Decodes a webhook's body: JSON, either alone or in the field `data` of a form of either
/// encoding.
///
/// `content_type` is the header as received. Invalid UTF-8 is replaced.
pub(crate) fn decode_webhook(
    content_type: Option<&str>,
    body: &[u8],
    context: &ShopContext,
) -> Result<Delivery, DeliveryError> {
    if body.len() > MAX_BODY {
        return Err(DeliveryError::TooLarge);
    }
    let Contents { shape, json } = body::open(content_type.unwrap_or_default(), body)?;
    let delivery = envelope::read(&json, context)?;
    Ok(Delivery { shape: Some(shape), ..delivery })
}
