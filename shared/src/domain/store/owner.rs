//! Who a store belongs to at ShopCall: said once, within the life of the install that brought it.

use super::{Store, StoreState};
use crate::domain::UserId;

/// What a claim comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The store is the user's from now on.
    Bound(Box<Store>),
    /// It was already.
    AlreadyBound,
    /// It is another user's.
    Taken,
    /// The store is not installed, or its present generation came from another install.
    OtherInstall,
}

impl Store {
    /// Binds the store to `user`, if its generation came from the install that is named.
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
