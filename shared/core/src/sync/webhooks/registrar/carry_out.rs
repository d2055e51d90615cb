//! Carries out a plan step by step. After an interruption the next plan continues from the state
//! reached: a key is stored before the platform receives it, and expires only after another is in
//! use.

use std::collections::{BTreeMap, BTreeSet};

use super::super::keys::{KeyEnd, ended_keys};
use super::super::plan::Decision;
use super::{Registrar, Work};
use crate::access::{CapabilityKey, KeySelector};
use crate::domain::{ApiError, FailureKind, WantedWebhook, WebhookEvent, WebhookUrl, random};
use crate::storage::{FieldsDigest, NewKey};

impl Registrar {
    /// Carries out a plan. A refusal of one event does not affect the others; a failure that the
    /// next request would meet too ends the reconciliation.
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
                        "the platform refused a webhook"
                    );
                }
                Err(error) => return Err(error),
            }
        }
        // A failed event keeps the webhook it has.
        let is_needed = |id: &String| {
            let mut listed = work.listed.iter();
            listed.any(|listed| listed.id == *id && failed.contains(listed.event.as_str()))
        };
        for id in plan.remove.iter().filter(|id| !is_needed(id)) {
            work.admin.remove_webhook(id).await?;
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

    /// Carries out the decision for one event and returns its delivery key.
    async fn settle(
        &self,
        work: &Work<'_>,
        event: WebhookEvent,
        decision: Decision,
    ) -> Result<Option<KeySelector>, ApiError> {
        let (id, key) = match decision {
            Decision::Keep { id, key, note, accept } => {
                if let Some(key) = key.as_ref().filter(|_| note) {
                    self.note(work, event, &id, key).await?;
                }
                if let Some(fields) = accept {
                    self.accept_fields(work, event, &fields).await?;
                }
                return Ok(key);
            }
            Decision::Create { silent } => {
                let (url, key) = self.new_address(work, event).await?;
                let id = self.create(work, event, &url, Some(&key)).await?;
                if silent {
                    let (store_id, generation) = work.store;
                    tracing::warn!(
                        store_id = %store_id, event = event.as_str(), "webhook is silent"
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
        let asked = FieldsDigest::of(work.wanted.fields(event));
        Ok(self.rows.registered(store_id, generation, event, (id, key), &asked, now).await?)
    }

    /// Records the fields that the shop lists since it was asked for ours.
    async fn accept_fields(
        &self,
        work: &Work<'_>,
        event: WebhookEvent,
        fields: &FieldsDigest,
    ) -> Result<(), ApiError> {
        let (store_id, generation) = work.store;
        if *fields != FieldsDigest::of(work.wanted.fields(event)) {
            tracing::warn!(
                store_id = %store_id, event = event.as_str(),
                "the shop lists other webhook fields than requested"
            );
        }
        Ok(self.rows.accept_fields(store_id, generation, event, fields).await?)
    }

    /// Creates an address with a new key, which is stored before the platform receives it.
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

    /// Registers a webhook; if the platform rejects the fields, without them. A `new_key` that was
    /// certainly not registered expires at once.
    async fn create(
        &self,
        work: &Work<'_>,
        event: WebhookEvent,
        url: &WebhookUrl,
        new_key: Option<&KeySelector>,
    ) -> Result<String, ApiError> {
        let wanted = webhook(work, event, url);
        let result = match work.admin.create_webhook(&wanted).await {
            Err(ApiError::Rejected { status: 400 | 422, .. }) if !wanted.fields.is_empty() => {
                work.admin.create_webhook(&WantedWebhook { fields: &[], ..wanted }).await
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

    /// Corrects a webhook; if the platform refuses, replaces it.
    async fn correct(
        &self,
        work: &Work<'_>,
        event: WebhookEvent,
        id: String,
        url: &WebhookUrl,
        new_key: Option<&KeySelector>,
    ) -> Result<String, ApiError> {
        let wanted = webhook(work, event, url);
        match work.admin.correct_webhook(&id, &wanted).await {
            Ok(()) => Ok(id),
            Err(ApiError::Rejected { .. } | ApiError::NotFound { .. }) => {
                work.admin.remove_webhook(&id).await?;
                self.create(work, event, url, new_key).await
            }
            Err(error) => Err(error),
        }
    }
}

fn webhook<'a>(work: &'a Work<'_>, event: WebhookEvent, url: &'a WebhookUrl) -> WantedWebhook<'a> {
    let fields = work.wanted.fields(event);
    WantedWebhook { event: event.as_str(), label: work.label, url, fields }
}

/// Whether the platform has certainly not registered the webhook. A conflict (409) does not prove
/// that: the existing webhook may be this one.
fn is_refused(error: &ApiError) -> bool {
    match error {
        ApiError::Rejected { status, .. } => *status != 409,
        error => error.kind() == FailureKind::Permanent,
    }
}

/// Whether the failure concerns a single event.
fn is_of_one_event(error: &ApiError) -> bool {
    matches!(error, ApiError::Rejected { .. } | ApiError::NotFound { .. })
}
