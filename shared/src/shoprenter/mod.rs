//! ShopRenter, as it really is: tokens, pages, retries, and the shapes on its wire.

mod body;
mod client;
mod error;
mod pace;
mod retry;
mod tokens;
pub mod wire;

pub use client::{Client, RequestStats, Session};
pub use error::{ApiError, FailureKind};
pub use pace::Pace;
pub use retry::{Deadline, RetrySchedule};
pub use tokens::{AccessToken, TokenSource};
