//! The body of an order webhook. Nobody signs it and its form is documented by one sample, so
//! everything that can be meant by it is understood, within bounds, and nothing in it is trusted
//! for longer than it takes to read the record back.

mod bounds;
mod digest;
mod encoding;
mod envelope;
mod fields;
mod multipart;
mod order;
mod parameter;

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use super::context::ShopContext;
use shopcall_domain::{Delivery, DeliveryError, Hint, OrderHint};

/// Bytes of a body. An order of a hundred lines has some 30,000; API Gateway lets 10 MB pass.
pub(super) const MAX_BODY: usize = 1024 * 1024;
/// Orders, products or customers that one delivery may name; ShopRenter sends one.
pub(super) const MAX_RECORDS: usize = 100;

/// Decodes a webhook's body: JSON in the field `data` of a form of either encoding, or by itself.
///
/// `content_type` is the header as it came. It decides where the body leaves room for doubt, and
/// no body is refused for a wrong one. What is not UTF-8 is replaced.
pub(crate) fn decode_webhook(
    content_type: Option<&str>,
    body: &[u8],
    context: &ShopContext,
) -> Result<Delivery, DeliveryError> {
    if body.len() > MAX_BODY {
        return Err(DeliveryError::TooLarge);
    }
    let contents = encoding::open(content_type.unwrap_or_default(), body)?;
    envelope::read(&contents, context)
}
