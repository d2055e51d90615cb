//! Carrying a plan out, step by step. Wherever it breaks off, the next plan begins with what was
//! reached: a key is known before the platform is told of it, and given up after another is in use.

use std::collections::{BTreeMap, BTreeSet};

use super::super::keys::{KeyEnd, ended_keys};
use super::super::plan::Decision;
use super::{Registrar, Work};
use crate::access::{CapabilityKey, KeySelector};
use crate::domain::{ApiError, FailureKind, WantedWebhook, WebhookEvent, WebhookUrl, random};
use crate::storage::NewKey;

impl Registrar {
    /// Carries a plan out. What the platform refuses for one event does not keep the others from
    /// theirs; what the next request would meet too ends it.
    pub(super) async fn carry_out(&self, work: &Work<'_>) -> Result<(), ApiError> {
        let (store_id, generation) = work.store;
        let plan = self.plan(work);
        let (mut in_use, mut failed) = (BTreeMap::new(), BTreeSet::new());
        for (event, decision) in plan.decisions {
            match self.settle(work, event, decision).await {
                Ok(key) => in_use.extend(key.map(|key| (event, key))),
                Err(error) if is_of_one_event(&error) => {
                    failed.insert(event.as_str());
                    tracing::warn!(
                        store_id = %store_id, event = event.as_str(), error = %error,
                        "the platform refuses a webhook"
                    );
                }
                Err(error) => return Err(error),
            }
        }
        // What an event that failed still has is better than nothing.
        let is_needed = |id: &String| {
            let mut listed = work.listed.iter();
            listed.any(|listed| listed.id == *id && failed.contains(listed.event.as_str()))
        };
        for id in plan.remove.iter().filter(|id| !is_needed(id)) {
            work.source.remove_webhook(id).await?;
        }
        for event in plan.forget {
            self.rows.forget(store_id, generation, event).await?;
        }
        for (key, end) in ended_keys(&self.view(work), &in_use) {
            match end {
                KeyEnd::Now => self.rows.drop_key(store_id, &key).await?,
                KeyEnd::At(end) => self.rows.expire_key(store_id, &key, end).await?,
            }
        }
        Ok(())
    }

    /// Does what is decided for one event, and returns the key that it is delivered with then.
    async fn settle(
        &self,
        work: &Work<'_>,
        event: WebhookEvent,
        decision: Decision,
    ) -> Result<Option<KeySelector>, ApiError> {
        let (id, key) = match decision {
            Decision::Keep { key, note: false, .. } => return Ok(key),
            Decision::Keep { key: None, .. } => return Ok(None),
            Decision::Keep { id, key: Some(key), .. } => {
                self.note(work, event, &id, &key).await?;
                return Ok(Some(key));
            }
            Decision::Create { silent } => {
                let (url, key) = self.new_address(work, event).await?;
                let id = self.create(work, event, &url, Some(&key)).await?;
                if silent {
                    let (store_id, generation) = work.store;
                    tracing::warn!(
                        store_id = %store_id, event = event.as_str(), "a webhook has fallen silent"
                    );
                    let now = self.clock.now();
                    self.rows.note_silent(store_id, generation, event, now).await?;
                }
                (id, key)
            }
            Decision::Correct { id, url: Some((url, key)) } => {
                (self.correct(work, event, id, &url, None).await?, key)
            }
            Decision::Correct { id, url: None } => {
                let (url, key) = self.new_address(work, event).await?;
                (self.correct(work, event, id, &url, Some(&key)).await?, key)
            }
        };
        self.note(work, event, &id, &key).await?;
        Ok(Some(key))
    }

    async fn note(
        &self,
        work: &Work<'_>,
        event: WebhookEvent,
        id: &str,
        key: &KeySelector,
    ) -> Result<(), ApiError> {
        let (store_id, generation) = work.store;
        let now = self.clock.now();
        Ok(self.rows.registered(store_id, generation, event, (id, key), now).await?)
    }

    /// An address with a new key, which is known here before anybody is told of it.
    async fn new_address(
        &self,
        work: &Work<'_>,
        event: WebhookEvent,
    ) -> Result<(WebhookUrl, KeySelector), ApiError> {
        let (store_id, generation) = work.store;
        let key = CapabilityKey::from_random(random::bytes());
        let new = NewKey { key: &key, store_id, generation, event, now: self.clock.now() };
        let begin = work.rows.registration(generation, event).is_none();
        if !self.rows.add_key(&new, begin).await? {
            return Err(ApiError::NotInstalled);
        }
        Ok((work.wanted.addresses.of(&key), key.selector()))
    }

    /// Registers, and where the platform does not like the fields, registers without a choice of
    /// them. A `new_key` that it surely did not take ends at once.
    async fn create(
        &self,
        work: &Work<'_>,
        event: WebhookEvent,
        url: &WebhookUrl,
        new_key: Option<&KeySelector>,
    ) -> Result<String, ApiError> {
        let wanted = webhook(work, event, url);
        let result = match work.source.create_webhook(&wanted).await {
            Err(ApiError::Rejected { status: 400 | 422, .. }) if !wanted.fields.is_empty() => {
                work.source.create_webhook(&WantedWebhook { fields: &[], ..wanted }).await
            }
            result => result,
        };
        if let (Err(error), Some(key)) = (&result, new_key)
            && is_refused(error)
        {
            self.rows.drop_key(work.store.0, key).await?;
        }
        result
    }

    /// Corrects, and where the platform refuses that, puts a new one in its place.
    async fn correct(
        &self,
        work: &Work<'_>,
        event: WebhookEvent,
        id: String,
        url: &WebhookUrl,
        new_key: Option<&KeySelector>,
    ) -> Result<String, ApiError> {
        let wanted = webhook(work, event, url);
        match work.source.correct_webhook(&id, &wanted).await {
            Ok(()) => Ok(id),
            Err(ApiError::Rejected { .. } | ApiError::NotFound { .. }) => {
                work.source.remove_webhook(&id).await?;
                self.create(work, event, url, new_key).await
            }
            Err(error) => Err(error),
        }
    }
}

fn webhook<'a>(work: &'a Work<'_>, event: WebhookEvent, url: &'a WebhookUrl) -> WantedWebhook<'a> {
    let fields = work.wanted.fields;
    WantedWebhook { event: event.as_str(), label: work.label, url, fields }
}

/// Whether the platform has surely not registered what it was asked to. That there is one already
/// (409) is no such word: it may be the very one.
fn is_refused(error: &ApiError) -> bool {
    match error {
        ApiError::Rejected { status, .. } => *status != 409,
        error => error.kind() == FailureKind::Permanent,
    }
}

/// Whether other events may fare better.
fn is_of_one_event(error: &ApiError) -> bool {
    matches!(error, ApiError::Rejected { .. } | ApiError::NotFound { .. })
}
