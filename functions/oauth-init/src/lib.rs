//! `GET /auth/shoprenter/init`, the page on which a merchant names the shop to be connected, and
//! `GET /assets/{file}`, the stylesheet and the script of all pages.
//!
//! Nothing here is signed or kept: the form leads into the shop's admin, where the owner logs in
//! and approves the install. So this function reads no table.

use http::Method;
use shopcall_core::domain::ShopName;
use shopcall_core::foundation::Foundation;
use shopcall_core::http::{Answer, ApiRequest, Failure, Problem, redirect};
use shopcall_core::pages::assets::asset;
use shopcall_core::pages::{ConnectPage, Language};
use shopcall_core::signed::unavailable;
use url::form_urlencoded;

const INIT: &str = "/auth/shoprenter/init";
const ASSETS: &str = "/assets/";

/// The endpoint and what it works with.
#[derive(Debug)]
pub struct OauthInit {
    foundation: Foundation,
}

/// What the address asks for.
#[derive(Debug, Default)]
struct Query {
    shop: Option<String>,
    language: Option<Language>,
}

impl OauthInit {
    /// An endpoint over `foundation`.
    pub fn new(foundation: Foundation) -> Self {
        Self { foundation }
    }

    /// Answers with the page or a file of it, or sends the browser into the shop's admin.
    pub async fn handle(&self, request: ApiRequest) -> Answer {
        if request.method != Method::GET {
            return Problem::MethodNotAllowed("GET").into();
        }
        match request.path.strip_prefix(ASSETS) {
            Some(file) => asset(file),
            None if request.path == INIT => self.connect(&request).await,
            None => Problem::NotFound.into(),
        }
    }

    async fn connect(&self, request: &ApiRequest) -> Answer {
        let query = Query::parse(&request.raw_query);
        match query.shop.as_deref().map(|typed| (typed, ConnectPage::shop(typed))) {
            Some((_, Some(shop))) => match self.admin(&shop).await {
                Ok(admin) => redirect(&admin),
                Err(failure) => unavailable(&failure, request),
            },
            Some((typed, None)) => self.page(&query, Some(typed), request),
            None => self.page(&query, None, request),
        }
    }

    /// The app's page in the shop's admin, which begins an install where there is none. It goes by
    /// the client id there, as everything does that the shop's owner is to approve.
    async fn admin(&self, shop: &ShopName) -> Result<String, Failure> {
        let secret = self.foundation.secrets.get(self.foundation.clock.now()).await?;
        tracing::info!(shop = %shop, "a merchant is sent into the shop's admin");
        let addresses = &self.foundation.config.addresses;
        Ok(addresses.admin(shop, &secret.client_id, &secret.client_id))
    }

    fn page(&self, query: &Query, refused: Option<&str>, request: &ApiRequest) -> Answer {
        let admin_origin = self.foundation.config.addresses.admin_origin(None);
        ConnectPage {
            language: query.language.unwrap_or_else(|| Language::of(&request.headers)),
            is_chosen: query.language.is_some(),
            admin_origin: admin_origin.as_deref(),
            refused,
        }
        .answer()
    }
}

impl Query {
    /// A name that comes twice is none of a form's making; it is shown as what it is not.
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
