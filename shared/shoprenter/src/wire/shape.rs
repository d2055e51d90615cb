//! Two ambiguous shapes of the API: a list that is a bare object when it has one element, and a
//! link that replaces a record.

mod link;
mod list;

pub(super) use link::{MAX_ID, Ref};
pub(super) use list::OneOrMany;
