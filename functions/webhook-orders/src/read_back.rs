//! Asking the API for what a webhook names.

use serde_json::value::RawValue;
use shopcall_core::config::Contract;
use shopcall_core::domain::Order;
use shopcall_core::shoprenter::wire::{
    self, DecodeError, Decoded, InnerCode, OrderHint, RawRecord,
};
use shopcall_core::shoprenter::{ApiError, Priority, Session};
use shopcall_core::store::Cached;
use shopcall_core::sync::SyncRecord;

use crate::delivery::Work;

/// A record as the API has it now.
pub(crate) enum ReadBack<T> {
    /// This is it.
    Found(Cached<T>),
    /// The shop does not have it.
    Gone,
    /// It cannot be read now, or nothing can be made of it: what that is called.
    Later(&'static str),
}

impl<T> From<ApiError> for ReadBack<T> {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::NotFound { .. }
            | ApiError::Rejected { code: Some(InnerCode::NOT_FOUND), .. } => Self::Gone,
            error => Self::Later(error.name()),
        }
    }
}

impl<'a> Work<'a> {
    /// An order, by its id or by its number.
    pub(crate) async fn order(&self, hint: &OrderHint) -> ReadBack<Order> {
        match (&hint.id, &hint.inner_id) {
            (Some(id), _) => self.record(id).await,
            (None, Some(number)) => {
                let reading = self.by_number(number);
                let read = tokio::time::timeout(self.patience(), reading).await;
                read.map_or(ReadBack::Later("timed_out"), |read| read.unwrap_or_else(Into::into))
            }
            (None, None) => ReadBack::Gone,
        }
    }

    /// A record of any kind, by its id.
    pub(crate) async fn record<T: SyncRecord>(&self, id: &str) -> ReadBack<T> {
        let reading = self.by_id(id);
        let read = tokio::time::timeout(self.patience(), reading).await;
        read.map_or(ReadBack::Later("timed_out"), |read| read.unwrap_or_else(Into::into))
    }

    async fn by_id<T: SyncRecord>(&self, id: &str) -> Result<ReadBack<T>, ApiError> {
        let collection = T::collection(self.contract());
        let session = self.session().await?;
        let decoded = session
            .get_one(collection, id, |body| {
                let body = wire::body_text(body);
                let item =
                    wire::decode_single(&body).map_err(|_| ApiError::Malformed("not a record"))?;
                let decoded = self.decode::<T>(item)?;
                if decoded.as_ref().is_ok_and(|decoded| decoded.record.id() != id) {
                    return Err(ApiError::Malformed("another record"));
                }
                Ok(decoded)
            })
            .await?;
        Ok(self.found(decoded))
    }

    /// The order of that number: the first of those from it on, if it has it.
    async fn by_number(&self, number: &str) -> Result<ReadBack<Order>, ApiError> {
        if self.contract() == Contract::Brief {
            return Err(ApiError::Malformed("no filter by number"));
        }
        let query = format!("full=1&page=0&limit=1&innerIdMin={number}");
        let collection = Order::collection(self.contract());
        let session = self.session().await?;
        let decoded = session
            .get(collection, &query, |body| {
                let body = wire::body_text(body);
                let page =
                    wire::decode_page(&body).map_err(|_| ApiError::Malformed("not a page"))?;
                page.items.first().map(|item| self.decode::<Order>(item)).transpose()
            })
            .await?;
        Ok(match decoded {
            // Orders above it are no proof that there is none of that number: the API may lag.
            Some(Ok(order)) if order.record.inner_id.as_deref() != Some(number) => {
                ReadBack::Later("another_number")
            }
            Some(decoded) => self.found(decoded),
            None => ReadBack::Gone,
        })
    }

    fn decode<T: SyncRecord>(
        &self,
        item: &RawValue,
    ) -> Result<Result<Decoded<T>, DecodeError>, ApiError> {
        let context = self.context().ok_or(ApiError::Malformed("no context"))?;
        Ok(T::decode(item, self.contract(), context))
    }

    fn found<T: SyncRecord>(&self, decoded: Result<Decoded<T>, DecodeError>) -> ReadBack<T> {
        match decoded {
            Ok(Decoded { record, raw }) => ReadBack::Found(Cached {
                generation: self.owner().generation,
                record,
                raw: raw.map(RawRecord::into_bytes),
            }),
            Err(error) => {
                tracing::warn!(
                    store_id = %self.owner().store_id, resource = T::RESOURCE.as_str(),
                    error = %error, "a record that was read back cannot be decoded"
                );
                ReadBack::Later("not_decoded")
            }
        }
    }

    /// The session with the shop, begun when it is first wanted. Without a context nothing that is
    /// read could be understood, so nothing is.
    async fn session(&self) -> Result<&Session<'a>, ApiError> {
        if self.context().is_none() {
            return Err(ApiError::Malformed("no context"));
        }
        let endpoint = self.endpoint();
        let begin = || async {
            let secret = endpoint.secrets.get(endpoint.clock.now()).await;
            let secret = secret.map_err(|_| ApiError::Seal)?;
            let owner = self.owner();
            endpoint
                .client
                .session_of(
                    Priority::Interactive,
                    &owner.store_id,
                    owner.generation,
                    secret,
                    self.deadline(),
                )
                .await
        };
        self.begun_session().get_or_try_init(begin).await
    }
}
