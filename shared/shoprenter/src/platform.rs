//! ShopRenter as a platform.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use shopcall_domain::{
    ApiError, AppCredentials, CallRefusal, Connected, Delivery, DeliveryError, HostName,
    InvalidShopName, OptionalData, Platform, PlatformAdmin, PlatformApi, PlatformId, Purpose,
    Resource, ShopAccess, ShopAdmin, ShopContext, ShopInput, ShopName, ShopSource, SignedCall,
    WebhookEvent, WebhookNeeds,
};
use url::Url;

use crate::client::Client;
use crate::permission::brief_name;
use crate::settings::{SHOP_DOMAINS, hosts, shop_name_or_host};
use crate::webhook_fields::fields_of;
use crate::{
    Contract, Refusal, Settings, SigningKeys, WEBHOOK_PERMISSION, optional_data, permission_for,
    redirect_target, verify_callback, wire,
};

/// ShopRenter's part of store ids.
static ID: PlatformId = PlatformId::from_static("shoprenter");

/// ShopRenter's signatures and addresses.
#[derive(Debug, Clone)]
pub struct ShopRenter {
    settings: Arc<Settings>,
}

/// ShopRenter's API and webhooks.
#[derive(Debug, Clone)]
pub struct ShopRenterApi {
    client: Client,
}

impl ShopRenter {
    /// Creates the platform from `settings`.
    pub fn new(settings: Arc<Settings>) -> Self {
        Self { settings }
    }

    /// Name of a permission in the contract.
    fn named(&self, permission: &'static str) -> &'static str {
        match self.settings.contract {
            Contract::Official => permission,
            Contract::Brief => brief_name(permission),
        }
    }
}

impl ShopRenterApi {
    /// Creates the connector that uses `client`.
    pub fn new(client: Client) -> Self {
        Self { client }
    }
}

impl Platform for ShopRenter {
    fn id(&self) -> &PlatformId {
        &ID
    }

    fn name(&self) -> &'static str {
        "ShopRenter"
    }

    /// Accepts a name, or an address of the shop's admin or storefront, in any case and with
    /// surrounding blanks.
    fn shop_from_input(&self, typed: &str) -> Result<ShopName, InvalidShopName> {
        let typed = typed.trim().to_ascii_lowercase();
        let address = typed.strip_prefix("https://").or(typed.strip_prefix("http://"));
        let host = address.unwrap_or(&typed).split(['/', '?', '#']).next();
        let host = host.ok_or(InvalidShopName)?;
        let host = host.strip_suffix(":443").unwrap_or(host).trim_end_matches('.');
        shop_name_or_host(host.strip_prefix("www.").unwrap_or(host))
    }

    fn shop_input(&self) -> ShopInput {
        ShopInput {
            example: "mintabolt",
            suffix: ".myshoprenter.hu",
            pattern: r"\s*([Hh][Tt]{2}[Pp][Ss]?:\/\/)?([Ww]{3}\.)?[A-Za-z0-9](-*[A-Za-z0-9])*(\.([Mm][Yy])?[Ss][Hh][Oo][Pp][Rr][Ee][Nn][Tt][Ee][Rr]\.[Hh][Uu]\.?([:\/?#].*)?)?\s*",
        }
    }

    fn verify(
        &self,
        raw_query: &str,
        credentials: &AppCredentials,
        now: Timestamp,
        purpose: Purpose,
    ) -> Result<SignedCall, CallRefusal> {
        let keys = SigningKeys::new(&credentials.client_secrets)
            .map_err(|error| CallRefusal::NotSigned(error.to_string()))?;
        match verify_callback(raw_query, &keys, now, purpose) {
            Ok(verified) => Ok(verified.into()),
            Err(refusal) if refusal.is_malformed() => {
                Err(CallRefusal::Malformed(refusal.to_string()))
            }
            Err(refusal @ (Refusal::Expired | Refusal::TooEarly)) => {
                Err(CallRefusal::Expired(refusal.to_string()))
            }
            Err(refusal) => Err(CallRefusal::NotSigned(refusal.to_string())),
        }
    }

    fn install_target(
        &self,
        call: &SignedCall,
        credentials: &AppCredentials,
        added: &[(&str, &str)],
    ) -> Option<String> {
        let own_page = Url::parse(&self.app_page(&call.shop, credentials)).ok()?;
        Some(redirect_target(call, &own_page, added).into())
    }

    /// The page takes the client id, as all of ShopRenter's approval pages do.
    fn install_page(&self, shop: &ShopName, credentials: &AppCredentials) -> String {
        let client_id = &credentials.client_id;
        self.settings.addresses.admin(shop, client_id, client_id)
    }

    fn app_page(&self, shop: &ShopName, credentials: &AppCredentials) -> String {
        self.settings.addresses.admin(shop, &credentials.app_id, &credentials.client_id)
    }

    fn read_permission(&self, resource: Resource) -> &'static str {
        self.named(permission_for(resource))
    }

    fn webhook_permission(&self) -> &'static str {
        self.named(WEBHOOK_PERMISSION)
    }

    fn permission_help(&self, resource: Resource) -> String {
        format!(
            "the permission {} is missing; the shop's owner grants it at the app's approveScopes page",
            self.read_permission(resource)
        )
    }

    fn optional_data(&self, permission: &str) -> OptionalData {
        optional_data(permission)
    }

    fn permissions_page(&self, shop: &ShopName, credentials: &AppCredentials) -> String {
        self.settings.addresses.approve_scopes(shop, &credentials.client_id)
    }

    fn frame_ancestors(&self, shop: Option<&ShopName>, domain: Option<&HostName>) -> Vec<String> {
        let hosts = match shop {
            Some(shop) => hosts(shop),
            None => SHOP_DOMAINS.map(|domain| format!("*.{domain}")),
        };
        let mut origins: Vec<_> = hosts.iter().map(|host| format!("https://{host}")).collect();
        origins.extend(domain.map(|host| format!("https://{}", host.as_str())));
        let configured = self.settings.addresses.admin_origin(shop);
        origins.extend(configured.filter(|origin| !origins.contains(origin)));
        origins
    }

    fn insecure_origin(&self) -> Option<String> {
        let origin = self.settings.addresses.admin_origin(None);
        origin.filter(|origin| origin.starts_with("http://"))
    }
}

#[async_trait]
impl PlatformAdmin for ShopRenterApi {
    fn webhook_needs(&self) -> WebhookNeeds {
        let settings = self.client.settings();
        match settings.contract {
            Contract::Official => {
                let mut events = vec![WebhookEvent::OrderConfirm, WebhookEvent::OrderStatusChange];
                events.extend(settings.abandoned_carts.then_some(WebhookEvent::AbandonedCart));
                let fields = |event| (event, fields_of(event));
                WebhookNeeds { events: events.into_iter().map(fields).collect() }
            }
            Contract::Brief => {
                let events = [
                    WebhookEvent::OrderCreate,
                    WebhookEvent::OrderUpdate,
                    WebhookEvent::ProductCreate,
                    WebhookEvent::ProductUpdate,
                    WebhookEvent::ProductDelete,
                    WebhookEvent::CustomerCreate,
                    WebhookEvent::CustomerUpdate,
                ];
                WebhookNeeds { events: events.map(|event| (event, &[][..])).into() }
            }
        }
    }

    async fn connect(
        &self,
        access: &ShopAccess,
        code: &str,
        renew: bool,
    ) -> Result<Connected, ApiError> {
        let (tokens, code) = (self.client.tokens(), Some(code));
        let token = if renew {
            tokens.renew(access, code).await?
        } else {
            tokens.get(access, code).await?
        };
        let is_missing = |resource: &Resource| !token.grants(permission_for(*resource));
        let not_granted: BTreeSet<_> = Resource::ALL.into_iter().filter(is_missing).collect();
        Ok(Connected { not_granted })
    }

    async fn open_admin(&self, access: ShopAccess) -> Result<Box<dyn ShopAdmin>, ApiError> {
        Ok(Box::new(self.client.session(access).await?))
    }
}

#[async_trait]
impl PlatformApi for ShopRenterApi {
    fn lists_changes(&self) -> bool {
        self.client.settings().contract == Contract::Official
    }

    fn read_delivery(
        &self,
        content_type: Option<&str>,
        body: &[u8],
        context: &ShopContext,
    ) -> Result<Delivery, DeliveryError> {
        match self.client.settings().contract {
            Contract::Official => read_delivery(content_type, body, context),
            Contract::Brief => {
                wire::brief::decode_delivery(body, &wire::ShopContext::from_domain(context))
            }
        }
    }

    async fn open(&self, access: ShopAccess) -> Result<Box<dyn ShopSource>, ApiError> {
        Ok(Box::new(self.client.session(access).await?))
    }
}

/// Reads the body of an order webhook: JSON, either alone or in the field `data` of a form of
/// either encoding. `content_type` is the header as sent; a wrong one never makes the body invalid.
pub fn read_delivery(
    content_type: Option<&str>,
    body: &[u8],
    context: &ShopContext,
) -> Result<Delivery, DeliveryError> {
    wire::decode_webhook(content_type, body, &wire::ShopContext::from_domain(context))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Addresses;
    use crate::shop_name;
    use proptest::prelude::*;

    fn platform(admin: Option<&str>) -> ShopRenter {
        let contract = Contract::Official;
        let addresses = Addresses::new(contract, None, None, admin).unwrap();
        let settings = Settings { contract, addresses, redirect_uri: None, abandoned_carts: false };
        ShopRenter::new(Arc::new(settings))
    }

    fn shop(typed: &str) -> Option<String> {
        platform(None).shop_from_input(typed).ok().map(String::from)
    }

    #[test]
    fn shop_is_found_in_pasted_text() {
        for typed in [
            "demo",
            "  Demo ",
            "demo.myshoprenter.hu",
            "DEMO.shoprenter.hu",
            "https://demo.myshoprenter.hu/admin/app/4711?x=y#z",
            "http://www.demo.shoprenter.hu/",
            "https://demo.myshoprenter.hu:443",
            "demo.myshoprenter.hu.",
        ] {
            assert_eq!(shop(typed).as_deref(), Some("demo"), "{typed}");
        }
    }

    #[test]
    fn other_text_names_no_shop() {
        for typed in [
            "",
            " ",
            "https://",
            ".myshoprenter.hu",
            "demo.example.com",
            "a.demo.myshoprenter.hu",
            "de mo",
            "demo@evil",
            "javascript:alert(1)",
            "https://evil.example/demo.myshoprenter.hu",
            "https://user@demo.myshoprenter.hu",
            "demo.myshoprenter.hu:8080",
            "dém",
        ] {
            assert_eq!(shop(typed), None, "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn found_shop_parses_to_itself(typed in "\\PC{0,300}") {
            if let Some(name) = shop(&typed) {
                prop_assert_eq!(shop(&name), Some(name));
            }
        }
    }

    #[test]
    fn shop_hosts_and_domain_may_frame_pages() {
        let demo = shop_name("demo").unwrap();
        let domain = HostName::parse("www.bolt.hu").unwrap();
        let own = ["https://demo.shoprenter.hu", "https://demo.myshoprenter.hu"];
        assert_eq!(platform(None).frame_ancestors(Some(&demo), None), own);
        assert_eq!(
            platform(Some("http://127.0.0.1:8080/{shop}/app/{app_id}"))
                .frame_ancestors(Some(&demo), Some(&domain)),
            [own[0], own[1], "https://www.bolt.hu", "http://127.0.0.1:8080"]
        );
        assert_eq!(
            platform(None).frame_ancestors(None, None),
            ["https://*.shoprenter.hu", "https://*.myshoprenter.hu"]
        );
    }
}
