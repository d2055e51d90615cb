//! Where ShopRenter is: address templates with `{shop}`, `{app_id}` and `{client_id}` in them.

use url::Url;

use super::{ConfigError, Contract, Environment};
use crate::domain::ShopName;

/// An address with places for a shop's name and the app's ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlTemplate(String);

impl UrlTemplate {
    /// Takes an http or https address with `{shop}` in it.
    fn parse(text: &str, variable: &'static str) -> Result<Self, ConfigError> {
        let sample =
            text.replace("{shop}", "shop").replace("{app_id}", "1").replace("{client_id}", "1");
        let is_address = Url::parse(&sample)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if text.contains("{shop}") && is_address && !sample.contains(['{', '}']) {
            Ok(Self(text.trim_end_matches('/').to_owned()))
        } else {
            let expected = "an http or https address with {shop} in it";
            Err(ConfigError::Malformed { variable, expected })
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
    pub(super) fn from_environment(
        environment: &Environment<'_>,
        contract: Contract,
    ) -> Result<Self, ConfigError> {
        let template = |variable: &'static str, default: &str| {
            let text = environment.optional(variable);
            UrlTemplate::parse(text.as_deref().unwrap_or(default), variable)
        };
        let (token, api) = match contract {
            Contract::Official => (
                "https://oauth.app.shoprenter.net/{shop}/app/token",
                "https://{shop}.api2.myshoprenter.hu/api",
            ),
            Contract::Brief => {
                ("https://{shop}.shoprenter.hu/oauth/token", "https://{shop}.shoprenter.hu/api")
            }
        };
        Ok(Self {
            token: template("SHOPRENTER_TOKEN_URL", token)?,
            api: template("SHOPRENTER_API_URL", api)?,
            admin: template(
                "SHOPRENTER_ADMIN_URL",
                "https://{shop}.myshoprenter.hu/admin/app/{app_id}",
            )?,
        })
    }

    /// Where a shop's tokens are asked for.
    pub fn token(&self, shop: &ShopName) -> String {
        self.token.for_shop(shop)
    }

    /// The base of a shop's API, without a slash at its end.
    pub fn api(&self, shop: &ShopName) -> String {
        self.api.for_shop(shop)
    }

    /// Where a shop's owner grants the app the permissions that it asks for and has not: below the
    /// app's page, with the client id in the place of the app's.
    pub fn approve_scopes(&self, shop: &ShopName, client_id: &str) -> String {
        format!("{}/approveScopes", self.admin(shop, client_id, client_id))
    }

    /// Where a shop's admin is, as a browser names an origin; without a shop, where any shop's is,
    /// with a wildcard in the place of its name.
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
