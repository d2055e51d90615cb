//! One plain page for every outcome that needs no more than a few sentences.

use askama::Template;
use http::{HeaderMap, StatusCode};

use super::assets::STYLE;
use super::language::Language;
use super::policy::{self, Behaviour};
use super::texts::{NoticeText, Texts};
use crate::auth::Refusal;
use crate::domain::ShopName;
use crate::http::{Answer, refusal_status};

/// Everything that can be said to a merchant without knowing more than the shop's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// ShopRenter gives the app no token for this shop.
    ClientRefused,
    /// ShopRenter does not answer; the set-up goes on at the next opening.
    ShopRenterUnavailable,
    /// The app has been removed from the shop.
    Uninstalled,
    /// The address or the form is not complete or not well-formed.
    Malformed,
    /// The address is not signed by ShopRenter.
    NotSigned,
    /// The address was signed too long ago, or in the future.
    Expired,
    /// The address is older than the removal of the app.
    Outdated,
    /// The session of the store's page is over, or was none.
    SessionOver,
    /// Something failed on our side.
    Unavailable,
}

impl Notice {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::ClientRefused,
        Self::ShopRenterUnavailable,
        Self::Uninstalled,
        Self::Malformed,
        Self::NotSigned,
        Self::Expired,
        Self::Outdated,
        Self::SessionOver,
        Self::Unavailable,
    ];

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
            Self::Uninstalled => StatusCode::OK,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::SessionOver => StatusCode::UNAUTHORIZED,
            Self::NotSigned | Self::Expired => StatusCode::FORBIDDEN,
            Self::Outdated => StatusCode::CONFLICT,
            Self::ClientRefused => StatusCode::BAD_GATEWAY,
            Self::ShopRenterUnavailable | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn tone(self) -> &'static str {
        match self {
            Self::Uninstalled => "well",
            _ => "care",
        }
    }

    /// The notice as a page, in the language that the browser asks for. `shop` is named on it, and
    /// its admin alone may frame it; without one nobody may.
    pub fn page(self, headers: &HeaderMap, shop: Option<&ShopName>) -> Answer {
        let hosts = shop.map(policy::admin_hosts);
        let ancestors = hosts.as_ref().map_or(&[][..], |hosts| &hosts[..]);
        self.render(Language::of(headers), shop, ancestors)
    }

    /// The notice in a language that is known, framed by whoever frames the store's page.
    pub fn page_within(
        self,
        language: Language,
        shop: Option<&ShopName>,
        frame_ancestors: &[String],
    ) -> Answer {
        self.render(language, shop, frame_ancestors)
    }

    fn render(
        self,
        language: Language,
        shop: Option<&ShopName>,
        frame_ancestors: &[impl AsRef<str>],
    ) -> Answer {
        let page = Page {
            lang: language.as_str(),
            style: &STYLE.href(),
            text: Texts::of(language).notice(self),
            tone: self.tone(),
            shop: shop.map(ShopName::as_str),
        };
        let html = page.render().unwrap_or_default();
        policy::page(self.status(), html, Behaviour::None, frame_ancestors)
    }
}

#[derive(Template)]
#[template(path = "notice.html")]
struct Page<'a> {
    lang: &'static str,
    style: &'a str,
    text: &'static NoticeText,
    /// `well` or `care`, a class of the stylesheet.
    tone: &'static str,
    shop: Option<&'a str>,
}
