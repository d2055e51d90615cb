//! The page on which an install begins: the merchant names the shop.

use askama::Template;
use http::StatusCode;

use super::assets::STYLE;
use super::language::Language;
use super::policy::{self, Behaviour};
use super::texts::{Common, Connect, Texts, fill};
use crate::domain::{Platform, ShopInput};
use crate::runtime::http::Answer;

/// What one types is shown again up to this many characters.
const SHOWN: usize = 200;

/// The page, empty or with what was typed and is no shop's name.
#[derive(Debug, Clone, Copy)]
pub struct ConnectPage<'a> {
    /// The language it is written in.
    pub language: Language,
    /// Whether the language was chosen in the address, and so is to be kept.
    pub is_chosen: bool,
    /// The platform whose shops are connected.
    pub platform: &'a dyn Platform,
    /// What was typed, if it is no shop's name.
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
    /// 200, or 400 where something was typed that is no shop's name. Nobody may frame it.
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
        let refused = if self.refused.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        // A browser looks at every address that the form is redirected to, and where an admin asks
        // for its password, or sends its owner next, is not known here. All that is sent is a name.
        let insecure = self.platform.insecure_origin();
        let mut leads_to = vec!["https:"];
        leads_to.extend(insecure.as_deref());
        policy::page(refused, html, Behaviour::Form(&leads_to), &[] as &[&str])
    }
}
