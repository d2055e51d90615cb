//! Templates of ShopRenter's addresses, with `{shop}`, `{app_id}` and `{client_id}`.

use url::Url;

use shopcall_domain::ShopName;

use crate::Contract;

/// Address with placeholders for a shop's name and the app's ids.
#[derive(Debug, Clone, PartialEq, Eq)]
struct UrlTemplate(String);

/// An address that is not an http or https address with `{shop}` in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    /// The token endpoint.
    #[error("the token address is not an http or https address with {{shop}} in it")]
    Token,
    /// The API.
    #[error("the API's address is not an http or https address with {{shop}} in it")]
    Api,
    /// The admin.
    #[error("the admin's address is not an http or https address with {{shop}} in it")]
    Admin,
}

impl UrlTemplate {
    /// Parses an http or https address with `{shop}` in it.
    fn parse(text: &str) -> Option<Self> {
        let sample =
            text.replace("{shop}", "shop").replace("{app_id}", "1").replace("{client_id}", "1");
        let is_address = Url::parse(&sample)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if text.contains("{shop}") && is_address && !sample.contains(['{', '}']) {
            Some(Self(text.trim_end_matches('/').to_owned()))
        } else {
            None
        }
    }

    fn for_shop(&self, shop: &ShopName) -> String {
        self.0.replace("{shop}", shop.as_str())
    }
}

/// ShopRenter's three addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    token: UrlTemplate,
    api: UrlTemplate,
    admin: UrlTemplate,
}

impl Addresses {
    /// Uses a contract's default addresses, overridden by those given. Each contains `{shop}`; the
    /// admin's may contain `{app_id}` or `{client_id}` too.
    pub fn new(
        contract: Contract,
        token: Option<&str>,
        api: Option<&str>,
        admin: Option<&str>,
    ) -> Result<Self, InvalidAddress> {
        let (own_token, own_api, own_admin) = match contract {
            Contract::Official => (
                "https://oauth.app.shoprenter.net/{shop}/app/token",
                "https://{shop}.api2.myshoprenter.hu/api",
                "https://{shop}.myshoprenter.hu/admin/app/{app_id}",
            ),
            Contract::Brief => (
                "https://{shop}.shoprenter.hu/oauth/token",
                "https://{shop}.shoprenter.hu/api",
                "https://{shop}.shoprenter.hu/admin/app/{client_id}",
            ),
        };
        let template = |given: Option<&str>, own: &str, invalid| {
            UrlTemplate::parse(given.unwrap_or(own)).ok_or(invalid)
        };
        Ok(Self {
            token: template(token, own_token, InvalidAddress::Token)?,
            api: template(api, own_api, InvalidAddress::Api)?,
            admin: template(admin, own_admin, InvalidAddress::Admin)?,
        })
    }

    /// Token endpoint of a shop.
    pub fn token(&self, shop: &ShopName) -> String {
        self.token.for_shop(shop)
    }

    /// Base of a shop's API, without a trailing slash.
    pub fn api(&self, shop: &ShopName) -> String {
        self.api.for_shop(shop)
    }

    /// Page where a shop's owner grants the app the permissions it requests and lacks: below the
    /// app's page, with the client id in place of the app id.
    pub fn approve_scopes(&self, shop: &ShopName, client_id: &str) -> String {
        format!("{}/approveScopes", self.admin(shop, client_id, client_id))
    }

    /// Origin of a shop's admin; without a shop, the origin of every shop's admin with a wildcard
    /// for the name.
    pub fn admin_origin(&self, shop: Option<&ShopName>) -> Option<String> {
        let address = self.admin.0.replace("{shop}", shop.map_or("*", ShopName::as_str));
        let origin = Url::parse(&address).ok()?.origin();
        origin.is_tuple().then(|| origin.ascii_serialization())
    }

    /// The app's page in a shop's admin.
    pub fn admin(&self, shop: &ShopName, app_id: &str, client_id: &str) -> String {
        self.admin.for_shop(shop).replace("{app_id}", app_id).replace("{client_id}", client_id)
    }
}
