//! A store's life: installed, opened, in need of attention, uninstalled, installed again.
//!
//! All transitions are pure. A platform's calls come twice, late and out of order, so what decides
//! is the time that the platform signed, never the time at which a call happens to arrive.

mod health;
mod owner;
mod sharing;
mod timetable;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Generation, HostName, Resource, StoreId, SyncConfig, UserId};

pub use owner::Claim;
pub use sharing::Withheld;

/// One shop that installed the app, at its present generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Store {
    /// Names the store.
    #[serde(rename = "store_id")]
    pub id: StoreId,
    /// Which install this is.
    pub generation: Generation,
    /// Whether the app may work for it.
    pub state: StoreState,
    /// Why it needs attention, while it does.
    pub attention: Option<Attention>,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub troubled_since: Option<Timestamp>,
    /// Whether the schedule leaves it alone until the app is opened again.
    #[serde(default)]
    pub paused: bool,
    /// What cannot be read for lack of a permission that the shop's owner has to grant.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub lacking: BTreeSet<Resource>,
    /// What the merchant does not share with the assistant.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub withheld: BTreeMap<Resource, Withheld>,
    /// Whether this generation's set-up (token, first syncs) has been completed.
    pub set_up: bool,
    /// The pending install that this generation came from, if the opening named one.
    pub sr_install: Option<String>,
    /// When the platform signed the last opening of this generation.
    pub opened_at: Timestamp,
    /// When the platform signed the last uninstall after it.
    pub uninstalled_at: Option<Timestamp>,
    /// When this generation was recorded here.
    pub installed_at: Timestamp,
    /// How often it is synchronised.
    #[serde(default)]
    pub sync: SyncConfig,
    /// When the schedule has something to do for it: a sync, or after an uninstall the purge.
    /// None where it has nothing to do: the index of due stores is sparse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// Whose it is at ShopCall, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The host of the shop's primary domain, where it is known: it may frame the store's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<HostName>,
    /// When the shop was last asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain_read_at: Option<Timestamp>,
}

/// Whether the app may work for a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreState {
    /// Installed and well.
    Active,
    /// Installed, but nothing works until the merchant does something.
    NeedsAttention,
    /// Not installed any more.
    Uninstalled,
}

/// What a merchant must look into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    /// The platform gives the app no token for this shop.
    ClientRefused,
}

/// What an opening of the app does to a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// A new generation begins.
    Begins(Store),
    /// The store is installed already; at the most it is known now to have been opened later.
    Continues(Store),
    /// The opening was signed before the store was uninstalled: it is an echo.
    Outdated,
}

/// What an uninstall does to a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Uninstall {
    /// This generation ends.
    Ends(Store),
    /// It has ended before; only its remains may be left to clear, and the uninstall may be a later
    /// one than was known.
    AlreadyEnded(Store),
    /// It was signed before the present generation began, so it is about an older one.
    Outdated,
}

impl Store {
    /// Opens the app for a shop that may or may not be known.
    pub fn open(
        known: Option<&Self>,
        id: &StoreId,
        signed_at: Timestamp,
        sr_install: Option<&str>,
        now: Timestamp,
    ) -> Opening {
        let generation = match known {
            None => Generation::default().next(),
            Some(store) if store.state != StoreState::Uninstalled => {
                let opened_at = store.opened_at.max(signed_at);
                // Another install than the one it came from: the uninstall between them was lost.
                let sr_install = sr_install.map(str::to_owned).or(store.sr_install.clone());
                return Opening::Continues(Self { opened_at, sr_install, ..store.clone() });
            }
            Some(store) if store.uninstalled_at.is_some_and(|ended| signed_at <= ended) => {
                return Opening::Outdated;
            }
            Some(store) => store.generation.next(),
        };
        let begins = Self {
            id: id.clone(),
            generation,
            state: StoreState::Active,
            attention: None,
            troubled_since: None,
            paused: false,
            lacking: BTreeSet::new(),
            // What the merchant chose outlives a reinstall, as long as it is known.
            withheld: known.map(|known| known.withheld.clone()).unwrap_or_default(),
            set_up: false,
            sr_install: sr_install.map(str::to_owned),
            opened_at: signed_at,
            uninstalled_at: None,
            installed_at: now,
            sync: known.map(|known| known.sync).unwrap_or_default(),
            due_at: None,
            user_id: None,
            domain: None,
            domain_read_at: None,
        };
        Opening::Begins(begins.awaited(now))
    }

    /// Ends the present generation, unless the request was signed before it began.
    pub fn uninstall(&self, signed_at: Timestamp) -> Uninstall {
        if self.state == StoreState::Uninstalled {
            let uninstalled_at = self.uninstalled_at.max(Some(signed_at));
            let due_at = self.due_at.or(Some(timetable::purge_at(signed_at)));
            return Uninstall::AlreadyEnded(Self { uninstalled_at, due_at, ..self.clone() });
        }
        if signed_at < self.opened_at {
            return Uninstall::Outdated;
        }
        Uninstall::Ends(Self {
            state: StoreState::Uninstalled,
            uninstalled_at: Some(signed_at),
            due_at: Some(timetable::purge_at(signed_at)),
            ..self.well()
        })
    }

    /// Whether `generation` is the present one and has not ended.
    pub fn is_installed(&self, generation: Generation) -> bool {
        self.generation == generation && self.state != StoreState::Uninstalled
    }
}

#[cfg(test)]
mod tests;
