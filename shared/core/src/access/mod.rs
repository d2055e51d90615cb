//! Who may call: bearers, sessions, webhook keys, and the sealing of stored tokens. Pure: bytes, keys
//! and the time in, verdict out.

mod bearer;
mod seal;
mod session;
mod webhook_key;

pub use bearer::{BearerRefusal, BearerSecrets, InvalidSecrets};
pub use seal::{DataKeys, SealError};
pub use session::{Session, SessionKeys, SessionRefusal, SessionToken};
pub use webhook_key::{CapabilityKey, KeySelector, KeyVerifier};
