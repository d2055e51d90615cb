//! `Authorization: Bearer …` authentication for the routes that ShopCall and operators call.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// A list of secrets that would authenticate anyone, or no one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSecrets {
    /// The list is empty.
    #[error("no secret is given; give at least one, the newest first")]
    NoneGiven,
    /// One of the secrets is empty, so that anyone could present it.
    #[error("one of the secrets is empty")]
    Empty,
}

/// The secrets that a caller may present, newest first. Holds only their SHA-256.
#[derive(Clone)]
pub struct BearerSecrets(Vec<[u8; 32]>);

/// Why a caller is not authenticated. Holds nothing that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum BearerRefusal {
    /// No `Authorization` header.
    #[error("the Authorization header is missing")]
    Missing,
    /// Another scheme, or no token after it.
    #[error("the Authorization header is not of the form `Bearer <token>`")]
    NotBearer,
    /// The token is none of the secrets.
    #[error("the bearer token is not known")]
    Unknown,
}

impl BearerSecrets {
    /// Accepts one secret, or several during a rotation.
    pub fn new<S: AsRef<[u8]>>(
        newest_first: impl IntoIterator<Item = S>,
    ) -> Result<Self, InvalidSecrets> {
        let digests: Vec<_> = newest_first
            .into_iter()
            .map(|secret| match secret.as_ref() {
                [] => Err(InvalidSecrets::Empty),
                secret => Ok(sha256(secret)),
            })
            .collect::<Result<_, _>>()?;
        if digests.is_empty() { Err(InvalidSecrets::NoneGiven) } else { Ok(Self(digests)) }
    }

    /// Returns the index of the secret presented in the header; 0 is the newest.
    ///
    /// Both sides are hashed and every secret is compared in constant time, so that timing reveals
    /// neither a secret's length nor how much of it matched.
    pub fn check(&self, authorization: Option<&[u8]>) -> Result<usize, BearerRefusal> {
        let presented = sha256(token(authorization.ok_or(BearerRefusal::Missing)?)?);
        let mut matched = 0_u64;
        for (place, secret) in (1_u64..).zip(&self.0) {
            let same: Choice = secret.ct_eq(&presented);
            matched.conditional_assign(&place, same);
        }
        usize::try_from(matched)
            .ok()
            .and_then(|place| place.checked_sub(1))
            .ok_or(BearerRefusal::Unknown)
    }
}

impl fmt::Debug for BearerSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerSecrets([redacted])")
    }
}

/// RFC 9110, section 11.4: the scheme in any case, one or more spaces, the token.
fn token(header: &[u8]) -> Result<&[u8], BearerRefusal> {
    let header = header.trim_ascii();
    let space = header.iter().position(|byte| *byte == b' ').ok_or(BearerRefusal::NotBearer)?;
    let (scheme, token) = header.split_at(space);
    if scheme.eq_ignore_ascii_case(b"bearer") {
        Ok(token.trim_ascii_start())
    } else {
        Err(BearerRefusal::NotBearer)
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str) -> Result<usize, BearerRefusal> {
        BearerSecrets::new(["new-secret", "old-secret"]).unwrap().check(Some(header.as_bytes()))
    }

    #[test]
    fn each_rotated_secret_returns_its_index() {
        assert_eq!(check("Bearer new-secret"), Ok(0));
        assert_eq!(check("Bearer old-secret"), Ok(1));
    }

    #[test]
    fn scheme_is_case_insensitive() {
        assert_eq!(check("bearer new-secret"), Ok(0));
        assert_eq!(check("BEARER  new-secret "), Ok(0));
    }

    #[test]
    fn partial_or_wrong_secret_is_unknown() {
        for token in ["new-secre", "new-secrett", "New-secret", "new-secret old-secret", "\u{e1}"] {
            assert_eq!(check(&format!("Bearer {token}")), Err(BearerRefusal::Unknown), "{token}");
        }
    }

    #[test]
    fn other_scheme_or_missing_token_is_refused() {
        for header in
            ["", "Bearer", "Bearer ", "Basic new-secret", "new-secret", "Bearernew-secret"]
        {
            assert_eq!(check(header), Err(BearerRefusal::NotBearer), "{header}");
        }
        let secrets = BearerSecrets::new(["new-secret"]).unwrap();
        assert_eq!(secrets.check(None), Err(BearerRefusal::Missing));
    }

    #[test]
    fn missing_or_empty_secret_is_invalid() {
        let none: [&str; 0] = [];
        assert_eq!(BearerSecrets::new(none).unwrap_err(), InvalidSecrets::NoneGiven);
        assert_eq!(BearerSecrets::new(["secret", ""]).unwrap_err(), InvalidSecrets::Empty);
    }

    #[test]
    fn secrets_debug_output_is_redacted() {
        let secrets = BearerSecrets::new(["new-secret"]).unwrap();
        assert_eq!(format!("{secrets:?}"), "BearerSecrets([redacted])");
    }
}
