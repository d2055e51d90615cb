//! The stored form of a record: the fields on its resource's allow-list and nothing else,
//! canonical, compressed.

mod allowed;
mod customers;
mod orders;
mod packed;
mod products;
mod transcode;

pub(super) use allowed::{Allowed, FORBIDDEN, Field};
pub(super) use customers::CUSTOMER;
pub(super) use orders::ORDER;
pub use packed::{RawRecord, UnreadableRecord};
pub(super) use products::{BRIEF_PRODUCT, PRODUCT};
pub(super) use transcode::project_tape;

/// What is stored of a record's text.
#[cfg(test)]
fn project(record: &str, allowed: Allowed) -> Result<Vec<u8>, super::decoded::DecodeError> {
    project_tape(&super::tape::Tape::of(record)?, allowed)
}

#[cfg(test)]
mod tests;
