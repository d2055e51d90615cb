//! The registrations of webhooks: `/webHooks`.

use shopcall_domain::{ApiError, ListedWebhook, WantedWebhook};

use super::client::Session;
use super::wire;
use crate::Contract;

const RESOURCE: &str = "webHooks";
const PAGE: u64 = 200;
/// No shop has that many pages of webhooks.
const MAX_PAGES: u64 = 10;

impl Session {
    /// All webhooks of the shop, other applications' among them. An entry that cannot be read is
    /// left out: it is nobody's that could be told.
    pub(super) async fn find_webhooks(&self) -> Result<Vec<ListedWebhook>, ApiError> {
        let mut all = Vec::new();
        for number in 0..MAX_PAGES {
            let query = match (self.contract(), number) {
                (Contract::Official, _) => format!("full=1&page={number}&limit={PAGE}"),
                // The brief does not say whether these pages count from 1 as its others do.
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
        // Half a list would make what is there look missing.
        Err(ApiError::Endless)
    }

    /// Registers a webhook and returns ShopRenter's id of it. Where this fails without a clear
    /// refusal, the webhook may be registered all the same: only the list tells.
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

    /// Makes a registered webhook what it should be.
    pub(super) async fn replace_webhook(
        &self,
        id: &str,
        wanted: &WantedWebhook<'_>,
    ) -> Result<(), ApiError> {
        self.put(RESOURCE, id, &wire::encode_registration(wanted)).await
    }

    /// Removes a webhook; one that is gone already is as good.
    pub(super) async fn delete_webhook(&self, id: &str) -> Result<(), ApiError> {
        match self.delete(RESOURCE, id).await {
            Err(ApiError::NotFound { .. }) => Ok(()),
            result => result,
        }
    }
}
