//! `ShopSource` implemented by a session.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_trait::async_trait;
use shopcall_domain::{
    ApiError, DecodeError, History, HostName, IdPage, ListedWebhook, PageRequest, ReadContext,
    RecordPage, RequestStats, Resource, ShopAdmin, ShopContext, ShopInfo, ShopRecord, ShopSource,
    SkippedFields, WantedWebhook,
};

use crate::client::Session;
use crate::context::{self, Known};
use crate::wire;

#[async_trait]
impl ShopSource for Session {
    async fn read_context(&self, resource: Resource) -> Result<ReadContext, ApiError> {
        let Known { context, is_zone_known } = context::read(self, resource).await?;
        let read = ReadContext { context: context.to_domain(), is_time_zone_known: is_zone_known };
        let _is_first = self.decoding.set(context).is_ok();
        Ok(read)
    }

    fn use_context(&self, context: &ShopContext) {
        let _is_first = self.decoding.set(wire::ShopContext::from_domain(context)).is_ok();
    }

    async fn page(&self, request: PageRequest) -> Result<Option<RecordPage>, ApiError> {
        self.record_page(request).await
    }

    async fn ids(&self, resource: Resource, number: u64) -> Result<Option<IdPage>, ApiError> {
        self.id_page(resource, number).await
    }

    async fn record(
        &self,
        resource: Resource,
        id: &str,
    ) -> Result<Result<ShopRecord, DecodeError>, ApiError> {
        self.one_record(resource, id).await
    }

    async fn order_by_number(
        &self,
        number: &str,
    ) -> Result<Option<Result<ShopRecord, DecodeError>>, ApiError> {
        self.order_numbered(number).await
    }

    fn take_skipped(&self) -> BTreeMap<Resource, SkippedFields> {
        self.all_skipped()
    }

    fn missing_permissions(&self) -> BTreeSet<&'static str> {
        self.refused.permissions()
    }

    async fn order_history(&self, id: &str) -> Result<History, ApiError> {
        self.newest_history(id).await
    }

    async fn shop_info(&self) -> Result<Option<ShopInfo>, ApiError> {
        self.read_shop_info().await
    }

    fn stats(&self) -> RequestStats {
        self.request_stats()
    }

    fn interval(&self) -> Duration {
        self.request_interval()
    }

    fn round_trip(&self) -> Duration {
        self.smoothed_round_trip()
    }
}

#[async_trait]
impl ShopAdmin for Session {
    async fn primary_domain(&self) -> Result<Option<HostName>, ApiError> {
        self.find_primary_domain().await
    }

    async fn list_webhooks(&self) -> Result<Vec<ListedWebhook>, ApiError> {
        self.find_webhooks().await
    }

    async fn create_webhook(&self, wanted: &WantedWebhook<'_>) -> Result<String, ApiError> {
        self.register_webhook(wanted).await
    }

    async fn correct_webhook(&self, id: &str, wanted: &WantedWebhook<'_>) -> Result<(), ApiError> {
        self.replace_webhook(id, wanted).await
    }

    async fn remove_webhook(&self, id: &str) -> Result<(), ApiError> {
        self.delete_webhook(id).await
    }

    async fn renew_token(&self) -> Result<(), ApiError> {
        self.take_new_token().await
    }
}
