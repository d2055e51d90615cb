//! Webhook registrations: `/webHooks`.

use shopcall_domain::{ApiError, ListedWebhook, WantedWebhook};

use super::client::Session;
use super::wire;
use crate::Contract;

const RESOURCE: &str = "webHooks";
const PAGE: u64 = 200;
/// Far more pages of webhooks than any shop has.
const MAX_PAGES: u64 = 10;

impl Session {
    /// Lists all webhooks of the shop, including other applications'. Entries that cannot be read
    /// are left out: they cannot be this app's.
    pub(super) async fn find_webhooks(&self) -> Result<Vec<ListedWebhook>, ApiError> {
        let mut all = Vec::new();
        for number in 0..MAX_PAGES {
            let query = match (self.contract(), number) {
                (Contract::Official, _) => format!("full=1&page={number}&limit={PAGE}"),
                // The brief does not say whether these pages count from 1 like its others.
                (Contract::Brief, 0) => format!("full=1&limit={PAGE}"),
                (Contract::Brief, _) => format!("full=1&page={}&limit={PAGE}", number + 1),
            };
            let found = self.get(RESOURCE, &query, |body| {
                let body = wire::body_text(body);
                let page =
                    wire::decode_page(&body).map_err(|_| ApiError::Malformed("not a page"))?;
                let items = page.items.iter().filter_map(|item| wire::decode_registration(item));
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
        let body = wire::encode_registration(wanted);
        self.post(RESOURCE, &body, |answer| {
            let answer = wire::body_text(answer);
            wire::decode_created_id(&answer).ok_or(ApiError::Malformed("not a registration"))
        })
        .await
    }

    /// Replaces a webhook's registration with `wanted`.
    pub(super) async fn replace_webhook(
        &self,
        id: &str,
        wanted: &WantedWebhook<'_>,
    ) -> Result<(), ApiError> {
        self.put(RESOURCE, id, &wire::encode_registration(wanted)).await
    }

    /// Removes a webhook; succeeds if it no longer exists.
    pub(super) async fn delete_webhook(&self, id: &str) -> Result<(), ApiError> {
        match self.delete(RESOURCE, id).await {
            Err(ApiError::NotFound { .. }) => Ok(()),
            result => result,
        }
    }
}
