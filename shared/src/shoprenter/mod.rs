//! ShopRenter, as it really is: tokens, pages, retries, and the shapes on its wire.

mod body;
mod client;
mod domains;
mod error;
mod exchange;
mod pace;
mod permission;
mod retry;
mod slot;
mod tokens;
mod webhooks;
pub mod wire;

pub use client::{Client, RequestStats, Session};
pub use error::{ApiError, FailureKind};
pub use pace::{Pace, Queue};
pub use permission::{WEBHOOK_PERMISSION, permission_for};
pub use retry::{Deadline, RetrySchedule};
pub use slot::Priority;
pub use tokens::{AccessToken, TokenSource};
