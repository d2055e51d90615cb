//! Limits on JSON, checked before it is parsed.

use super::DeliveryError;

/// Nesting depth; a delivery has eight levels.
const MAX_DEPTH: usize = 64;
/// Some 60 fields per order and 25 per line: a hundred orders of thirty lines have fewer.
const MAX_VALUES: usize = 100_000;

/// Counts brackets and separators. Invalid JSON may pass; a parser follows.
pub(in super::super) fn check(json: &str) -> Result<(), DeliveryError> {
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
