//! Who may come in: signatures, keys, bearers. Pure: bytes, key and now in, verdict out.

mod app_url;
mod bearer;
mod capability;
mod seal;
mod session;
mod signature;

pub use app_url::redirect_target;
pub use bearer::{BearerRefusal, BearerSecrets};
pub use capability::{CapabilityKey, KeySelector, KeyVerifier};
pub use seal::{DataKeys, SealError};
pub use session::{Session, SessionKeys, SessionRefusal, SessionToken};
pub use signature::{Form, Parameter, Purpose, Refusal, SigningKeys, Verified, verify_callback};

/// A list of secrets that would let anybody in, or nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSecrets {
    /// The list is empty.
    #[error("no secret is given; give at least one, the newest first")]
    NoneGiven,
    /// One of them is empty, so anybody could compute with it.
    #[error("one of the secrets is empty")]
    Empty,
}
