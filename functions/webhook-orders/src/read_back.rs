//! Reads records named by webhooks through the API.

use std::sync::Arc;

use shopcall_core::domain::{
    ApiError, DecodeError, History, Order, OrderHint, Priority, ShopAccess, ShopRecord, ShopSource,
};
use shopcall_core::storage::Cached;
use shopcall_core::sync::{SyncRecord, history_of};

use crate::delivery::Work;

/// Outcome of reading a record back.
pub(crate) enum ReadBack<T> {
    /// Current record.
    Found(Cached<T>),
    /// The shop has no such record.
    Gone,
    /// The record cannot be read or decoded now; contains the reason for the log.
    Later(&'static str),
}

impl<T> From<ApiError> for ReadBack<T> {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::NotFound { .. } => Self::Gone,
            error => Self::Later(error.name()),
        }
    }
}

impl<'a> Work<'a> {
    /// Reads an order by id or by number. An order that was given an outer id answers to its own
    /// id, with the outer one: it is the same order if its number is the same.
    pub(crate) async fn order(&self, hint: &OrderHint) -> ReadBack<Order> {
        match (&hint.id, &hint.inner_id) {
            (Some(id), number) => match self.record::<Order>(id).await {
                ReadBack::Found(order)
                    if order.record.id != *id
                        && (number.is_none() || order.record.inner_id != *number) =>
                {
                    ReadBack::Later("another_order")
                }
                read => read,
            },
            (None, Some(number)) => {
                let reading = self.by_number(number);
                let read = tokio::time::timeout(self.tolerance(), reading).await;
                read.map_or(ReadBack::Later("timed_out"), |read| read.unwrap_or_else(Into::into))
            }
            (None, None) => ReadBack::Gone,
        }
    }

    /// Reads an order's history, if there is time.
    pub(crate) async fn history(&self, order: &Order) -> History {
        let reading = async {
            match self.source().await {
                Ok(source) => history_of(source, order).await,
                Err(_) => History::Later,
            }
        };
        tokio::time::timeout(self.deadline().left(), reading).await.unwrap_or(History::Later)
    }

    /// Reads a record of any resource by id.
    pub(crate) async fn record<T: SyncRecord>(&self, id: &str) -> ReadBack<T> {
        let reading = self.by_id(id);
        let read = tokio::time::timeout(self.tolerance(), reading).await;
        read.map_or(ReadBack::Later("timed_out"), |read| read.unwrap_or_else(Into::into))
    }

    async fn by_id<T: SyncRecord>(&self, id: &str) -> Result<ReadBack<T>, ApiError> {
        let decoded = self.source().await?.record(T::RESOURCE, id).await?;
        Ok(self.found(decoded))
    }

    /// Finds an order by number.
    async fn by_number(&self, number: &str) -> Result<ReadBack<Order>, ApiError> {
        let Some(decoded) = self.source().await?.order_by_number(number).await? else {
            return Ok(ReadBack::Gone);
        };
        Ok(match self.found::<Order>(decoded) {
            // A shop that ignores the filter lists any order.
            ReadBack::Found(order) if order.record.inner_id.as_deref() != Some(number) => {
                ReadBack::Later("another_number")
            }
            found => found,
        })
    }

    fn found<T: SyncRecord>(&self, decoded: Result<ShopRecord, DecodeError>) -> ReadBack<T> {
        match decoded {
            Ok(record) => T::cached(record, self.owner().generation)
                .map_or(ReadBack::Later("malformed"), ReadBack::Found),
            Err(error) => {
                tracing::warn!(
                    store_id = %self.owner().store_id, resource = T::RESOURCE.as_str(),
                    error = %error, "a record that was read back cannot be decoded"
                );
                ReadBack::Later("not_decoded")
            }
        }
    }

    /// Opens the shop's API on first use. Without a context nothing could be decoded, so nothing is
    /// read.
    async fn source(&self) -> Result<&dyn ShopSource, ApiError> {
        let context = self.context().ok_or(ApiError::Malformed("no context"))?;
        let (endpoint, owner) = (self.endpoint(), self.owner());
        let open = || async {
            let secret = endpoint.secrets.get(endpoint.clock.now()).await;
            let secret = secret.map_err(|_| ApiError::Seal)?;
            let access = ShopAccess {
                store: owner.store_id.clone(),
                generation: owner.generation,
                credentials: Arc::clone(&secret.credentials),
                priority: Priority::Interactive,
                deadline: self.deadline(),
            };
            let source = endpoint.platforms.open(access).await?;
            source.use_context(context);
            Ok(source)
        };
        self.opened_source().get_or_try_init(open).await.map(|source| &**source)
    }
}
