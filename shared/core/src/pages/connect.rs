//! The page where an install begins: the merchant enters the shop's name.

use askama::Template;
use http::StatusCode;

use super::assets::STYLE;
use super::language::Language;
use super::policy::{self, Behaviour};
use super::texts::{Common, Connect, Texts, fill};
use crate::domain::{Platform, ShopInput};
use crate::runtime::http::Answer;

/// Maximum number of characters of refused input that are shown again.
const SHOWN: usize = 200;

/// The connect page, empty or with refused input.
#[derive(Debug, Clone, Copy)]
pub struct ConnectPage<'a> {
    /// The page's language.
    pub language: Language,
    /// Whether the language was chosen in the address, so that the form keeps it.
    pub is_chosen: bool,
    /// The platform of the shops to connect.
    pub platform: &'a dyn Platform,
    /// The input, if it is not a shop name.
    pub refused: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "connect.html")]
struct Page<'a> {
    lang: &'static str,
    other: &'static str,
    style: &'a str,
    common: &'static Common,
    text: &'static Connect,
    title: &'a str,
    hint: &'a str,
    error: &'a str,
    input: ShopInput,
    is_chosen: bool,
    typed: &'a str,
    is_refused: bool,
}

impl ConnectPage<'_> {
    /// Returns 200, or 400 for refused input. The page may not be framed.
    pub fn answer(&self) -> Answer {
        let texts = Texts::of(self.language);
        let typed = self.refused.unwrap_or_default();
        let end = typed.char_indices().nth(SHOWN).map_or(typed.len(), |(end, _)| end);
        let input = self.platform.shop_input();
        let names = [("platform", self.platform.name()), ("example", input.example)];
        let page = Page {
            title: &fill(texts.connect.title, &names),
            hint: &fill(texts.connect.hint, &names),
            error: &fill(texts.connect.error, &names),
            input,
            lang: self.language.as_str(),
            other: self.language.other().as_str(),
            style: &STYLE.href(),
            common: &texts.common,
            text: &texts.connect,
            is_chosen: self.is_chosen,
            typed: typed.get(..end).unwrap_or_default(),
            is_refused: self.refused.is_some(),
        };
        let html = page.render().unwrap_or_default();
        let status = if self.refused.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        // `form-action` applies to every redirect, and the addresses of an admin's login are not
        // known here, so any `https:` target is allowed. The form sends only the shop's name.
        let insecure = self.platform.insecure_origin();
        let mut targets = vec!["https:"];
        targets.extend(insecure.as_deref());
        policy::page(status, html, Behaviour::Form(&targets), &[] as &[&str])
    }
}
