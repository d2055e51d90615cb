//! Two shapes that stand for more than they say: a list that may be one bare object, and a link
//! that stands for a record.

mod link;
mod list;

pub(super) use link::{MAX_ID, Ref};
pub(super) use list::OneOrMany;
