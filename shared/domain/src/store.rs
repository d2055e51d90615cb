//! A store's life cycle: installed, opened, in need of attention, uninstalled, reinstalled.
//!
//! All transitions are pure. A platform's calls can arrive twice, late and out of order, so they are
//! ordered by the time that the platform signed, not by the time of arrival.

mod health;
mod owner;
mod sharing;
mod timetable;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Generation, HostName, Resource, StoreId, SyncConfig, UserId};

pub use owner::Claim;
pub use sharing::NotShared;

/// A shop that installed the app, at its current generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Store {
    /// The store's id.
    #[serde(rename = "store_id")]
    pub id: StoreId,
    /// The current install.
    pub generation: Generation,
    /// Whether the app is installed and can work.
    pub state: StoreState,
    /// Why the store needs attention, if it does.
    pub attention: Option<Attention>,
    /// Since when the store has needed attention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub troubled_since: Option<Timestamp>,
    /// Whether scheduled syncs are paused until the app is opened again.
    #[serde(default)]
    pub paused: bool,
    /// Resources that cannot be read until the shop's owner grants a permission.
    #[serde(rename = "lacking", default, skip_serializing_if = "BTreeSet::is_empty")]
    pub missing_permissions: BTreeSet<Resource>,
    /// Permissions, under the platform's names, that the last completed run of each resource lacked
    /// and did without.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ungranted: BTreeMap<Resource, BTreeSet<String>>,
    /// Resources that the merchant does not share with the assistant.
    #[serde(rename = "withheld", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub not_shared: BTreeMap<Resource, NotShared>,
    /// Whether the set-up of this generation (token, first syncs) is complete.
    pub set_up: bool,
    /// Id of the pending install that this generation came from, if the opening named one.
    pub sr_install: Option<String>,
    /// When the platform signed the last opening of this generation.
    pub opened_at: Timestamp,
    /// When the platform signed the last uninstall of this generation.
    pub uninstalled_at: Option<Timestamp>,
    /// When this generation was first stored.
    pub installed_at: Timestamp,
    /// The sync schedule.
    #[serde(default)]
    pub sync: SyncConfig,
    /// When the next scheduled work is due: a sync, an erasure, or after an uninstall the purge. None
    /// if nothing is scheduled: the index of due stores is sparse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// The ShopCall user who owns the store, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The host of the shop's primary domain, if known; it may frame the store's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<HostName>,
    /// When the domain was last read from the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain_read_at: Option<Timestamp>,
}

/// State of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreState {
    /// Installed and working.
    Active,
    /// Installed, but not working until the merchant acts.
    NeedsAttention,
    /// No longer installed.
    Uninstalled,
}

/// Why a store needs attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    /// The platform refuses a token for this shop.
    ClientRefused,
}

/// Effect of an opening of the app on a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// Starts a new generation.
    Begins(Store),
    /// The store is already installed; at most the time of the last opening changes.
    Continues(Store),
    /// Signed before the last uninstall, so it changes nothing.
    Outdated,
}

/// Effect of an uninstall on a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Uninstall {
    /// Ends the current generation.
    Ends(Store),
    /// The generation has already ended. Clean-up may be incomplete, and the time of the uninstall
    /// may be later than the stored one.
    AlreadyEnded(Store),
    /// Signed before the current generation began, so it concerns an older one.
    Outdated,
}

impl Store {
    /// Applies an opening of the app. `known` is the stored store, if any.
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
                // A different install id means that the uninstall in between was lost.
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
            missing_permissions: BTreeSet::new(),
            ungranted: BTreeMap::new(),
            // The merchant's choices outlive a reinstall unless the store was purged.
            not_shared: known.map(|known| known.not_shared.clone()).unwrap_or_default(),
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

    /// Applies an uninstall signed at `signed_at`.
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

    /// Whether `generation` is the current one and has not ended.
    pub fn is_installed(&self, generation: Generation) -> bool {
        self.generation == generation && self.state != StoreState::Uninstalled
    }
}

#[cfg(test)]
mod tests;
