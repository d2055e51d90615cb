//! What every record has in common: it is one object, and it has an id.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::decoded::{DecodeError, Decoded};
use super::projection::{Allowed, RawRecord, project_tape};
use super::scalar::Scalar;
use super::shape::{MAX_ID, OneOrMany};
use super::tape::Tape;

/// Decodes an item: makes a record of its fields by `map`, and keeps what is `allowed` of them.
pub(super) fn decode<'a, W: Deserialize<'a>, T>(
    item: &'a RawValue,
    allowed: Allowed,
    map: impl FnOnce(W) -> Result<T, DecodeError>,
) -> Result<Decoded<T>, DecodeError> {
    let tape = Tape::of(item.get())?;
    let record = map(one_record(&tape)?)?;
    Ok(Decoded { record, raw: RawRecord::of(project_tape(&tape, allowed)?) })
}

/// Reads an item as the object that it has to be.
fn one_record<'a, T: Deserialize<'a>>(tape: &Tape<'a>) -> Result<T, DecodeError> {
    let list: OneOrMany<T> =
        OneOrMany::deserialize(tape.root()).map_err(|_| DecodeError::Malformed)?;
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
