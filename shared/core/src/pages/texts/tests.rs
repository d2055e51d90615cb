//! None is missing, none is empty, and both languages say the same.

use std::collections::BTreeSet;

use super::*;

type Named = (String, &'static str);

fn all(texts: &Texts) -> Vec<Named> {
    let groups = [
        ("common", texts.common.all()),
        ("connect", texts.connect.all()),
        ("standing", texts.standing.all()),
        ("card", texts.card.all()),
        ("settings", texts.settings.all()),
        ("sharing", texts.sharing.all()),
        ("webhooks", texts.webhooks.all()),
        ("runs", texts.runs.all()),
    ];
    let named = |(group, texts): (&str, Vec<(&str, &'static str)>)| -> Vec<Named> {
        texts.into_iter().map(|(name, text)| (format!("{group}.{name}"), text)).collect()
    };
    groups.into_iter().flat_map(named).collect()
}

fn pairs() -> Vec<(String, &'static str, &'static str)> {
    let (hungarian, english) = (all(&hungarian::TEXTS), all(&english::TEXTS));
    let pairs = hungarian.into_iter().zip(english);
    pairs.map(|((name, hungarian), (_, english))| (name, hungarian, english)).collect()
}

/// The names in braces.
fn places(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|behind| behind.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn no_text_is_empty_and_none_is_left_untranslated() {
    for (name, hungarian, english) in pairs() {
        assert!(!hungarian.trim().is_empty() && !english.trim().is_empty(), "{name} is empty");
        assert_ne!(hungarian, english, "{name} is the same in both languages");
    }
}

#[test]
fn both_languages_leave_the_same_places_to_be_filled_in() {
    for (name, hungarian, english) in pairs() {
        assert_eq!(places(hungarian), places(english), "{name}");
    }
}

#[test]
fn no_text_has_stray_blanks() {
    for (name, hungarian, english) in pairs() {
        for text in [hungarian, english] {
            assert!(!text.contains("  ") && text.trim() == text, "{name}: {text:?}");
        }
    }
}

#[test]
fn every_notice_says_what_happened_and_every_refusal_what_to_do() {
    for notice in Notice::ALL {
        let (hungarian, english) = (hungarian::TEXTS.notice(notice), english::TEXTS.notice(notice));
        assert_ne!(hungarian.title, english.title, "{notice:?}");
        assert_ne!(hungarian.what, english.what, "{notice:?}");
        let has_next = !hungarian.next.is_empty() && !english.next.is_empty();
        assert!(has_next || notice == Notice::Uninstalled, "{notice:?}");
    }
}

#[test]
fn what_is_filled_in_is_not_looked_at_again() {
    assert_eq!(fill("{a} of {b}.", &[("a", "{b}"), ("b", "2")]), "{b} of 2.");
    assert_eq!(fill("plain", &[]), "plain");
    assert_eq!(fill("{unknown}!", &[]), "!");
}
