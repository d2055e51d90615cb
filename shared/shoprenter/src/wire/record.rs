//! What every record has in common: it is one object, and it has an id.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::scalar::Scalar;
use super::shape::{MAX_ID, OneOrMany};
use shopcall_domain::DecodeError;

/// Reads an item as the object that it has to be. Fields that are not read are skipped, however
/// deep they are nested.
pub(super) fn one_record<'a, T: Deserialize<'a>>(item: &'a RawValue) -> Result<T, DecodeError> {
    let list: OneOrMany<T> =
        serde_json::from_str(item.get()).map_err(|_| DecodeError::Malformed)?;
    let mut records = list.strictly("").map_err(|_| DecodeError::NotARecord)?.into_iter();
    match (records.next(), records.next()) {
        (Some(record), None) => Ok(record),
        _ => Err(DecodeError::NotARecord),
    }
}

/// The shop's own number of a record, in plain digits: the one that people read out.
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

/// The field that names the record.
pub(super) fn required_id(value: &Scalar<'_>, field: &'static str) -> Result<String, DecodeError> {
    match (value, value.text()) {
        (Scalar::Composite | Scalar::Flag(_), _) => Err(DecodeError::Unusable { field }),
        (_, None) => Err(DecodeError::Missing { field }),
        (_, Some(id)) if id.len() > MAX_ID => Err(DecodeError::TooLong { field }),
        (_, Some(id)) => Ok(id.to_owned()),
    }
}
