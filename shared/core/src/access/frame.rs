//! Proof of which store a page without a session belongs to.
//!
//! A reload of the store's page gets a shell before the store is known. The proof in its address
//! lets the shell be framed by that store's own domain. It opens nothing: it is signed as another
//! version than a session, and the shell has no data of any store.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::SessionKeys;
use crate::domain::{Generation, StoreId};

/// Longer than a session, whose end the reloaded page must be able to say.
const LIFE: SignedDuration = SignedDuration::from_hours(24);
const VERSION: &str = "f1";

/// A store whose page a shell replaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameProof {
    /// Store that the page belongs to.
    #[serde(rename = "s")]
    pub store_id: StoreId,
    /// Install that was opened.
    #[serde(rename = "g")]
    pub generation: Generation,
    /// Expiry in Unix seconds.
    #[serde(rename = "e")]
    expires_at: i64,
}

impl FrameProof {
    /// The proof for an install, valid for a day.
    pub fn begin(store_id: StoreId, generation: Generation, now: Timestamp) -> Self {
        Self { store_id, generation, expires_at: (now + LIFE).as_second() }
    }
}

impl SessionKeys {
    /// Signs a proof for the page's address.
    pub fn prove(&self, proof: &FrameProof) -> String {
        self.signed(VERSION, proof)
    }

    /// Verifies a proof; None if it is not ours or has expired.
    pub fn proven(&self, token: &str, now: Timestamp) -> Option<FrameProof> {
        let proof: FrameProof = self.authenticated(VERSION, token)?;
        (now.as_second() < proof.expires_at).then_some(proof)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Session;

    fn keys() -> SessionKeys {
        SessionKeys::derive(&[[1; 32]]).unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn store() -> StoreId {
        "platform:demo".parse().unwrap()
    }

    #[test]
    fn proof_is_valid_for_a_day() {
        let proof = FrameProof::begin(store(), Generation(3), at(1_000));
        let token = keys().prove(&proof);
        assert_eq!(keys().proven(&token, at(1_000 + 86_399)), Some(proof));
        assert_eq!(keys().proven(&token, at(1_000 + 86_400)), None);
        let other = SessionKeys::derive(&[[2; 32]]).unwrap();
        assert_eq!(other.proven(&token, at(1_000)), None);
    }

    #[test]
    fn proof_and_session_are_not_interchangeable() {
        let proof = keys().prove(&FrameProof::begin(store(), Generation(3), at(1_000)));
        assert!(keys().verify(&proof, at(1_000)).is_err());
        assert!(keys().verify(&proof.replace("f1.", "v1."), at(1_000)).is_err());
        let session = keys().sign(&Session::begin(store(), Generation(3), at(1_000), [7; 8]));
        assert_eq!(keys().proven(session.reveal(), at(1_000)), None);
        assert_eq!(keys().proven(&session.reveal().replace("v1.", "f1."), at(1_000)), None);
    }
}
