//! The page on which an install begins: the merchant names the shop.

use askama::Template;
use http::StatusCode;

use super::assets::STYLE;
use super::language::Language;
use super::policy::{self, Behaviour};
use super::texts::{Common, Connect, Texts};
use crate::domain::{SHOP_DOMAINS, ShopName};
use crate::http::Answer;

/// What one types is shown again up to this many characters.
const SHOWN: usize = 200;

/// The page, empty or with what was typed and is no shop's name.
#[derive(Debug, Clone, Copy)]
pub struct ConnectPage<'a> {
    /// The language it is written in.
    pub language: Language,
    /// Whether the language was chosen in the address, and so is to be kept.
    pub is_chosen: bool,
    /// The origin of the shops' admin, with a wildcard where a shop's name is a part of it.
    pub admin_origin: Option<&'a str>,
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
        let page = Page {
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
        let mut leads_to = vec!["https:"];
        leads_to.extend(self.admin_origin.filter(|origin| origin.starts_with("http://")));
        policy::page(refused, html, Behaviour::Form(&leads_to), &[] as &[&str])
    }

    /// The shop that was typed or pasted: its name, or an address of its admin or its front, in
    /// any case and with blanks around.
    pub fn shop(typed: &str) -> Option<ShopName> {
        let typed = typed.trim().to_ascii_lowercase();
        let address = typed.strip_prefix("https://").or(typed.strip_prefix("http://"));
        let host = address.unwrap_or(&typed).split(['/', '?', '#']).next()?;
        let host = host.strip_suffix(":443").unwrap_or(host).trim_end_matches('.');
        let host = host.strip_prefix("www.").unwrap_or(host);
        let label_before = |domain| host.strip_suffix(domain)?.strip_suffix('.');
        let label = SHOP_DOMAINS.into_iter().find_map(label_before);
        ShopName::parse(label.unwrap_or(host)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EMPTY: ConnectPage<'_> = ConnectPage {
        language: Language::Hungarian,
        is_chosen: false,
        admin_origin: None,
        refused: None,
    };

    #[test]
    fn a_shop_is_found_in_whatever_is_pasted() {
        for typed in [
            "demo",
            "  Demo ",
            "demo.myshoprenter.hu",
            "DEMO.shoprenter.hu",
            "https://demo.myshoprenter.hu/admin/app/4711?x=y#z",
            "http://www.demo.shoprenter.hu/",
            "https://demo.myshoprenter.hu:443",
            "demo.myshoprenter.hu.",
        ] {
            let shop = ConnectPage::shop(typed).map(|shop| shop.to_string());
            assert_eq!(shop.as_deref(), Some("demo"), "{typed}");
        }
    }

    #[test]
    fn what_is_no_shop_is_refused() {
        for typed in [
            "",
            " ",
            "https://",
            ".myshoprenter.hu",
            "demo.example.com",
            "a.demo.myshoprenter.hu",
            "de mo",
            "demo@evil",
            "javascript:alert(1)",
            "https://evil.example/demo.myshoprenter.hu",
            "https://user@demo.myshoprenter.hu",
            "demo.myshoprenter.hu:8080",
            "dém",
        ] {
            assert_eq!(ConnectPage::shop(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn what_was_typed_is_shown_again_and_marked() {
        let typed = "\"><script>alert(1)</script>";
        let answer = ConnectPage { refused: Some(typed), ..EMPTY }.answer();
        assert_eq!(answer.status(), 400);
        assert!(!answer.body().contains("<script"), "{}", answer.body());
        assert!(answer.body().contains("aria-invalid=\"true\""));
        assert!(answer.body().contains("&#34;&#62;&#60;script"), "{}", answer.body());
    }

    #[test]
    fn the_form_may_lead_to_the_admin_and_on_from_there() {
        for (admin_origin, allowed) in [
            (None, "'self' https:"),
            (Some("https://*.myshoprenter.hu"), "'self' https:"),
            (Some("http://127.0.0.1:4010"), "'self' https: http://127.0.0.1:4010"),
        ] {
            let answer = ConnectPage { admin_origin, ..EMPTY }.answer();
            let policy = answer.headers()["content-security-policy"].to_str().unwrap();
            assert!(policy.contains(&format!("form-action {allowed};")), "{policy}");
            assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
            assert!(!answer.body().contains("<script"));
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_can_upset_it(typed in "\\PC{0,300}") {
            if let Some(shop) = ConnectPage::shop(&typed) {
                prop_assert_eq!(ConnectPage::shop(shop.as_str()), Some(shop));
            }
            ConnectPage { refused: Some(&typed), ..EMPTY }.answer();
        }
    }
}
