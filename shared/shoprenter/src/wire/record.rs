//! Properties of every record: it is one object and has an id.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::scalar::Scalar;
use super::shape::{MAX_ID, OneOrMany};
use shopcall_domain::DecodeError;

/// Reads an item, which must be an object. Unknown fields are skipped, however deeply nested.
pub(super) fn one_record<'a, T: Deserialize<'a>>(item: &'a RawValue) -> Result<T, DecodeError> {
    let list: OneOrMany<T> =
        serde_json::from_str(item.get()).map_err(|_| DecodeError::Malformed)?;
    let mut records = list.strictly("").map_err(|_| DecodeError::NotARecord)?.into_iter();
    match (records.next(), records.next()) {
        (Some(record), None) => Ok(record),
        _ => Err(DecodeError::NotARecord),
    }
}

/// A record's number in the shop, in plain digits: the one that people read out.
pub(super) fn own_number(
    value: &Scalar<'_>,
    field: &'static str,
) -> Result<Option<String>, DecodeError> {
    match value.decimal(field)? {
        None => Ok(None),
        Some(number) if number.is_integer() && number.is_sign_positive() => {
            Ok(Some(number.to_string()))
        }
        Some(_) => Err(DecodeError::Unusable { field }),
    }
}

/// Field that holds the record's id.
pub(super) fn required_id(value: &Scalar<'_>, field: &'static str) -> Result<String, DecodeError> {
    match (value, value.text()) {
        (Scalar::Composite | Scalar::Flag(_), _) => Err(DecodeError::Unusable { field }),
        (_, None) => Err(DecodeError::Missing { field }),
        (_, Some(id)) if id.len() > MAX_ID => Err(DecodeError::TooLong { field }),
        (_, Some(id)) => Ok(id.to_owned()),
    }
}
