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
use super::decoded::DecodeError;
use crate::domain::Order;

/// Bytes of a body. An order of a hundred lines has some 30,000; API Gateway lets 10 MB pass.
pub const MAX_BODY: usize = 1024 * 1024;
/// Orders, products or customers that one delivery may name; ShopRenter sends one.
pub const MAX_RECORDS: usize = 100;

/// What a webhook says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Delivery {
    /// What has changed, in the order of the body, the first [`MAX_RECORDS`] of it.
    pub hints: Vec<Hint>,
    /// What could not be made out to be a record, and what came after the first [`MAX_RECORDS`].
    pub quarantined: usize,
}

/// A record that is worth reading back.
#[derive(Debug, Clone, PartialEq)]
pub enum Hint {
    /// An order was placed or has changed.
    Order(Box<OrderHint>),
    /// A product was made, changed or deleted (the brief's contract alone).
    Product {
        /// Its resource id.
        id: String,
    },
    /// A customer came or has changed (the brief's contract alone).
    Customer {
        /// Their resource id.
        id: String,
    },
}

/// An order that a webhook names.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderHint {
    /// The resource id that the API knows it by, safe to be put into a path once it is
    /// percent-encoded. None where only the number is told.
    pub id: Option<String>,
    /// The shop's own number; there is one where there is no [`id`](Self::id).
    pub inner_id: Option<String>,
    /// The order as the payload tells it, to be kept only until it can be read back.
    pub provisional: Result<Order, DecodeError>,
    /// Of all that the payload says of the order, 32 hex digits: the same however the body was
    /// encoded, its fields ordered and its values spelled.
    pub digest: String,
}

/// Why a body says nothing. Never says what was in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// More bytes than [`MAX_BODY`], or more values than any delivery has.
    #[error("the body is too large")]
    TooLarge,
    /// Objects and arrays in each other beyond all measure.
    #[error("the body is nested too deep")]
    TooDeep,
    /// No bytes, or nothing in them.
    #[error("the body is empty")]
    Empty,
    /// Neither a form that holds JSON nor JSON, cut short, or JSON that names no record.
    #[error("the body is not understood")]
    NotUnderstood,
    /// An event of which nothing is known, such as that of a newsletter.
    #[error("the event is not known")]
    UnknownEvent,
}

/// Decodes a webhook's body: JSON in the field `data` of a form of either encoding, or by itself.
///
/// `content_type` is the header as it came. It decides where the body leaves room for doubt, and
/// no body is refused for a wrong one. What is not UTF-8 is replaced.
pub fn decode_webhook(
    content_type: Option<&str>,
    body: &[u8],
    context: &ShopContext,
) -> Result<Delivery, BodyError> {
    if body.len() > MAX_BODY {
        return Err(BodyError::TooLarge);
    }
    let contents = encoding::open(content_type.unwrap_or_default(), body)?;
    envelope::read(&contents, context)
}
