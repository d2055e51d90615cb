//! The traits that a shop platform implements.

use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    ApiError, AppCredentials, CallRefusal, Connected, Delivery, DeliveryError, HostName,
    InvalidShopName, OptionalData, PlatformId, Purpose, Resource, ShopAccess, ShopAdmin,
    ShopContext, ShopName, ShopSource, SignedCall, WebhookNeeds,
};

/// A platform's names, signatures and addresses: everything that needs no API request.
pub trait Platform: fmt::Debug + Send + Sync {
    /// The id used in store ids, paths and event sources.
    fn id(&self) -> &PlatformId;

    /// The name shown to merchants.
    fn name(&self) -> &'static str;

    /// Parses a shop's name, or an address that contains it, as typed by a merchant.
    fn shop_from_input(&self, typed: &str) -> Result<ShopName, InvalidShopName>;

    /// The form field for a shop's name.
    fn shop_input(&self) -> ShopInput;

    /// Verifies a signed call. `raw_query` is the query as sent: neither decoded nor reordered.
    /// The time window is checked after the signature.
    fn verify(
        &self,
        raw_query: &str,
        credentials: &AppCredentials,
        now: Timestamp,
        purpose: Purpose,
    ) -> Result<SignedCall, CallRefusal>;

    /// The address to redirect an install to, with `added` in its query: the one named by the call
    /// if it can be trusted, else the app's page. None if the addresses are misconfigured.
    fn install_target(
        &self,
        call: &SignedCall,
        credentials: &AppCredentials,
        added: &[(&str, &str)],
    ) -> Option<String>;

    /// The page in a shop's admin where its owner installs the app.
    fn install_page(&self, shop: &ShopName, credentials: &AppCredentials) -> String;

    /// The app's page in a shop's admin.
    fn app_page(&self, shop: &ShopName, credentials: &AppCredentials) -> String;

    /// The permission needed to read records of a kind.
    fn read_permission(&self, resource: Resource) -> &'static str;

    /// The permission needed to register webhooks.
    fn webhook_permission(&self) -> &'static str;

    /// One sentence that says how a shop's owner grants [`Self::read_permission`].
    fn permission_help(&self, resource: Resource) -> String;

    /// The data that records are read without if `permission` is not granted.
    fn optional_data(&self, permission: &str) -> OptionalData;

    /// The page where a shop's owner grants permissions.
    fn permissions_page(&self, shop: &ShopName, credentials: &AppCredentials) -> String;

    /// The origins that may frame a shop's pages; without a shop, those of all shops' admins.
    fn frame_ancestors(&self, shop: Option<&ShopName>, domain: Option<&HostName>) -> Vec<String>;

    /// The origin outside `https:` that an install can redirect to, if any.
    fn insecure_origin(&self) -> Option<String>;
}

/// The form field for a shop's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShopInput {
    /// Placeholder of the empty field.
    pub example: &'static str,
    /// The rest of the shop's address, shown after the field.
    pub suffix: &'static str,
    /// Regular expression for HTML's `pattern` attribute.
    pub pattern: &'static str,
}

/// A platform's tokens, and what its API offers beside records.
#[async_trait]
pub trait PlatformAdmin: fmt::Debug + Send + Sync {
    /// The webhooks that the product needs.
    fn webhook_needs(&self) -> WebhookNeeds;

    /// Gets a token when the app is opened. `code` is the call's authorisation code; `renew`
    /// requests a new token even if a valid one is stored.
    async fn connect(
        &self,
        access: &ShopAccess,
        code: &str,
        renew: bool,
    ) -> Result<Connected, ApiError>;

    /// Opens a shop's API, except its records. Gets a token first, so that a refusal is reported
    /// before any other request.
    async fn open_admin(&self, access: ShopAccess) -> Result<Box<dyn ShopAdmin>, ApiError>;
}

/// A platform's records and deliveries.
#[async_trait]
pub trait PlatformApi: fmt::Debug + Send + Sync {
    /// Whether records can be listed by time of change.
    fn lists_changes(&self) -> bool;

    /// Decodes a delivery's body. `content_type` is the header as sent.
    fn read_delivery(
        &self,
        content_type: Option<&str>,
        body: &[u8],
        context: &ShopContext,
    ) -> Result<Delivery, DeliveryError>;

    /// Opens a shop's records. Gets a token first, so that a refusal is reported before any other
    /// request.
    async fn open(&self, access: ShopAccess) -> Result<Box<dyn ShopSource>, ApiError>;
}
