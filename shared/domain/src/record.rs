//! Decoded records of a platform's API.

use jiff::Timestamp;

use super::{Customer, Order, Product, RawRecord, Resource};

/// One record of a shop.
#[derive(Debug, Clone, PartialEq)]
pub enum ShopRecord {
    /// A product, and the API's whole answer.
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

    /// When the record last changed, if the platform says so.
    pub fn updated_at(&self) -> Option<Timestamp> {
        match self {
            Self::Product(product, _) => product.updated_at,
            Self::Order(order) => order.updated_at,
            Self::Customer(customer) => customer.updated_at,
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

/// Why a record was set aside, or a field of it skipped. Holds names of fields, never values, which may be personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A number, a string, an array or null instead of an object.
    #[error("the item is not a record")]
    NotARecord,
    /// An object with a duplicate field, a number out of range, too deeply nested lists, or more
    /// values than any valid record has.
    #[error("the record is malformed")]
    Malformed,
    /// A required field is missing.
    #[error("`{field}` is missing")]
    Missing {
        /// The field's name in the API.
        field: &'static str,
    },
    /// A field has the wrong type, or a value that cannot be interpreted.
    #[error("`{field}` has an unusable value")]
    Unusable {
        /// The field's name in the API.
        field: &'static str,
    },
    /// A field is longer than any valid one.
    #[error("`{field}` is too long")]
    TooLong {
        /// The field's name in the API.
        field: &'static str,
    },
}

impl DecodeError {
    /// The field's name in the API; `record` if the record as a whole cannot be read.
    pub fn field(self) -> &'static str {
        match self {
            Self::NotARecord | Self::Malformed => "record",
            Self::Missing { field } | Self::Unusable { field } | Self::TooLong { field } => field,
        }
    }
}
