//! The stored form's bytes.

use std::fmt;
use std::io::Read;

use zstd::stream::read::Decoder;

use super::transcode::MAX_RECORD;

/// On pages of products: 3 gives 10.2 % of the JSON received at 2.6 ms a megabyte, 1 gives 10.5 %
/// at 2.1 ms, 6 gives 9.9 % at 7 ms, 9 the same at 14 ms.
const LEVEL: i32 = 3;

/// A row holds 400 KB and this is not all of it. Only a record full of noise packs to more; of
/// such a one nothing is kept here.
pub(super) const MAX_PACKED: usize = 96 * 1024;

/// Escapes, quotes and names come on top of what the texts may take.
const MAX_UNPACKED: u64 = 8 * MAX_RECORD as u64;

/// A record's allowed fields as JSON, compressed. The same record gives the same bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct RawRecord(Vec<u8>);

/// Stored bytes that are no record: cut short, or not written by this application.
#[derive(Debug, thiserror::Error)]
#[error("the stored record cannot be read")]
pub struct UnreadableRecord(#[source] Option<std::io::Error>);

impl RawRecord {
    pub(in super::super) fn pack(json: &[u8]) -> Self {
        // Compressing fails where memory does, and the record is worth more than its raw form.
        let packed = |json| zstd::bulk::compress(json, LEVEL).unwrap_or_default();
        let bytes = packed(json);
        Self(if bytes.len() > MAX_PACKED { packed(b"{}") } else { bytes })
    }

    /// Takes bytes that were stored.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The JSON, of bounded size whatever the bytes are.
    pub fn unpack(&self) -> Result<String, UnreadableRecord> {
        let mut json = String::new();
        let decoder = Decoder::new(self.0.as_slice()).map_err(|e| UnreadableRecord(Some(e)))?;
        let read = decoder.take(MAX_UNPACKED).read_to_string(&mut json);
        match read.map_err(|e| UnreadableRecord(Some(e)))? {
            size if size as u64 == MAX_UNPACKED => Err(UnreadableRecord(None)),
            _ => Ok(json),
        }
    }
}

impl fmt::Debug for RawRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawRecord({} bytes)", self.0.len())
    }
}
