//! The merchant's pages, in every state that they know and in both languages.

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
    assert!(found.is_some(), "no state is called {name}");
    found.map(|(_, scene)| scene.page(language).into_body()).unwrap_or_default()
}

/// The page without its tags, blanks folded.
fn text(html: &str) -> String {
    let inside = html.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text);
    inside.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The values of an attribute, wherever it stands.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(&*start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_page_is_whole_and_says_its_language() {
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
fn every_page_is_light() {
    each(|name, _, html| {
        let script = if html.contains("<script") { SCRIPT.body().len() } else { 0 };
        let whole = html.len() + STYLE.body().len() + script;
        assert!(whole < 30_000, "{name} has {whole} bytes");
    });
}

#[test]
fn nothing_runs_or_is_styled_within_a_page() {
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
fn nothing_is_loaded_from_elsewhere() {
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
fn no_id_comes_twice_and_every_reference_leads_somewhere() {
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
fn headings_leave_no_level_out() {
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
fn every_action_carries_the_session_and_all_that_change_something_their_proof() {
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
fn a_shop_full_of_markup_breaks_nothing() {
    for language in LANGUAGES {
        let html = page("store-hostile", language);
        assert!(!html.contains("<script>"), "{html}");
        assert!(!html.contains(HOSTILE));
        let escaped = "<bdi>&#60;script&#62;alert(&#39;x&#39;)&#60;/script&#62;&#34;&#39;`&#38;lt;";
        assert_eq!(html.matches(escaped).count(), 2, "{html}");
    }
}

#[test]
fn no_internal_text_reaches_the_merchant() {
    each(|name, _, html| {
        // What the log says, and how the shop's events are called.
        for internal in ["not a page", "the sweep was left out", "ApiError", "order_confirm"] {
            assert!(!html.contains(internal), "{name}: {internal}");
        }
    });
}

#[test]
fn progress_is_told_in_pages_where_the_shop_knows_how_many_there_are() {
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
fn where_all_is_well_nothing_runs_and_nothing_is_to_be_done() {
    let html = page("store-well", Language::English);
    assert!(!html.contains("data-running") && !html.contains("class=\"todos\""));
    let words = text(&html);
    assert!(words.contains("The shop is connected"), "{words}");
    assert!(words.contains("12,345") && words.contains("22 Nov 2026, 08:02"), "{words}");
    assert!(words.contains("# 10482 · HUF 12,990"), "{words}");
}

#[test]
fn what_is_to_be_done_comes_first() {
    for (name, sign) in [
        ("store-attention", "https://mintabolt.myshoprenter.hu/admin/app/c\" target=\"_top\""),
        ("store-permission", "/admin/app/c/approveScopes\" target=\"_top\""),
    ] {
        let html = page(name, Language::Hungarian);
        let (todos, cards) = (html.find("class=\"todos\""), html.find("class=\"cards\""));
        assert!(todos.is_some() && todos < cards, "{name}");
        assert!(html.contains(sign), "{name}: {html}");
    }
    let words = text(&page("store-permission", Language::Hungarian));
    assert!(words.contains("ezek nem érhetők el: rendelések, azonnali értesítések."), "{words}");
}

#[test]
fn of_two_runs_that_have_not_ended_the_one_with_the_lease_is_at_work() {
    let words = text(&page("store-sweeping", Language::English));
    assert_eq!(words.matches("In progress").count(), 1, "{words}");
    let (at_work, died) = (words.find("In progress"), words.find("Interrupted"));
    assert!(at_work.is_some() && at_work < died, "{words}");
}

#[test]
fn every_page_with_forms_knows_what_to_say_when_one_fails() {
    for language in LANGUAGES {
        let html = page("store-well", language);
        let said = values(&html, "data-failed");
        let [failed] = said[..] else { panic!("said {} times", said.len()) };
        assert!(text(&page("store-said-refused", language)).contains(failed), "{failed}");
    }
}

#[test]
fn below_the_page_there_is_nothing_but_a_way_to_look_again_without_the_script() {
    each(|name, _, html| {
        for (before, _) in html.match_indices("<footer") {
            let before = html.get(..before).unwrap_or_default().trim_end();
            assert!(before.ends_with("<noscript>"), "{name}");
        }
    });
}

#[test]
fn what_is_not_shared_shows_nothing_of_itself() {
    let html = page("store-withheld", Language::English);
    let words = text(&html);
    assert!(words.contains("Not shared; what we stored is being erased."), "{words}");
    assert!(words.contains("Not shared with the assistant."), "{words}");
    assert!(!words.contains("10482") && !words.contains("8,021"), "{words}");
    // Nor do the webhooks that tell of it.
    for said in ["Instant notices", "A new order"] {
        assert!(!words.contains(said), "{said}: {words}");
        assert!(text(&page("store-well", Language::English)).contains(said), "{said}");
    }
    assert_eq!(html.matches("name=\"shared\" value=\"on\"").count(), 2);
    assert_eq!(html.matches("name=\"shared\" value=\"off\"").count(), 1);
}

#[test]
fn a_failure_is_told_in_plain_words() {
    let words = text(&page("store-failed", Language::English));
    for sentence in [
        "It did not succeed last time. ShopRenter did not answer.",
        "ShopRenter's answer could not be understood.",
        "Something went wrong on our side.",
        "2 could not be understood",
        "Interrupted",
    ] {
        assert!(words.contains(&sentence.replace('\'', "&#39;")), "{sentence}: {words}");
    }
}

#[test]
fn what_came_of_an_action_is_announced() {
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
fn form_may_lead_to_the_admin() {
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
