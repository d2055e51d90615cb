//! The merchant's pages, in all states and both languages.

#[path = "../examples/pages/samples/mod.rs"]
mod samples;

use proptest::prelude::*;
use samples::{HOSTILE, Sample, scenes};
use shopcall_core::domain::{Language, Platform};
use shopcall_core::pages::ConnectPage;
use shopcall_core::pages::assets::{SCRIPT, STYLE};
use shopcall_core::runtime::config::Environment;

const LANGUAGES: [Language; 2] = [Language::Hungarian, Language::English];

fn each(mut check: impl FnMut(&str, &Sample, &str)) {
    for sample in samples::all() {
        let name = format!("{} ({})", sample.name, sample.language.as_str());
        let body = sample.answer.body().clone();
        check(&name, &sample, &body);
    }
}

fn page(name: &str, language: Language) -> String {
    let found = scenes().into_iter().find(|(known, _)| *known == name);
    assert!(found.is_some(), "unknown state {name}");
    found.map(|(_, scene)| scene.page(language).into_body()).unwrap_or_default()
}

/// The page without tags, with whitespace collapsed.
fn text(html: &str) -> String {
    let inside = html.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text);
    inside.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// All values of an attribute.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(&*start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn pages_are_complete_and_name_their_language() {
    each(|name, sample, html| {
        assert!(html.starts_with("<!doctype html>"), "{name}");
        assert!(html.contains(&format!("<html lang=\"{}\">", sample.language.as_str())), "{name}");
        assert!(html.trim_end().ends_with("</html>"), "{name}");
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert_eq!(html.matches("<main").count(), 1, "{name}");
        assert!(!html.contains("{{") || name.contains("hostile"), "{name}");
    });
}

#[test]
fn pages_are_smaller_than_30_kb() {
    each(|name, _, html| {
        let script = if html.contains("<script") { SCRIPT.body().len() } else { 0 };
        let whole = html.len() + STYLE.body().len() + script;
        assert!(whole < 30_000, "{name} has {whole} bytes");
    });
}

#[test]
fn pages_have_no_inline_scripts_or_styles() {
    each(|name, sample, html| {
        let policy = sample.answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "{name}: {policy}");
        assert!(!policy.contains("unsafe"), "{name}: {policy}");
        let script = format!("<script src=\"../../assets/{}\" defer></script>", SCRIPT.name());
        assert_eq!(html.matches("<script").count(), html.matches(&*script).count(), "{name}");
        assert_eq!(html.contains("<script"), policy.contains("script-src"), "{name}");
        for inline in [" style=", "<style", " onclick", " onload", " onerror", "javascript:"] {
            assert!(!html.contains(inline), "{name}: {inline}");
        }
    });
}

#[test]
fn pages_load_nothing_from_other_origins() {
    each(|name, _, html| {
        for address in values(html, "href").iter().chain(&values(html, "action")) {
            let is_ours = ["../../assets/", "data:image/svg+xml,", "?lang=", "store", "init"]
                .iter()
                .any(|start| address.starts_with(start));
            let is_admin = address.starts_with("https://mintabolt.myshoprenter.hu/admin/app/");
            assert!(is_ours || is_admin, "{name}: {address}");
        }
        assert!(values(html, "src").iter().all(|src| src.starts_with("../../assets/")), "{name}");
    });
}

#[test]
fn ids_are_unique_and_references_resolve() {
    each(|name, _, html| {
        let mut ids = values(html, "id");
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count, "{name}");
        for attribute in ["aria-labelledby", "aria-describedby", "for"] {
            for id in values(html, attribute).iter().flat_map(|value| value.split(' ')) {
                assert!(ids.contains(&id), "{name}: {attribute} {id}");
            }
        }
    });
}

#[test]
fn headings_skip_no_level() {
    each(|name, _, html| {
        let mut before = 0;
        for part in html.split("<h").skip(1) {
            let Some(level) = part.chars().next().and_then(|digit| digit.to_digit(10)) else {
                continue;
            };
            assert!(level <= before + 1, "{name}: h{level} after h{before}");
            before = level;
        }
    });
}

#[test]
fn forms_have_session_and_changes_a_one_time_token() {
    each(|name, _, html| {
        for form in html.split("<form").skip(1).filter(|form| form.contains("method=\"post\"")) {
            let form = form.split("</form>").next().unwrap();
            assert!(form.contains("name=\"session\" value=\"v1."), "{name}");
            let is_free = form.contains("value=\"language\"") || form.contains("value=\"show\"");
            assert_eq!(form.contains("name=\"once\" value=\""), !is_free, "{name}: {form}");
        }
    });
}

#[test]
fn hostile_shop_texts_are_escaped() {
    for language in LANGUAGES {
        let html = page("store-hostile", language);
        assert!(!html.contains("<script>"), "{html}");
        assert!(!html.contains(HOSTILE));
        let escaped = "<bdi>&#60;script&#62;alert(&#39;x&#39;)&#60;/script&#62;&#34;&#39;`&#38;lt;";
        assert_eq!(html.matches(escaped).count(), 2, "{html}");
    }
}

#[test]
fn pages_show_no_internal_text() {
    each(|name, _, html| {
        // Log texts and event names.
        for internal in ["not a page", "the sweep was left out", "ApiError", "order_confirm"] {
            assert!(!html.contains(internal), "{name}: {internal}");
        }
    });
}

#[test]
fn progress_shows_page_count_where_known() {
    let html = page("store-fresh", Language::Hungarian);
    assert!(html.contains("data-running"));
    assert!(html.contains("value=\"6\" max=\"14\""), "{html}");
    let words = text(&html);
    assert!(words.contains("Szinkronizálás folyamatban: 6 / 14 oldal"), "{words}");
    assert!(words.contains("eddig 3 oldal") && words.contains("indul…"), "{words}");
    let words = text(&page("store-fresh", Language::English));
    assert!(words.contains("Synchronising: 6 of 14 pages"), "{words}");
}

#[test]
fn store_without_problems_shows_no_todos() {
    let html = page("store-well", Language::English);
    assert!(!html.contains("data-running") && !html.contains("class=\"todos\""));
    let words = text(&html);
    assert!(words.contains("The shop is connected"), "{words}");
    assert!(words.contains("12,345") && words.contains("22 Nov 2026, 08:02"), "{words}");
    assert!(words.contains("# 10482 · HUF 12,990"), "{words}");
}

#[test]
fn todos_come_before_cards() {
    for (name, link) in [
        ("store-attention", "https://mintabolt.myshoprenter.hu/admin/app/c\" target=\"_top\""),
        ("store-permission", "/admin/app/c/approveScopes\" target=\"_top\""),
    ] {
        let html = page(name, Language::Hungarian);
        let (todos, cards) = (html.find("class=\"todos\""), html.find("class=\"cards\""));
        assert!(todos.is_some() && todos < cards, "{name}");
        assert!(html.contains(link), "{name}: {html}");
    }
    let words = text(&page("store-permission", Language::Hungarian));
    let missing = "rendelések (order.order:read), azonnali értesítések (store.webhook:write).";
    assert!(words.contains(missing), "{words}");
}

#[test]
fn only_run_with_the_lease_is_in_progress() {
    let words = text(&page("store-sweeping", Language::English));
    assert_eq!(words.matches("In progress").count(), 1, "{words}");
    let (in_progress, died) = (words.find("In progress"), words.find("Interrupted"));
    assert!(in_progress.is_some() && in_progress < died, "{words}");
}

#[test]
fn pages_with_forms_have_the_failure_text() {
    for language in LANGUAGES {
        let html = page("store-well", language);
        let result = values(&html, "data-failed");
        let [failed] = result[..] else { panic!("{} failure texts", result.len()) };
        assert!(text(&page("store-said-refused", language)).contains(failed), "{failed}");
    }
}

#[test]
fn footer_is_shown_only_without_scripts() {
    each(|name, _, html| {
        for (before, _) in html.match_indices("<footer") {
            let before = html.get(..before).unwrap_or_default().trim_end();
            assert!(before.ends_with("<noscript>"), "{name}");
        }
    });
}

#[test]
fn not_shared_resource_shows_no_data() {
    let html = page("store-not-shared", Language::English);
    let words = text(&html);
    assert!(words.contains("Not shared; what we stored is being erased."), "{words}");
    assert!(words.contains("Not shared with the assistant."), "{words}");
    assert!(!words.contains("10482") && !words.contains("8,021"), "{words}");
    // Their webhooks are hidden too.
    for label in ["Instant notifications", "A new order"] {
        assert!(!words.contains(label), "{label}: {words}");
        assert!(text(&page("store-well", Language::English)).contains(label), "{label}");
    }
    assert_eq!(html.matches("name=\"shared\" value=\"on\"").count(), 2);
    assert_eq!(html.matches("name=\"shared\" value=\"off\"").count(), 1);
}

#[test]
fn failures_are_shown_in_plain_words() {
    let words = text(&page("store-failed", Language::English));
    for sentence in [
        "The last synchronisation failed. ShopRenter did not answer.",
        "ShopRenter's answer could not be processed.",
        "Something went wrong on our side.",
        "2 could not be processed",
        "Interrupted",
    ] {
        assert!(words.contains(&sentence.replace('\'', "&#39;")), "{sentence}: {words}");
    }
}

#[test]
fn result_of_an_action_is_announced() {
    for (name, sentence) in [
        ("store-said-sync", "The synchronisation is about to start."),
        ("store-said-shared", "Customers: shared again."),
        ("store-said-already", "This has been done already and was not repeated."),
    ] {
        let html = page(name, Language::English);
        assert!(html.contains("role=\"status\" id=\"said\""), "{name}");
        assert!(text(&html).contains(sentence), "{name}");
    }
    assert!(page("store-said-sync", Language::English).contains("data-running"));
}

fn connect<'a>(platform: &'a dyn Platform, refused: Option<&'a str>) -> ConnectPage<'a> {
    ConnectPage { language: Language::Hungarian, is_chosen: false, platform, refused }
}

#[test]
fn refused_input_is_escaped_and_marked() {
    let platform = samples::platform();
    let answer = connect(&*platform, Some("\"><script>alert(1)</script>")).answer();
    assert_eq!(answer.status(), 400);
    assert!(!answer.body().contains("<script"), "{}", answer.body());
    assert!(answer.body().contains("aria-invalid=\"true\""));
    assert!(answer.body().contains("&#34;&#62;&#60;script"), "{}", answer.body());
}

#[test]
fn form_may_redirect_to_the_admin() {
    for (admin, allowed) in [
        (None, "'self' https:"),
        (Some("https://{shop}.example/app"), "'self' https:"),
        (Some("http://127.0.0.1:4010/{shop}/app"), "'self' https: http://127.0.0.1:4010"),
    ] {
        let lookup =
            |name: &str| admin.filter(|_| name == "SHOPRENTER_ADMIN_URL").map(str::to_owned);
        let entry = platforms::shoprenter::without_api(&Environment::new(&lookup)).unwrap();
        let answer = connect(&*entry.platform, None).answer();
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains(&format!("form-action {allowed};")), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!answer.body().contains("<script"));
    }
}

proptest! {
    #[test]
    fn any_input_is_shown_again(typed in "\\PC{0,300}") {
        let platform = samples::platform();
        prop_assert_eq!(connect(&*platform, Some(&typed)).answer().status(), 400);
    }
}
