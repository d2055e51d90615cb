//! Compressed original records for storage.

use std::fmt;
use std::io::Read;

use flate2::Compression;
use flate2::bufread::GzEncoder;

/// gzip level; higher ones take longer and save less than one per cent.
const LEVEL: u32 = 6;

/// A record's JSON as a platform sent it: a gzip file (RFC 1952).
#[derive(Clone, PartialEq, Eq)]
pub struct RawRecord(Vec<u8>);

impl RawRecord {
    /// Maximum size in bytes. A DynamoDB item holds 400 KB, of which a product's own fields take up
    /// to 300 KB.
    pub const MAX_BYTES: usize = 96 * 1024;

    /// Compresses a record's JSON. Deterministic: the gzip header has neither a name nor a time.
    ///
    /// A record larger than [`Self::MAX_BYTES`] after compression is replaced by `{}`; real
    /// records are far smaller.
    pub fn of(json: &str) -> Self {
        Self(packed(json).or_else(|| packed("{}")).unwrap_or_default())
    }

    /// The bytes to store.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl fmt::Debug for RawRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawRecord({} bytes)", self.0.len())
    }
}

/// Compresses the text; returns None as soon as it exceeds the maximum size.
fn packed(json: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(json.len() / 4);
    let encoder = GzEncoder::new(json.as_bytes(), Compression::new(LEVEL));
    encoder.take(RawRecord::MAX_BYTES as u64 + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() <= RawRecord::MAX_BYTES).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use flate2::bufread::GzDecoder;
    use proptest::prelude::*;

    use super::*;

    /// Decompresses stored bytes.
    fn unpacked(bytes: &[u8]) -> String {
        let mut json = String::new();
        GzDecoder::new(bytes).read_to_string(&mut json).unwrap();
        json
    }

    fn stored(json: &str) -> Vec<u8> {
        RawRecord::of(json).into_bytes()
    }

    #[test]
    fn text_is_stored_as_gzip_without_time_or_name() {
        let json = r#"{"id":"7", "name":"bögre"}"#;
        let bytes = stored(json);
        assert_eq!(bytes[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
        assert_eq!(unpacked(&bytes), json);
        assert_eq!(stored(json), bytes);
    }

    #[test]
    fn repetitive_text_is_stored_smaller() {
        let json = format!(r#"{{"items":[{}0]}}"#, r#"{"price":"5310.0000"},"#.repeat(1_000));
        let bytes = stored(&json);
        assert!(bytes.len() < json.len() / 20, "{} of {}", bytes.len(), json.len());
        assert_eq!(unpacked(&bytes), json);
    }

    #[test]
    fn noise_larger_than_the_bound_is_stored_empty() {
        let mut state = 1u64;
        let noise: String = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b'!' + (state >> 58) as u8)
        })
        .filter(|c| *c != '"' && *c != '\\')
        .take(2 * RawRecord::MAX_BYTES)
        .collect();
        assert_eq!(unpacked(&stored(&format!("{{\"total\":\"{noise}\"}}"))), "{}");
    }

    #[test]
    fn raw_record_is_not_printed() {
        assert!(format!("{:?}", RawRecord::of("{}")).starts_with("RawRecord("));
    }

    proptest! {
        #[test]
        fn any_text_is_restored_unchanged(json in "\\PC{0,400}") {
            prop_assert_eq!(unpacked(&stored(&json)), json);
        }
    }
}
