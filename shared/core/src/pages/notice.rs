//! Plain pages for outcomes that a few sentences explain.

use askama::Template;
use http::{HeaderMap, StatusCode};

use super::assets::STYLE;
use super::language::{Language, language_of};
use super::policy::{self, Behaviour};
use super::texts::{NoticeText, Texts, fill};
use crate::domain::{Platform, ShopName};
use crate::runtime::http::Answer;

/// A message to a merchant that needs no data beyond the shop's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The platform refuses a token for this shop.
    ClientRefused,
    /// The platform does not answer; the set-up continues at the next opening.
    PlatformUnavailable,
    /// The app has been removed from the shop.
    Uninstalled,
    /// The address or the form is incomplete or malformed.
    Malformed,
    /// The address is not signed by the platform.
    NotSigned,
    /// The address was signed too long ago, or in the future.
    Expired,
    /// The address is older than the removal of the app.
    Outdated,
    /// The session of the store's page has expired or is invalid.
    SessionOver,
    /// A failure on our side.
    Unavailable,
}

impl Notice {
    /// All notices.
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

    pub(super) fn text(self, texts: &'static Texts) -> &'static NoticeText {
        let notices = &texts.notices;
        match self {
            Self::ClientRefused => &notices.client_refused,
            Self::PlatformUnavailable => &notices.platform_unavailable,
            Self::Uninstalled => &notices.uninstalled,
            Self::Malformed => &notices.malformed,
            Self::NotSigned => &notices.not_signed,
            Self::Expired => &notices.expired,
            Self::Outdated => &notices.outdated,
            Self::SessionOver => &notices.session_over,
            Self::Unavailable => &notices.unavailable,
        }
    }

    fn tone(self) -> &'static str {
        match self {
            Self::Uninstalled => "well",
            _ => "care",
        }
    }

    /// The notice as a page in the browser's preferred language. Shows the shop's name; only its
    /// admin may frame the page. Without a shop, the page may not be framed.
    pub fn page(
        self,
        platform: &dyn Platform,
        headers: &HeaderMap,
        shop: Option<&ShopName>,
    ) -> Answer {
        let ancestors = shop.map(|shop| platform.frame_ancestors(Some(shop), None));
        self.page_within(platform, language_of(headers), shop, &ancestors.unwrap_or_default())
    }

    /// The notice in the given language; only `frame_ancestors` may frame it.
    pub fn page_within(
        self,
        platform: &dyn Platform,
        language: Language,
        shop: Option<&ShopName>,
        frame_ancestors: &[String],
    ) -> Answer {
        let text = self.text(Texts::of(language));
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
