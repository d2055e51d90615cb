//! Pending installs and the signed requests that have been seen; both go by themselves.

use aws_sdk_dynamodb::Client;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_dynamo::aws_sdk_dynamodb_1::{from_item, to_item};

use super::error::{StoreError, applied};
use super::keys;
use crate::domain::{Purpose, StoreId, random};

/// How long an install may take from the callback to the first opening.
const INSTALL_LIFE: SignedDuration = SignedDuration::from_mins(15);
/// Bytes that an install's id has at the most.
const MAX_ID: usize = 64;
/// Longer than a signature is accepted for, whichever way the clocks differ.
const SEEN_LIFE: SignedDuration = SignedDuration::from_mins(15);

/// Longer than a session of the store's page lasts: what was sent once cannot be sent again.
const ONCE_LIFE: SignedDuration = SignedDuration::from_hours(2);

/// The Installs table.
#[derive(Debug, Clone)]
pub struct InstallRepository {
    client: Client,
    table: String,
}

/// An install that has begun with a callback and waits for the first opening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingInstall {
    /// Whose install it is.
    pub store_id: StoreId,
    /// When the callback came.
    pub begun_at: Timestamp,
    /// Unix seconds; DynamoDB deletes the row some time after.
    pub expires_at: i64,
}

/// Whether a signed request has been seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Never.
    First,
    /// At the same address: a reload, or a replay.
    Again,
    /// At another address. The signature does not say what it was made for.
    Elsewhere,
}

impl InstallRepository {
    /// The repository over `table`.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Remembers a pending install for 15 minutes. The same one again changes nothing.
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
        self.put_once(item, "remember an install").await.map(drop)
    }

    /// The pending install, unless its time is over. What is empty or longer than any id is not
    /// looked up: DynamoDB refuses such keys, which would look like a fault of ours.
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

    /// Notes that a signed request has come to the address of `purpose`.
    pub async fn sight(
        &self,
        digest: &[u8; 32],
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Sight, StoreError> {
        let mut item = keys::seen(digest);
        let expires_at = (now + SEEN_LIFE).as_second();
        item.insert("expires_at".to_owned(), keys::number(expires_at));
        item.insert("purpose".to_owned(), keys::text(purpose.as_str()));
        if self.put_once(item, "note a request").await? {
            return Ok(Sight::First);
        }
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keys::seen(digest)))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::sdk("look a request up"))?;
        let known = answer.item().and_then(|row| row.get("purpose")?.as_s().ok());
        let is_same = known.is_none_or(|known| known == purpose.as_str());
        Ok(if is_same { Sight::Again } else { Sight::Elsewhere })
    }

    /// Notes that a deed was asked for from the store's page that is named by `once`. False if the
    /// same deed was asked for from there before: then it must not be done again.
    pub async fn consume(
        &self,
        store_id: &StoreId,
        (once, deed): (&str, &str),
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut item = keys::once(store_id, once, deed);
        item.insert("expires_at".to_owned(), keys::number((now + ONCE_LIFE).as_second()));
        // A request whose answer is lost is sent again, and must not be taken for somebody else's.
        let attempt = keys::text(random::hex::<8>());
        item.insert("attempt".to_owned(), attempt.clone());
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR attempt = :attempt")
            .expression_attribute_values(":attempt", attempt);
        Ok(applied(put.send().await, "note a form")?.is_some())
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
