//! What decoding gives: a record, or the field that cannot be used.

use super::raw::RawRecord;

/// A record in the domain's terms, and its text where that is stored too.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded<T> {
    /// The record.
    pub record: T,
    /// The record as ShopRenter sent it; products alone have it.
    pub raw: Option<RawRecord>,
}

/// Why a record was set aside. Names fields and never says what was in them: they may be personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A number, a text, an array or nothing where an object should be.
    #[error("the item is not a record")]
    NotARecord,
    /// An object in which a field comes twice, a number is beyond all measure, or lists are nested
    /// so.
    #[error("the record is not readable")]
    Malformed,
    /// A field without which there is no record.
    #[error("`{field}` is missing")]
    Missing {
        /// Its name in the API.
        field: &'static str,
    },
    /// A field of a type, or with a text, of which nothing can be made.
    #[error("nothing can be made of `{field}`")]
    Unusable {
        /// Its name in the API.
        field: &'static str,
    },
    /// A field longer than any shop's.
    #[error("`{field}` is too long")]
    TooLong {
        /// Its name in the API.
        field: &'static str,
    },
}
