//! What a merchant sees in the browser, in Hungarian and English.
//!
//! Pages are rendered on the server and work without the script. They hold no address but relative
//! ones, so that they work under any prefix: every page's path has three segments, and the
//! stylesheet and the script lie at `../../assets/`. All output is escaped by the template engine.

pub mod assets;
mod connect;
mod format;
mod language;
mod notice;
mod policy;
mod shell;
mod signed;
mod store;
mod texts;

pub use connect::ConnectPage;
pub use language::{Language, language_of};
pub use notice::Notice;
pub use shell::shell;
pub use signed::{Authenticated, SignedAuth, unavailable, unavailable_within};
pub use store::{ActionResult, Count, StorePage};
