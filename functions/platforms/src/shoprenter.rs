//! ShopRenter, configured by the variables `SHOPRENTER_…`.

use std::sync::Arc;

use shopcall_core::domain::RateLimit;
use shopcall_core::runtime::config::{ConfigError, Environment};
use shopcall_core::runtime::{PlatformEntry, Services, telemetry};
use shoprenter::{
    Addresses, Client, Contract, InvalidAddress, Settings, ShopRenter, ShopRenterApi, TokenSource,
};

use crate::rate;

/// ShopRenter without its API: names, signatures and addresses.
pub fn without_api(environment: &Environment<'_>) -> Result<PlatformEntry, ConfigError> {
    let platform = Arc::new(ShopRenter::new(Arc::new(settings(environment)?)));
    Ok(PlatformEntry { platform, admin: None, api: None })
}

/// ShopRenter with its tokens, domains and webhooks.
pub fn with_admin(
    environment: &Environment<'_>,
    services: &Services,
) -> Result<PlatformEntry, ConfigError> {
    let admin = Arc::new(ShopRenterApi::new(client(environment, services)?));
    Ok(PlatformEntry { admin: Some(admin), ..without_api(environment)? })
}

/// ShopRenter with all of its API.
pub fn with_api(
    environment: &Environment<'_>,
    services: &Services,
) -> Result<PlatformEntry, ConfigError> {
    let api = Arc::new(ShopRenterApi::new(client(environment, services)?));
    let admin = Arc::clone(&api);
    Ok(PlatformEntry { admin: Some(admin), api: Some(api), ..without_api(environment)? })
}

/// Creates a client, which shares tokens and the shops' rate limits with all functions.
pub fn client(environment: &Environment<'_>, services: &Services) -> Result<Client, ConfigError> {
    let settings = Arc::new(settings(environment)?);
    let limiter = services.rate_limiter(rate_limit(environment)?);
    let (http, clock) = (services.http(), Arc::clone(&services.clock));
    let store = services.token_store();
    let tokens = TokenSource::new(http.clone(), Arc::clone(&settings), store, clock);
    let tokens = tokens.observed_by(|error| telemetry::count("ApiError", ("error", error), 1));
    Ok(Client::new(http, settings, tokens, limiter))
}

/// The rate limit per shop.
pub fn rate_limit(environment: &Environment<'_>) -> Result<RateLimit, ConfigError> {
    rate::read(environment, "SHOPRENTER_RATE_LIMIT", "SHOPRENTER_RATE_SHARE")
}

fn settings(environment: &Environment<'_>) -> Result<Settings, ConfigError> {
    let contract = environment.optional("SHOPRENTER_CONTRACT");
    let contract = Contract::parse(contract.as_deref().unwrap_or("official")).ok_or(
        ConfigError::Malformed { variable: "SHOPRENTER_CONTRACT", expected: "official or brief" },
    )?;
    let [token, api, admin] =
        ["SHOPRENTER_TOKEN_URL", "SHOPRENTER_API_URL", "SHOPRENTER_ADMIN_URL"]
            .map(|variable| environment.optional(variable));
    let addresses = Addresses::new(contract, token.as_deref(), api.as_deref(), admin.as_deref());
    Ok(Settings {
        contract,
        addresses: addresses.map_err(|invalid| ConfigError::Malformed {
            variable: match invalid {
                InvalidAddress::Token => "SHOPRENTER_TOKEN_URL",
                InvalidAddress::Api => "SHOPRENTER_API_URL",
                InvalidAddress::Admin => "SHOPRENTER_ADMIN_URL",
            },
            expected: "an http or https address with {shop} in it",
        })?,
        redirect_uri: environment
            .optional("BACKEND_URL")
            .map(|backend| format!("{}/auth/shoprenter/callback", backend.trim_end_matches('/'))),
        abandoned_carts: environment.flag("WEBHOOK_ABANDONED_CARTS")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use shoprenter::shop_name;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, String> {
        let lookup = |name: &str| {
            let variable = variables.iter().find(|(known, _)| *known == name);
            variable.map(|(_, value)| (*value).to_owned())
        };
        settings(&Environment::new(&lookup)).map_err(|error| error.to_string())
    }

    #[test]
    fn official_contract_is_the_default() {
        let Settings { contract, addresses, abandoned_carts, .. } = read(&[]).unwrap();
        assert_eq!((contract, abandoned_carts), (Contract::Official, false));
        let shop = shop_name("demo").unwrap();
        assert_eq!(addresses.token(&shop), "https://oauth.app.shoprenter.net/demo/app/token");
        assert_eq!(addresses.api(&shop), "https://demo.api2.myshoprenter.hu/api");
        assert_eq!(
            addresses.approve_scopes(&shop, "the-client"),
            "https://demo.myshoprenter.hu/admin/app/the-client/approveScopes"
        );
    }

    #[test]
    fn redirect_uri_is_below_the_services_address() {
        let settings = read(&[("BACKEND_URL", "https://api.example/")]).unwrap();
        let expected = "https://api.example/auth/shoprenter/callback";
        assert_eq!(settings.redirect_uri.as_deref(), Some(expected));
    }

    #[test]
    fn brief_contract_has_its_own_addresses() {
        let Settings { contract, addresses, .. } =
            read(&[("SHOPRENTER_CONTRACT", "brief")]).unwrap();
        assert_eq!(contract, Contract::Brief);
        let shop = shop_name("demo").unwrap();
        assert_eq!(addresses.token(&shop), "https://demo.shoprenter.hu/oauth/token");
        assert_eq!(addresses.api(&shop), "https://demo.shoprenter.hu/api");
        assert_eq!(
            addresses.admin(&shop, "77", "the-client"),
            "https://demo.shoprenter.hu/admin/app/the-client"
        );
    }

    #[test]
    fn error_names_the_variable() {
        for (variable, value) in [
            ("SHOPRENTER_CONTRACT", "other"),
            ("SHOPRENTER_TOKEN_URL", "https://token.example/"),
            ("SHOPRENTER_API_URL", "https://api.example/"),
            ("SHOPRENTER_ADMIN_URL", "javascript:{shop}"),
            ("WEBHOOK_ABANDONED_CARTS", "yes"),
        ] {
            let error = read(&[(variable, value)]).unwrap_err();
            assert!(error.starts_with(&format!("{variable} must be")), "{error}");
        }
    }
}
