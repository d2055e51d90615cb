//! What a shop platform implements to be supported.

use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    ApiError, AppCredentials, CallRefusal, Connected, Delivery, DeliveryError, HostName,
    InvalidShopName, PlatformId, Purpose, Resource, ShopAccess, ShopContext, ShopName, ShopSource,
    SignedCall, WebhookNeeds,
};

/// A platform's names, signatures and addresses: everything that needs no request.
pub trait Platform: fmt::Debug + Send + Sync {
    /// Names the platform in store ids, paths and event sources.
    fn id(&self) -> &PlatformId;

    /// Names the platform to merchants.
    fn name(&self) -> &'static str;

    /// Reads a shop's name, or an address that contains it, as a merchant types it.
    fn shop_from_input(&self, typed: &str) -> Result<ShopName, InvalidShopName>;

    /// The form field in which a merchant types a shop's name.
    fn shop_input(&self) -> ShopInput;

    /// Verifies a signed call. `raw_query` is the query as sent: neither decoded nor reordered.
    /// The time window is judged after the signature.
    fn verify(
        &self,
        raw_query: &str,
        credentials: &AppCredentials,
        now: Timestamp,
        purpose: Purpose,
    ) -> Result<SignedCall, CallRefusal>;

    /// Where an install goes on: the address that the call names where that can be trusted, else
    /// the app's page; either with `added` in its query. None where the addresses are misconfigured.
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

    /// The permission without which records of a kind cannot be read.
    fn read_permission(&self, resource: Resource) -> &'static str;

    /// The permission without which webhooks cannot be registered.
    fn webhook_permission(&self) -> &'static str;

    /// What a shop's owner must do to grant [`Self::read_permission`], in one sentence.
    fn permission_help(&self, resource: Resource) -> String;

    /// The page where a shop's owner grants permissions.
    fn permissions_page(&self, shop: &ShopName, credentials: &AppCredentials) -> String;

    /// The origins that may frame a shop's pages; without a shop, those of any shop's admin.
    fn frame_ancestors(&self, shop: Option<&ShopName>, domain: Option<&HostName>) -> Vec<String>;

    /// Origins that an install can redirect to besides those under `https:`.
    fn insecure_origin(&self) -> Option<String>;
}

/// The form field for a shop's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShopInput {
    /// An example, shown while the field is empty.
    pub example: &'static str,
    /// What follows a shop's name in its address, shown behind the field.
    pub suffix: &'static str,
    /// A regular expression for the browser's own check, as HTML's `pattern` wants it.
    pub pattern: &'static str,
}

/// A platform's API and webhooks.
#[async_trait]
pub trait PlatformApi: fmt::Debug + Send + Sync {
    /// Whether records can be listed by when they changed.
    fn lists_changes(&self) -> bool;

    /// The webhooks that the product needs.
    fn webhook_needs(&self) -> WebhookNeeds;

    /// Reads a delivery's body. `content_type` is the header as sent.
    fn read_delivery(
        &self,
        content_type: Option<&str>,
        body: &[u8],
        context: &ShopContext,
    ) -> Result<Delivery, DeliveryError>;

    /// Gets a token when the app is opened. `code` is what the call brought; `renew` asks for a
    /// token that the platform issues now, whatever is stored.
    async fn connect(
        &self,
        access: &ShopAccess,
        code: &str,
        renew: bool,
    ) -> Result<Connected, ApiError>;

    /// Opens a shop's API. Gets a token first, so that a refusal is known before anything else
    /// happens.
    async fn open(&self, access: ShopAccess) -> Result<Box<dyn ShopSource>, ApiError>;
}
