//! What is known of a shop's webhooks.

use jiff::Timestamp;

use super::wanted::Wanted;
use crate::domain::{Generation, ListedWebhook};
use crate::storage::WebhookRows;

/// The input of a plan.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The wanted webhooks.
    pub wanted: &'a Wanted,
    /// The label of our webhooks.
    pub label: &'a str,
    /// The webhooks that the shop lists.
    pub listed: &'a [ListedWebhook],
    /// Our rows.
    pub rows: &'a WebhookRows,
    /// The current generation.
    pub generation: Generation,
    /// The current time.
    pub now: Timestamp,
}
