//! `GET /auth/{platform}/init`, the page on which a merchant names the shop to connect, and `GET
//! /assets/{file}`, the stylesheet and script of all pages.
//!
//! Nothing here is signed or stored: the form redirects into the shop's admin, where the owner logs
//! in and approves the install. The function therefore reads no table.

use http::Method;
use shopcall_core::domain::{Language, Platform, ShopName};
use shopcall_core::pages::assets::asset;
use shopcall_core::pages::unavailable;
use shopcall_core::pages::{ConnectPage, language_of};
use shopcall_core::runtime::Services;
use shopcall_core::runtime::http::{
    Answer, Failure, Problem, Request, RequestExt as _, platform_of, redirect,
};
use url::form_urlencoded;

const INIT: &str = "/auth/{platform}/init";
const ASSETS: &str = "/assets/";

/// Endpoint with its dependencies.
#[derive(Debug)]
pub struct OauthInit {
    services: Services,
}

/// Query of the address.
#[derive(Debug, Default)]
struct Query {
    shop: Option<String>,
    language: Option<Language>,
}

impl OauthInit {
    /// Creates an endpoint over `services`.
    pub fn new(services: Services) -> Self {
        Self { services }
    }

    /// Answers with the page or an asset, or redirects the browser into the shop's admin.
    pub async fn handle(&self, request: Request) -> Answer {
        if *request.method() != Method::GET {
            return Problem::MethodNotAllowed("GET").into();
        }
        match request.raw_http_path().strip_prefix(ASSETS) {
            Some(file) => asset(file),
            None => match self.platform(request.raw_http_path()) {
                Some(platform) => self.connect(platform, &request).await,
                None => Problem::NotFound.into(),
            },
        }
    }

    fn platform(&self, path: &str) -> Option<&dyn Platform> {
        let (id, route) = platform_of(path)?;
        self.services.platforms.get(&id).filter(|_| route == INIT)
    }

    async fn connect(&self, platform: &dyn Platform, request: &Request) -> Answer {
        let query = Query::parse(request.uri().query().unwrap_or_default());
        match query.shop.as_deref().map(|typed| (typed, platform.shop_from_input(typed))) {
            Some((_, Ok(shop))) => match self.admin(platform, &shop).await {
                Ok(admin) => redirect(&admin),
                Err(failure) => unavailable(platform, &failure, request),
            },
            Some((typed, Err(_))) => self.page(platform, &query, Some(typed), request),
            None => self.page(platform, &query, None, request),
        }
    }

    /// Address of the page in the shop's admin where an install begins.
    async fn admin(&self, platform: &dyn Platform, shop: &ShopName) -> Result<String, Failure> {
        let secret = self.services.secrets.get(self.services.clock.now()).await?;
        tracing::info!(shop = %shop, "a merchant is redirected to the shop's admin");
        Ok(platform.install_page(shop, &secret.credentials))
    }

    fn page(
        &self,
        platform: &dyn Platform,
        query: &Query,
        refused: Option<&str>,
        request: &Request,
    ) -> Answer {
        ConnectPage {
            language: query.language.unwrap_or_else(|| language_of(request.headers())),
            is_chosen: query.language.is_some(),
            platform,
            refused,
        }
        .answer()
    }
}

impl Query {
    /// Parses the query. The form never sends a name twice; a repeated one is reported as invalid.
    fn parse(raw_query: &str) -> Self {
        let mut query = Self::default();
        for (name, value) in form_urlencoded::parse(raw_query.as_bytes()) {
            match name.as_ref() {
                "shopname" if query.shop.is_some() => query.shop = Some(String::new()),
                "shopname" => query.shop = Some(value.into_owned()),
                "lang" => query.language = Language::parse(&value),
                _ => {}
            }
        }
        query
    }
}
