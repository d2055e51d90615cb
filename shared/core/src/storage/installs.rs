//! Pending installs and observed signed requests; DynamoDB expires both.

use aws_sdk_dynamodb::Client;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_item};

use super::error::{StoreError, applied};
use super::keys;
use crate::domain::{Purpose, StoreId, random};

/// Time allowed from the callback to the first opening of the app.
const INSTALL_LIFE: SignedDuration = SignedDuration::from_mins(15);
/// Maximum length of an install's id, in bytes.
const MAX_ID: usize = 64;
/// Longer than a signature is accepted, including clock differences.
const SEEN_LIFE: SignedDuration = SignedDuration::from_mins(15);

/// Longer than a session of the store's page, so that no form can be submitted twice.
const ONCE_LIFE: SignedDuration = SignedDuration::from_hours(2);

/// The Installs table.
#[derive(Debug, Clone)]
pub struct InstallRepository {
    client: Client,
    table: String,
}

/// An install that started with a callback and waits for the first opening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingInstall {
    /// Store being installed.
    pub store_id: StoreId,
    /// Time of the callback.
    pub begun_at: Timestamp,
    /// Expiry in Unix seconds; DynamoDB deletes the row some time later.
    pub expires_at: i64,
}

/// Whether a signed request was observed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observation {
    /// Not observed before.
    First,
    /// Observed at the same address: a reload or a replay.
    Again,
    /// Observed at another address. The signature does not cover the address.
    Elsewhere,
}

impl InstallRepository {
    /// Creates a repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Stores a pending install for 15 minutes. Repeating the call changes nothing.
    pub async fn begin(
        &self,
        sr_install: &str,
        store_id: &StoreId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let expires_at = (now + INSTALL_LIFE).as_second();
        let install = PendingInstall { store_id: store_id.clone(), begun_at: now, expires_at };
        let mut item = to_item(install).map_err(StoreError::malformed("Installs"))?;
        item.extend(keys::install(sr_install));
        self.put_once(item, "store a pending install").await.map(drop)
    }

    /// Finds a pending install that has not expired. Ids that are empty or too long are not looked
    /// up: DynamoDB rejects such keys, which would look like an internal error.
    pub async fn find(
        &self,
        sr_install: &str,
        now: Timestamp,
    ) -> Result<Option<PendingInstall>, StoreError> {
        if !(1..=MAX_ID).contains(&sr_install.len()) {
            return Ok(None);
        }
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keys::install(sr_install)))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("find an install"))?;
        let install: Option<PendingInstall> =
            answer.item.map(from_item).transpose().map_err(StoreError::malformed("Installs"))?;
        Ok(install.filter(|install| install.expires_at > now.as_second()))
    }

    /// Records a signed request to the address of `purpose`.
    pub async fn observe(
        &self,
        digest: &[u8; 32],
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Observation, StoreError> {
        let mut item = keys::seen(digest);
        let expires_at = (now + SEEN_LIFE).as_second();
        item.insert("expires_at".to_owned(), keys::number(expires_at));
        item.insert("purpose".to_owned(), keys::text(purpose.as_str()));
        if self.put_once(item, "record a request").await? {
            return Ok(Observation::First);
        }
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keys::seen(digest)))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("look up a request"))?;
        let known = answer.item().and_then(|row| row.get("purpose")?.as_s().ok());
        let is_same = known.is_none_or(|known| known == purpose.as_str());
        Ok(if is_same { Observation::Again } else { Observation::Elsewhere })
    }

    /// Records that the action `change` was requested from the rendering of the store's page with
    /// the token `once`. False if it was requested from there before: then it must not be repeated.
    pub async fn consume(
        &self,
        store_id: &StoreId,
        (once, change): (&str, &str),
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut item = keys::once(store_id, once, change);
        item.insert("expires_at".to_owned(), keys::number((now + ONCE_LIFE).as_second()));
        // The SDK resends a request whose response is lost; `attempt` identifies its own row.
        let attempt = keys::text(random::hex::<8>());
        item.insert("attempt".to_owned(), attempt.clone());
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR attempt = :attempt")
            .expression_attribute_values(":attempt", attempt);
        Ok(applied(put.send().await, "record a form submission")?.is_some())
    }

    async fn put_once(
        &self,
        item: keys::Item,
        operation: &'static str,
    ) -> Result<bool, StoreError> {
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)");
        Ok(applied(put.send().await, operation)?.is_some())
    }
}
