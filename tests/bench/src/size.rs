//! Sizes of the functions, uncompressed and as the archive deployed to Lambda.

use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::functions::{self, ALL, EMPTY};
use crate::report::{Figure, Unit, step, table};

/// Overhead of an archive with a single file named `bootstrap`: a local header (30 bytes) and a
/// directory entry (46), each with the name (9), and the end record (22).
const ARCHIVE_BYTES: usize = 30 + 46 + 2 * 9 + 22;
/// Compression level of `sam deploy`, which is zlib's default. The highest level saves half a per
/// cent.
const LEVEL: u32 = 6;
const ZIPPED_MB: f64 = 2.0;
const SYNC_ZIPPED_MB: f64 = 2.5;

pub(crate) fn run() -> Vec<Figure> {
    step("size: compressing each function");
    let (mut rows, mut figures) = (Vec::new(), Vec::new());
    for function in [EMPTY].into_iter().chain(ALL) {
        let binary = fs::read(functions::binary(function)).unwrap();
        let plain = binary.len() as f64 / 1e6;
        let zipped = (deflated(&binary) + ARCHIVE_BYTES) as f64 / 1e6;
        rows.push(vec![function.to_owned(), format!("{plain:.2} MB"), format!("{zipped:.2} MB")]);
        if function != EMPTY {
            let most = if functions::is_sync_worker(function) { SYNC_ZIPPED_MB } else { ZIPPED_MB };
            let figure = Figure::less(format!("{function}, zipped"), zipped, Unit::Of("MB"));
            figures.push(figure.budget(most));
        }
    }
    let title = format!("size: the binary, and the archive at deflate's level {LEVEL}");
    table(&title, &["function", "plain", "zipped"], &rows);
    figures
}

fn deflated(bytes: &[u8]) -> usize {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(LEVEL));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().len()
}
