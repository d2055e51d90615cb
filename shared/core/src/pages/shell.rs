//! The store's page without a session.

use askama::Template;
use http::StatusCode;

use super::assets::{SCRIPT, STYLE};
use super::language::Language;
use super::policy::{self, Behaviour};
use super::texts::{NoticeText, Texts};
use crate::runtime::http::Answer;

#[derive(Template)]
#[template(path = "shell.html")]
struct Shell<'a> {
    lang: &'static str,
    style: &'a str,
    script: &'a str,
    text: &'static NoticeText,
}

/// The answer to a reload of the store's page: a page without store data. Its script loads the
/// store's page if the browser's history entry has a session.
///
/// If the shop is unknown, `frame_ancestors` must cover the admins of all shops.
pub fn shell(language: Language, frame_ancestors: &[impl AsRef<str>]) -> Answer {
    let page = Shell {
        lang: language.as_str(),
        style: &STYLE.href(),
        script: &SCRIPT.href(),
        text: &Texts::of(language).notices.shell,
    };
    let html = page.render().unwrap_or_default();
    policy::page(StatusCode::OK, html, Behaviour::Script, frame_ancestors)
}
