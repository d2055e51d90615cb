//! The stored form's bytes.

use std::cell::RefCell;
use std::fmt;
use std::io::Read;
use std::sync::LazyLock;

use zstd::bulk::Compressor;
use zstd::dict::{DecoderDictionary, EncoderDictionary};
use zstd::stream::read::Decoder;
use zstd::zstd_safe::get_dict_id_from_frame;

/// What records have in common, so that each need not say it again: without it a product packs to
/// 24 % of its JSON, with it to 5.5 %, in a third of the time. Made by `train-dictionary` in
/// `tests/bench`, of simulated shops: real ones have less in common.
///
/// It must never change: rows were packed with it. A new one is added beside it. Each packed
/// record tells the number of its dictionary, or that it has none.
const DICTIONARY: &[u8] = include_bytes!("dictionary.zdict");

/// On products, with the dictionary: 3 takes 1.9 ms a megabyte of JSON received, 1 as long, and
/// 6 five times that for a tenth fewer bytes.
const LEVEL: i32 = 3;

/// A row holds 400 KB and this is not all of it. Only a record full of noise packs to more; of
/// such a one nothing is kept here.
pub(super) const MAX_PACKED: usize = 96 * 1024;

/// Escapes, quotes and names come on top of what the texts may take.
const MAX_UNPACKED: u64 = 8 * super::transcode::MAX_RECORD as u64;

static ENCODER: LazyLock<EncoderDictionary<'static>> =
    LazyLock::new(|| EncoderDictionary::copy(DICTIONARY, LEVEL));
static DECODER: LazyLock<DecoderDictionary<'static>> =
    LazyLock::new(|| DecoderDictionary::copy(DICTIONARY));

thread_local! {
    /// Its tables are larger than what it compresses; to make them anew takes longer.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
}

/// A record's allowed fields as JSON, compressed. The same record gives the same bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct RawRecord(Form);

#[derive(Clone, PartialEq, Eq)]
enum Form {
    /// Not compressed yet.
    Json(Vec<u8>),
    Packed(Vec<u8>),
}

/// Stored bytes that are no record: cut short, or not written by this application.
#[derive(Debug, thiserror::Error)]
#[error("the stored record cannot be read")]
pub struct UnreadableRecord(#[source] Option<std::io::Error>);

impl RawRecord {
    /// Takes JSON, to be compressed when it is stored.
    pub(in super::super) fn of(json: Vec<u8>) -> Self {
        Self(Form::Json(json))
    }

    #[cfg(test)]
    pub(in super::super) fn pack(json: &[u8]) -> Self {
        Self(Form::Packed(packed(json)))
    }

    /// Takes bytes that were stored.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(Form::Packed(bytes))
    }

    /// The bytes to store.
    pub fn into_bytes(self) -> Vec<u8> {
        match self.0 {
            Form::Json(json) => packed(&json),
            Form::Packed(bytes) => bytes,
        }
    }

    /// The JSON, of bounded size whatever the bytes are.
    pub fn unpack(&self) -> Result<String, UnreadableRecord> {
        let io = |error| UnreadableRecord(Some(error));
        let packed = match &self.0 {
            Form::Json(json) => {
                return String::from_utf8(json.clone()).map_err(|_| UnreadableRecord(None));
            }
            Form::Packed(packed) => packed.as_slice(),
        };
        let mut json = String::new();
        let read = match get_dict_id_from_frame(packed) {
            None => Decoder::new(packed).map_err(io)?.take(MAX_UNPACKED).read_to_string(&mut json),
            // Of any other dictionary's, zstd says itself that this is the wrong one.
            Some(_) => Decoder::with_prepared_dictionary(packed, &DECODER)
                .map_err(io)?
                .take(MAX_UNPACKED)
                .read_to_string(&mut json),
        };
        match read.map_err(io)? {
            size if size as u64 == MAX_UNPACKED => Err(UnreadableRecord(None)),
            _ => Ok(json),
        }
    }
}

/// The bytes to store. Compressing fails where memory does, and the record is worth more than its
/// raw form.
fn packed(json: &[u8]) -> Vec<u8> {
    let bytes = compress(json).unwrap_or_default();
    if bytes.len() > MAX_PACKED { compress(b"{}").unwrap_or_default() } else { bytes }
}

fn compress(json: &[u8]) -> std::io::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|compressor| match compressor {
        Some(compressor) => compressor.compress(json),
        None => compressor.insert(Compressor::with_prepared_dictionary(&ENCODER)?).compress(json),
    })
}

impl fmt::Debug for RawRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Form::Json(bytes) | Form::Packed(bytes)) = &self.0;
        write!(f, "RawRecord({} bytes)", bytes.len())
    }
}
