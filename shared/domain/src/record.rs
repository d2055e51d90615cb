//! A record as a platform's API returned it.

use super::{Customer, Order, Product, RawRecord, Resource};

/// One record of a shop.
#[derive(Debug, Clone, PartialEq)]
pub enum ShopRecord {
    /// A product, and everything that the API said of it.
    Product(Box<Product>, RawRecord),
    /// An order or an abandoned cart.
    Order(Box<Order>),
    /// A customer.
    Customer(Box<Customer>),
}

impl ShopRecord {
    /// The kind of record.
    pub fn resource(&self) -> Resource {
        match self {
            Self::Product(..) => Resource::Products,
            Self::Order(_) => Resource::Orders,
            Self::Customer(_) => Resource::Customers,
        }
    }

    /// The platform's id of the record.
    pub fn id(&self) -> &str {
        match self {
            Self::Product(product, _) => &product.id,
            Self::Order(order) => &order.id,
            Self::Customer(customer) => &customer.id,
        }
    }
}

/// Why a record was set aside. Names fields and never their values, which may be personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A number, a text, an array or nothing where an object should be.
    #[error("the item is not a record")]
    NotARecord,
    /// An object with a repeated field, a number out of range, lists nested too deep, or more
    /// values than any shop's record has.
    #[error("the record is not readable")]
    Malformed,
    /// A required field is missing.
    #[error("`{field}` is missing")]
    Missing {
        /// Its name in the API.
        field: &'static str,
    },
    /// A field has the wrong type, or a text that cannot be interpreted.
    #[error("nothing can be made of `{field}`")]
    Unusable {
        /// Its name in the API.
        field: &'static str,
    },
    /// A field is longer than any shop's.
    #[error("`{field}` is too long")]
    TooLong {
        /// Its name in the API.
        field: &'static str,
    },
}
