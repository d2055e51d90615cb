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

/// What a reload of the store's page brings: a page that says nothing of any store, and whose
/// script fetches the store's page where the browser's history still knows the session.
///
/// Which shop's admin frames it is not known, so `frame_ancestors` names any shop's.
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
