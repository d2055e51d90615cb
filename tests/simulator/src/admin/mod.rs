//! The shop's admin: signs calls, shows the app, and acts as the merchant's browser.

mod browser;
pub(crate) mod call;
mod flow;
pub(crate) mod page;
pub(crate) mod scopes;

pub use browser::Step;
pub use call::{SignedCall, UninstallOrder};
pub use flow::Story;

pub(crate) use browser::describe;
pub(crate) use flow::{install, open, uninstall};
