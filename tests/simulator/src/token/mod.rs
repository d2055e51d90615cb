//! Tokens: the official endpoint, the product brief's endpoint, and the issued tokens.

pub(crate) mod brief;
mod jwt;
pub(crate) mod official;
mod request;

pub(crate) use jwt::write as write_jwt;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    time::{Duration, Instant},
};

const MAX_TOKENS: usize = 5_000;
const MAX_CODES: usize = 1_000;

/// Validity of a bearer token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Good(BTreeSet<String>),
    Expired,
    Unknown,
}

#[derive(Debug)]
struct Issued {
    expires: Instant,
    scopes: BTreeSet<String>,
}

/// Tokens, codes and refresh tokens of a shop.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    access: HashMap<String, Issued>,
    refresh: HashSet<String>,
    /// Codes by creation order, so that the oldest can be evicted.
    codes: BTreeMap<u64, String>,
    next_code: u64,
}

impl Tokens {
    pub(crate) fn issue(
        &mut self,
        token: String,
        scopes: BTreeSet<String>,
        lifetime: Duration,
        invalidates_previous: bool,
        now: Instant,
    ) {
        if invalidates_previous {
            self.access.clear();
        }
        if self.access.len() >= MAX_TOKENS {
            self.access.retain(|_, issued| issued.expires > now);
        }
        if self.access.len() >= MAX_TOKENS {
            self.access.clear();
        }
        self.access.insert(token, Issued { expires: now + lifetime, scopes });
    }

    pub(crate) fn judge(&self, token: &str, now: Instant) -> Verdict {
        match self.access.get(token) {
            None => Verdict::Unknown,
            Some(issued) if issued.expires <= now => Verdict::Expired,
            Some(issued) => Verdict::Good(issued.scopes.clone()),
        }
    }

    /// Revokes all access tokens; refresh tokens stay valid.
    pub(crate) fn revoke_access(&mut self) -> usize {
        std::mem::take(&mut self.access).len()
    }

    /// Revokes everything, as an uninstall does.
    pub(crate) fn clear(&mut self) {
        *self = Self { next_code: self.next_code, ..Self::default() };
    }

    pub(crate) fn count(&self) -> usize {
        self.access.len()
    }

    pub(crate) fn add_refresh(&mut self, token: String) {
        if self.refresh.len() >= MAX_TOKENS {
            self.refresh.clear();
        }
        self.refresh.insert(token);
    }

    /// Consumes a refresh token; returns true once for each.
    pub(crate) fn take_refresh(&mut self, token: &str) -> bool {
        self.refresh.remove(token)
    }

    pub(crate) fn has_refresh(&self, token: &str) -> bool {
        self.refresh.contains(token)
    }

    pub(crate) fn add_code(&mut self, code: String) {
        self.codes.insert(self.next_code, code);
        self.next_code += 1;
        if self.codes.len() > MAX_CODES {
            self.codes.pop_first();
        }
    }

    /// Consumes an authorisation code; returns true once for each.
    pub(crate) fn take_code(&mut self, code: &str) -> bool {
        let found = self.codes.iter().find(|(_, known)| *known == code).map(|(key, _)| *key);
        found.is_some_and(|key| self.codes.remove(&key).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_is_valid_until_expiry_or_revocation() {
        let (mut tokens, now) = (Tokens::default(), Instant::now());
        let hour = Duration::from_secs(3600);
        tokens.issue("a".to_owned(), BTreeSet::new(), hour, false, now);
        assert_eq!(tokens.judge("a", now), Verdict::Good(BTreeSet::new()));
        assert_eq!(tokens.judge("a", now + hour), Verdict::Expired);
        tokens.issue("b".to_owned(), BTreeSet::new(), hour, true, now);
        assert_eq!(tokens.judge("a", now), Verdict::Unknown);
        tokens.revoke_access();
        assert_eq!(tokens.judge("b", now), Verdict::Unknown);
    }

    #[test]
    fn codes_and_refresh_tokens_work_once() {
        let mut tokens = Tokens::default();
        tokens.add_code("code".to_owned());
        tokens.add_refresh("refresh".to_owned());
        assert!(tokens.take_code("code") && !tokens.take_code("code"));
        assert!(tokens.take_refresh("refresh") && !tokens.take_refresh("refresh"));
    }
}
