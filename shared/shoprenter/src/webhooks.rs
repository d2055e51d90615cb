//! Webhook registrations: `/webHooks`, or `/webhooks` under the brief's contract.

use serde_json::value::RawValue;
use shopcall_domain::{ApiError, ListedWebhook, WantedWebhook};

use super::client::Session;
use super::wire;
use crate::Contract;
use crate::pages::PAGE;

/// Far more pages of webhooks than any shop has.
const MAX_PAGES: u64 = 10;

impl Session {
    /// Lists all webhooks of the shop, including other applications'. Entries that cannot be read
    /// are left out: they cannot be this app's.
    pub(super) async fn find_webhooks(&self) -> Result<Vec<ListedWebhook>, ApiError> {
        let mut all = Vec::new();
        for number in 0..MAX_PAGES {
            let (query, decode): (_, fn(&RawValue) -> Option<ListedWebhook>) = match self.contract()
            {
                Contract::Official => {
                    (format!("full=1&page={number}&limit={PAGE}"), wire::decode_registration)
                }
                Contract::Brief => {
                    let query = format!("page={}&limit={PAGE}", number + 1);
                    (query, wire::brief::decode_registration)
                }
            };
            let found = self.get(self.webhooks(), &query, |body| {
                let body = wire::body_text(body);
                let page = self.understand(&body)?;
                let items = page.items.iter().filter_map(|item| decode(item));
                Ok((items.collect::<Vec<_>>(), page.has_next && !page.items.is_empty()))
            });
            let (items, has_next) = match found.await {
                Err(ApiError::PastEnd) => return Ok(all),
                found => found?,
            };
            all.extend(items);
            if !has_next {
                return Ok(all);
            }
        }
        // A partial list would make existing webhooks look missing.
        Err(ApiError::Endless)
    }

    /// Registers a webhook and returns ShopRenter's id for it. Unless the error is a clear refusal,
    /// the webhook may exist after a failure; only the list can confirm it.
    pub(super) async fn register_webhook(
        &self,
        wanted: &WantedWebhook<'_>,
    ) -> Result<String, ApiError> {
        let body = match self.contract() {
            Contract::Official => wire::encode_registration(wanted),
            Contract::Brief => wire::brief::encode_registration(wanted),
        };
        self.post(self.webhooks(), &body, |answer| {
            let answer = wire::body_text(answer);
            wire::decode_created_id(&answer).ok_or(ApiError::Malformed("not a registration"))
        })
        .await
    }

    /// Replaces a webhook's registration with `wanted`. The brief's contract has no request for
    /// that, so it is refused there; the caller then registers another.
    pub(super) async fn replace_webhook(
        &self,
        id: &str,
        wanted: &WantedWebhook<'_>,
    ) -> Result<(), ApiError> {
        match self.contract() {
            Contract::Official => {
                self.put(self.webhooks(), id, &wire::encode_registration(wanted)).await
            }
            Contract::Brief => Err(ApiError::Rejected { status: 405, code: None }),
        }
    }

    /// Removes a webhook; succeeds if it no longer exists.
    pub(super) async fn delete_webhook(&self, id: &str) -> Result<(), ApiError> {
        match self.delete(self.webhooks(), id).await {
            Err(ApiError::NotFound { .. }) => Ok(()),
            result => result,
        }
    }

    fn webhooks(&self) -> &'static str {
        match self.contract() {
            Contract::Official => "webHooks",
            Contract::Brief => "webhooks",
        }
    }
}
