//! One plain page for every outcome that needs no more than a few sentences.

use askama::Template;
use http::{HeaderMap, StatusCode};

use super::assets::STYLE;
use super::language::{Language, language_of};
use super::policy::{self, Behaviour};
use super::texts::{Texts, fill};
use crate::domain::{Platform, ShopName};
use crate::runtime::http::Answer;

/// Everything that can be said to a merchant without knowing more than the shop's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The platform gives the app no token for this shop.
    ClientRefused,
    /// The platform does not answer; the set-up goes on at the next opening.
    PlatformUnavailable,
    /// The app has been removed from the shop.
    Uninstalled,
    /// The address or the form is not complete or not well-formed.
    Malformed,
    /// The address is not signed by the platform.
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
        Self::PlatformUnavailable,
        Self::Uninstalled,
        Self::Malformed,
        Self::NotSigned,
        Self::Expired,
        Self::Outdated,
        Self::SessionOver,
        Self::Unavailable,
    ];

    fn status(self) -> StatusCode {
        match self {
            Self::Uninstalled => StatusCode::OK,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::SessionOver => StatusCode::UNAUTHORIZED,
            Self::NotSigned | Self::Expired => StatusCode::FORBIDDEN,
            Self::Outdated => StatusCode::CONFLICT,
            Self::ClientRefused => StatusCode::BAD_GATEWAY,
            Self::PlatformUnavailable | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn tone(self) -> &'static str {
        match self {
            Self::Uninstalled => "well",
            _ => "care",
        }
    }

    /// The notice as a page, in the language that the browser asks for. `shop` is named on it, and
    /// its admin alone may frame it; without a shop, no page may.
    pub fn page(
        self,
        platform: &dyn Platform,
        headers: &HeaderMap,
        shop: Option<&ShopName>,
    ) -> Answer {
        let ancestors = shop.map(|shop| platform.frame_ancestors(Some(shop), None));
        self.page_within(platform, language_of(headers), shop, &ancestors.unwrap_or_default())
    }

    /// The notice in a known language, framed by these origins alone.
    pub fn page_within(
        self,
        platform: &dyn Platform,
        language: Language,
        shop: Option<&ShopName>,
        frame_ancestors: &[String],
    ) -> Answer {
        let text = Texts::of(language).notice(self);
        let name = [("platform", platform.name())];
        let page = Page {
            lang: language.as_str(),
            style: &STYLE.href(),
            title: &fill(text.title, &name),
            what: &fill(text.what, &name),
            next: &fill(text.next, &name),
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
    title: &'a str,
    what: &'a str,
    next: &'a str,
    /// `well` or `care`, a class of the stylesheet.
    tone: &'static str,
    shop: Option<&'a str>,
}
