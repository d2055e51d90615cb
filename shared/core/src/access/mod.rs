//! Authentication of callers (bearer secrets, sessions, webhook keys) and sealing of stored tokens.
//! Pure functions of bytes, keys and the time.

mod bearer;
mod frame;
mod seal;
mod session;
mod webhook_key;

pub use bearer::{BearerRefusal, BearerSecrets, InvalidSecrets};
pub use frame::FrameProof;
pub use seal::{DataKeys, SealError};
pub use session::{Session, SessionKeys, SessionRefusal, SessionToken};
pub use webhook_key::{CapabilityKey, KeySelector, KeyVerifier};
