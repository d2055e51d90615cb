//! Cache of decoding contexts, because a shop's webhooks come in bursts.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use shopcall_core::domain::{Generation, ShopContext, StoreId};
use shopcall_core::runtime::http::Failure;
use shopcall_core::storage::ContextRepository;

/// Maximum number of cached contexts, of a few kilobytes each.
const MAX_SHOPS: usize = 100;
/// Lifetime of a context, after which a status the merchant added is recognised.
const LIFE: SignedDuration = SignedDuration::from_mins(5);

/// Contexts by store and generation, least recently used evicted first.
#[derive(Debug)]
pub(crate) struct Contexts {
    repository: ContextRepository,
    kept: Mutex<HashMap<(StoreId, Generation), Kept>>,
}

#[derive(Debug)]
struct Kept {
    context: Arc<ShopContext>,
    read_at: Timestamp,
    used_at: Timestamp,
}

impl Contexts {
    /// Creates a cache over `repository`.
    pub(crate) fn new(repository: ContextRepository) -> Self {
        Self { repository, kept: Mutex::default() }
    }

    /// Returns a store's context, or `None` if no run of this generation has stored one or its
    /// version is newer.
    pub(crate) async fn get(
        &self,
        store: &StoreId,
        generation: Generation,
        now: Timestamp,
    ) -> Result<Option<Arc<ShopContext>>, Failure> {
        let key = (store.clone(), generation);
        if let Some(context) = self.kept(&key, now) {
            return Ok(Some(context));
        }
        let context = self.repository.get(store, generation).await?;
        let Some(context) = context else { return Ok(None) };
        let context = Arc::new(context);
        self.keep(key, Arc::clone(&context), now);
        Ok(Some(context))
    }

    fn kept(&self, key: &(StoreId, Generation), now: Timestamp) -> Option<Arc<ShopContext>> {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.get_mut(key)?;
        kept.used_at = now;
        (now.duration_since(kept.read_at) < LIFE).then(|| Arc::clone(&kept.context))
    }

    fn keep(&self, key: (StoreId, Generation), context: Arc<ShopContext>, now: Timestamp) {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MAX_SHOPS && !all.contains_key(&key) {
            let longest_unused = all.iter().min_by_key(|(_, kept)| kept.used_at);
            if let Some(key) = longest_unused.map(|(key, _)| key.clone()) {
                all.remove(&key);
            }
        }
        all.insert(key, Kept { context, read_at: now, used_at: now });
    }
}
