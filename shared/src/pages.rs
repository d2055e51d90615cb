//! What a merchant reads in the browser: one plain page for every outcome.

mod texts;

use askama::Template;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::auth::Refusal;
use crate::domain::ShopName;
use crate::http::{Answer, prefers_english, refusal_status, with_body};
use texts::Text;

/// Everything that can be said to a merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The shop is connected and its data is being read.
    Connected,
    /// The shop is connected, but the app lacks a permission that the owner has to grant.
    MissingPermission,
    /// ShopRenter gives the app no token for this shop.
    ClientRefused,
    /// ShopRenter does not answer; the set-up goes on at the next opening.
    ShopRenterUnavailable,
    /// The app has been removed from the shop.
    Uninstalled,
    /// The address is not complete or not well-formed.
    Malformed,
    /// The address is not signed by ShopRenter.
    NotSigned,
    /// The address was signed too long ago, or in the future.
    Expired,
    /// The address is older than the removal of the app.
    Outdated,
    /// Something failed on our side.
    Unavailable,
}

impl Notice {
    /// What a refused signature is called to a merchant.
    pub fn of_refusal(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::Expired | Refusal::TooEarly => Self::Expired,
            refusal if refusal_status(refusal) == StatusCode::BAD_REQUEST => Self::Malformed,
            _ => Self::NotSigned,
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::Connected | Self::MissingPermission | Self::Uninstalled => StatusCode::OK,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::NotSigned | Self::Expired => StatusCode::FORBIDDEN,
            Self::Outdated => StatusCode::CONFLICT,
            Self::ClientRefused => StatusCode::BAD_GATEWAY,
            Self::ShopRenterUnavailable | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The notice as a page, in the language that the browser asks for. `shop` is named on it, and
    /// its admin alone may frame it; without one nobody may.
    pub fn page(self, headers: &HeaderMap, shop: Option<&ShopName>) -> Answer {
        self.render(headers, shop, None)
    }

    /// The same, with the address in the shop's admin at which to do what the notice asks for.
    pub fn page_leading_to(self, address: &str, headers: &HeaderMap, shop: &ShopName) -> Answer {
        self.render(headers, Some(shop), Some(address))
    }

    fn render(self, headers: &HeaderMap, shop: Option<&ShopName>, link: Option<&str>) -> Answer {
        let english = prefers_english(headers);
        let lang = if english { "en" } else { "hu" };
        let text = if english { texts::english(self) } else { texts::hungarian(self) };
        let page = Page { lang, text, shop: shop.map(ShopName::as_str), link };
        let html = page.render().unwrap_or_default();
        let mut answer = with_body(self.status(), "text/html; charset=utf-8", html);
        if let Ok(policy) = HeaderValue::from_str(&content_security_policy(shop)) {
            answer.headers_mut().insert(http::header::CONTENT_SECURITY_POLICY, policy);
        }
        answer
            .headers_mut()
            .insert(http::header::VARY, HeaderValue::from_static("accept-language"));
        answer
    }
}

#[derive(Template)]
#[template(path = "notice.html")]
struct Page<'a> {
    lang: &'static str,
    text: Text,
    shop: Option<&'a str>,
    link: Option<&'a str>,
}

/// Nothing is loaded, nothing runs, and only the shop's own admin frames the page.
fn content_security_policy(shop: Option<&ShopName>) -> String {
    let ancestors = shop.map_or_else(
        || "'none'".to_owned(),
        |shop| format!("https://{shop}.shoprenter.hu https://{shop}.myshoprenter.hu"),
    );
    format!("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hungarian_is_the_default() {
        let page = Notice::NotSigned.page(&HeaderMap::new(), None);
        assert_eq!(page.status(), 403);
        assert!(page.body().contains("<html lang=\"hu\">"));
    }

    #[test]
    fn english_is_spoken_where_it_is_preferred() {
        let mut headers = HeaderMap::new();
        headers.insert(http::header::ACCEPT_LANGUAGE, HeaderValue::from_static("en"));
        let shop = ShopName::parse("demo").unwrap();
        let page = Notice::Connected.page(&headers, Some(&shop));
        assert!(page.body().contains("<html lang=\"en\">"));
        assert!(page.body().contains("demo"));
    }

    #[test]
    fn a_notice_leads_to_where_something_is_to_be_done() {
        let shop = ShopName::parse("demo").unwrap();
        let address = "https://demo.myshoprenter.hu/admin/app/1/approveScopes";
        let page = Notice::MissingPermission.page_leading_to(address, &HeaderMap::new(), &shop);
        assert_eq!(page.status(), 200);
        assert!(page.body().contains(&format!("<a href=\"{address}\"")), "{}", page.body());
    }

    #[test]
    fn only_the_shops_own_admin_frames_its_page() {
        let policy = |shop: Option<&ShopName>| {
            let page = Notice::Connected.page(&HeaderMap::new(), shop);
            page.headers()["content-security-policy"].to_str().unwrap().to_owned()
        };
        let shop = ShopName::parse("demo").unwrap();
        assert!(
            policy(Some(&shop)).contains(
                "frame-ancestors https://demo.shoprenter.hu https://demo.myshoprenter.hu"
            )
        );
        assert!(policy(None).contains("frame-ancestors 'none'"));
    }

    #[test]
    fn a_refusal_says_what_to_do_next_in_both_languages() {
        for notice in [
            Notice::MissingPermission,
            Notice::ClientRefused,
            Notice::ShopRenterUnavailable,
            Notice::Malformed,
            Notice::NotSigned,
            Notice::Expired,
            Notice::Outdated,
            Notice::Unavailable,
        ] {
            assert!(!texts::hungarian(notice).next.is_empty(), "{notice:?}");
            assert!(!texts::english(notice).next.is_empty(), "{notice:?}");
        }
    }
}
