//! A store's life: installed, opened, in need of attention, uninstalled, installed again.
//!
//! All transitions are pure. ShopRenter's calls come twice, late and out of order, so what decides
//! is the time that ShopRenter signed, never the time at which a call happens to arrive.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Generation, StoreId};

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
    /// Whether this generation's set-up (token, first syncs) has been completed.
    pub set_up: bool,
    /// The pending install that this generation came from, if the opening named one.
    pub sr_install: Option<String>,
    /// When ShopRenter signed the last opening of this generation.
    pub opened_at: Timestamp,
    /// When ShopRenter signed the last uninstall after it.
    pub uninstalled_at: Option<Timestamp>,
    /// When this generation was recorded here.
    pub installed_at: Timestamp,
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
    /// ShopRenter gives the app no token for this shop.
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
                return Opening::Continues(Self { opened_at, ..store.clone() });
            }
            Some(store) if store.uninstalled_at.is_some_and(|ended| signed_at <= ended) => {
                return Opening::Outdated;
            }
            Some(store) => store.generation.next(),
        };
        Opening::Begins(Self {
            id: id.clone(),
            generation,
            state: StoreState::Active,
            attention: None,
            set_up: false,
            sr_install: sr_install.map(str::to_owned),
            opened_at: signed_at,
            uninstalled_at: None,
            installed_at: now,
        })
    }

    /// Ends the present generation, unless the request was signed before it began.
    pub fn uninstall(&self, signed_at: Timestamp) -> Uninstall {
        if self.state == StoreState::Uninstalled {
            let uninstalled_at = self.uninstalled_at.max(Some(signed_at));
            return Uninstall::AlreadyEnded(Self { uninstalled_at, ..self.clone() });
        }
        if signed_at < self.opened_at {
            return Uninstall::Outdated;
        }
        Uninstall::Ends(Self {
            state: StoreState::Uninstalled,
            attention: None,
            uninstalled_at: Some(signed_at),
            ..self.clone()
        })
    }

    /// The set-up of `generation` is complete and the store is well. None where nothing changes.
    pub fn set_up_done(&self, generation: Generation) -> Option<Self> {
        let done =
            Self { state: StoreState::Active, attention: None, set_up: true, ..self.clone() };
        (self.is_installed(generation) && *self != done).then_some(done)
    }

    /// What needed attention works again. None where nothing changes.
    pub fn recovered(&self, generation: Generation) -> Option<Self> {
        let is_troubled = self.generation == generation && self.state == StoreState::NeedsAttention;
        is_troubled.then(|| Self { state: StoreState::Active, attention: None, ..self.clone() })
    }

    /// The merchant must look into something. None where nothing changes.
    pub fn needs_attention(&self, generation: Generation, why: Attention) -> Option<Self> {
        let troubled =
            Self { state: StoreState::NeedsAttention, attention: Some(why), ..self.clone() };
        (self.is_installed(generation) && *self != troubled).then_some(troubled)
    }

    /// Whether `generation` is the present one and has not ended.
    pub fn is_installed(&self, generation: Generation) -> bool {
        self.generation == generation && self.state != StoreState::Uninstalled
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ShopName;
    use proptest::prelude::*;

    fn id() -> StoreId {
        StoreId::of(&ShopName::parse("demo").unwrap())
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn opened(known: Option<&Store>, second: i64) -> Store {
        match Store::open(known, &id(), at(second), None, at(second)) {
            Opening::Begins(store) | Opening::Continues(store) => store,
            Opening::Outdated => panic!("outdated"),
        }
    }

    fn uninstalled(store: &Store, second: i64) -> Store {
        match store.uninstall(at(second)) {
            Uninstall::Ends(store) => store,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn opening_again_is_only_remembered() {
        let store = opened(None, 0);
        let again = opened(Some(&store), 60);
        assert_eq!(again, Store { opened_at: at(60), ..store });
        assert_eq!(opened(Some(&again), 30), again);
    }

    #[test]
    fn an_uninstall_that_is_overtaken_by_the_reinstall_ends_nothing() {
        let reinstalled = opened(Some(&opened(None, 0)), 20);
        assert_eq!(reinstalled.uninstall(at(10)), Uninstall::Outdated);
    }

    #[test]
    fn of_two_uninstalls_the_later_one_holds() {
        let gone = uninstalled(&opened(None, 0), 10);
        let Uninstall::AlreadyEnded(gone) = gone.uninstall(at(20)) else { panic!("not ended") };
        assert_eq!(Store::open(Some(&gone), &id(), at(15), None, at(30)), Opening::Outdated);
    }

    #[test]
    fn a_reinstall_is_a_new_generation() {
        let first = opened(None, 0);
        let second = opened(Some(&uninstalled(&first, 10)), 20);
        assert_eq!((first.generation, second.generation), (Generation(1), Generation(2)));
        assert!(!second.set_up);
    }

    #[test]
    fn a_late_uninstall_does_not_end_the_new_install() {
        let again = opened(Some(&uninstalled(&opened(None, 0), 10)), 20);
        assert_eq!(again.uninstall(at(10)), Uninstall::Outdated);
    }

    #[test]
    fn an_echo_of_an_old_opening_does_not_undo_an_uninstall() {
        let gone = uninstalled(&opened(None, 0), 10);
        assert_eq!(Store::open(Some(&gone), &id(), at(5), None, at(30)), Opening::Outdated);
    }

    #[test]
    fn an_uninstall_that_comes_twice_is_one() {
        let gone = uninstalled(&opened(None, 0), 10);
        assert_eq!(gone.uninstall(at(10)), Uninstall::AlreadyEnded(gone));
    }

    #[test]
    fn what_concerns_an_older_generation_changes_nothing() {
        let again = opened(Some(&uninstalled(&opened(None, 0), 10)), 20);
        assert_eq!(again.set_up_done(Generation(1)), None);
        assert_eq!(again.needs_attention(Generation(1), Attention::ClientRefused), None);
    }

    #[test]
    fn attention_ends_with_the_next_complete_set_up() {
        let store = opened(None, 0);
        let troubled = store.needs_attention(Generation(1), Attention::ClientRefused).unwrap();
        let well = troubled.set_up_done(Generation(1)).unwrap();
        assert_eq!((well.state, well.attention), (StoreState::Active, None));
        assert_eq!(well.set_up_done(Generation(1)), None);
    }

    #[test]
    fn attention_ends_with_a_run_that_succeeds() {
        let store = opened(None, 0);
        assert_eq!(store.recovered(Generation(1)), None);
        let troubled = store.needs_attention(Generation(1), Attention::ClientRefused).unwrap();
        assert_eq!(troubled.recovered(Generation(1)), Some(store));
        assert_eq!(troubled.recovered(Generation(2)), None);
    }

    proptest! {
        /// Whatever the order of arrival, the call that was signed last decides, an uninstall
        /// before an opening of the same second.
        #[test]
        fn the_last_signed_call_decides(
            calls in proptest::collection::vec((any::<bool>(), 0i64..30), 1..12)
        ) {
            let mut store = opened(None, 0);
            for (is_opening, second) in &calls {
                if *is_opening {
                    match Store::open(Some(&store), &id(), at(*second), None, at(*second)) {
                        Opening::Begins(new) => {
                            prop_assert_eq!(new.generation, store.generation.next());
                            store = new;
                        }
                        Opening::Continues(same) => store = same,
                        Opening::Outdated => {}
                    }
                } else {
                    match store.uninstall(at(*second)) {
                        Uninstall::Ends(ended) | Uninstall::AlreadyEnded(ended) => store = ended,
                        Uninstall::Outdated => {}
                    }
                }
            }
            let last = |wanted: bool| {
                let signed = calls.iter().filter(|(is_opening, _)| *is_opening == wanted);
                signed.map(|(_, second)| *second).max()
            };
            let is_installed = last(true).max(Some(0)) > last(false);
            prop_assert_eq!(store.state != StoreState::Uninstalled, is_installed);
        }
    }
}
