//! The text of a record as ShopRenter sent it, compressed for storage.

use std::cell::RefCell;
use std::fmt;

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

/// On products, 6 leaves 33 % and takes 60 µs each; 1 leaves 36 % and takes half as long.
const LEVEL: u32 = 6;

/// A DynamoDB item holds 400 KB, and a product's own fields take up to 300 KB of it.
pub(super) const MAX_PACKED: usize = 96 * 1024;

/// Deflate, no flags, no time, no hint about the level, no system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// A checksum and the length of the text.
const TRAILER: usize = 8;
/// What compression may add to a text that has nothing to compress.
const OVERHEAD: usize = 128;

thread_local! {
    /// Its tables take 300 KB; making new ones takes twice as long as compressing a product.
    static COMPRESSOR: RefCell<Compress> =
        RefCell::new(Compress::new(Compression::new(LEVEL), false));
}

/// A record's JSON as ShopRenter sent it.
#[derive(Clone, PartialEq, Eq)]
pub struct RawRecord(String);

impl RawRecord {
    /// Takes the text of a record, to be compressed when it is stored.
    pub(super) fn of(json: &str) -> Self {
        Self(json.to_owned())
    }

    /// The bytes to store: a gzip file of at most 96 KiB. The same text gives the same bytes, for
    /// the file's header has neither a name nor a time.
    ///
    /// A text that compresses to more is replaced by `{}`; none but noise does.
    pub fn into_bytes(self) -> Vec<u8> {
        packed(&self.0).or_else(|| packed("{}")).unwrap_or_default()
    }
}

impl fmt::Debug for RawRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawRecord({} bytes)", self.0.len())
    }
}

/// The compressed text; none where it is too large. Stops as soon as that is known.
fn packed(json: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity((json.len() + OVERHEAD).min(MAX_PACKED - TRAILER));
    bytes.extend_from_slice(&HEADER);
    // Fills the capacity and never goes beyond.
    let status = COMPRESSOR.with_borrow_mut(|compressor| {
        compressor.reset();
        compressor.compress_vec(json.as_bytes(), &mut bytes, FlushCompress::Finish)
    });
    if !matches!(status, Ok(Status::StreamEnd)) {
        return None;
    }
    let mut checksum = Crc::new();
    checksum.update(json.as_bytes());
    bytes.extend_from_slice(&checksum.sum().to_le_bytes());
    bytes.extend_from_slice(&checksum.amount().to_le_bytes());
    Some(bytes)
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Read as _;

    use flate2::bufread::GzDecoder;
    use proptest::prelude::*;

    use super::*;

    /// Opens what is stored.
    pub(in super::super) fn unpacked(bytes: &[u8]) -> String {
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
        assert_ne!(stored("{}"), bytes);
        assert_eq!(stored(json), bytes);
    }

    #[test]
    fn text_that_is_repetitive_is_stored_smaller() {
        let json = format!(r#"{{"items":[{}0]}}"#, r#"{"price":"5310.0000"},"#.repeat(1_000));
        let bytes = stored(&json);
        assert!(bytes.len() < json.len() / 20, "{} of {}", bytes.len(), json.len());
        assert_eq!(unpacked(&bytes), json);
    }

    fn noise(bytes: usize) -> String {
        let mut state = 1u64;
        let random = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b' ' + (state >> 58) as u8)
        });
        random.take(bytes).collect()
    }

    #[test]
    fn largest_original_is_within_the_bound() {
        let sizes = (1..=130).map(|kib| stored(&noise(kib * 1024)).len());
        let largest = sizes.max().unwrap();
        assert!((MAX_PACKED - 2_048..=MAX_PACKED).contains(&largest), "{largest}");
    }

    #[test]
    fn noise_larger_than_the_bound_is_stored_empty() {
        assert_eq!(unpacked(&stored(&noise(2 * MAX_PACKED))), "{}");
    }

    #[test]
    fn raw_record_is_not_printed() {
        assert!(format!("{:?}", RawRecord::of("{}")).starts_with("RawRecord("));
    }

    proptest! {
        #[test]
        fn any_text_is_opened_as_it_was(json in "\\PC{0,400}") {
            let bytes = stored(&json);
            prop_assert_eq!(unpacked(&bytes), json.as_str());
            prop_assert_eq!(stored(&json), bytes);
        }
    }
}
