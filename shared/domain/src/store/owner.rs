//! A store's owner at ShopCall, bound once per install, and its primary domain.

use jiff::{SignedDuration, Timestamp};

use super::{Store, StoreState};
use crate::{Generation, HostName, UserId};

/// How long a primary domain is used before it is read again: merchants seldom change it.
const DOMAIN_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Outcome of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The store is now bound to the user.
    Bound(Box<Store>),
    /// The store was already bound to the user.
    AlreadyBound,
    /// The store is bound to another user.
    Taken,
    /// The store is not installed, or its current generation came from another install.
    OtherInstall,
}

impl Store {
    /// Whether the shop's primary domain is known and was read within the last day.
    pub fn knows_domain(&self, now: Timestamp) -> bool {
        let is_new = |at| now.duration_since(at) < DOMAIN_KEPT;
        self.domain.is_some() && self.domain_read_at.is_some_and(is_new)
    }

    /// Records the shop's primary domain. None if nothing changes.
    pub fn reached_at(
        &self,
        generation: Generation,
        domain: Option<HostName>,
        now: Timestamp,
    ) -> Option<Self> {
        let domain_read_at = domain.is_some().then_some(now);
        let reached = Self { domain, domain_read_at, ..self.clone() };
        (self.is_installed(generation) && *self != reached).then_some(reached)
    }

    /// Binds the store to `user` if its generation came from `sr_install`.
    pub fn claim(&self, sr_install: &str, user: &UserId) -> Claim {
        let is_this = self.sr_install.as_deref() == Some(sr_install);
        if self.state == StoreState::Uninstalled || !is_this {
            return Claim::OtherInstall;
        }
        match &self.user_id {
            None => {
                let bound = Self { user_id: Some(user.clone()), ..self.clone() };
                Claim::Bound(Box::new(bound))
            }
            Some(owner) if owner == user => Claim::AlreadyBound,
            Some(_) => Claim::Taken,
        }
    }
}
