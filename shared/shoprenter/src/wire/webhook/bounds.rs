//! How much JSON is read at all. Looked at before anything is made of it.

use super::DeliveryError;

/// Objects and arrays in each other; a delivery has eight.
const MAX_DEPTH: usize = 64;
/// Some 60 fields an order and 25 a line: a hundred orders of thirty lines have fewer.
const MAX_VALUES: usize = 100_000;

/// Counts what opens, closes and separates. What is not JSON passes or not; a parser comes next.
pub(super) fn check(json: &str) -> Result<(), DeliveryError> {
    let (mut depth, mut values) = (0_usize, 0_usize);
    let mut bytes = json.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => skip_string(&mut bytes),
            b'{' | b'[' => {
                depth += 1;
                values += 1;
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(DeliveryError::TooDeep);
        }
        if values > MAX_VALUES {
            return Err(DeliveryError::TooLarge);
        }
    }
    Ok(())
}

fn skip_string(bytes: &mut std::str::Bytes<'_>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
}
