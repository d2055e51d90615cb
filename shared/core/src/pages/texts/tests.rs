//! Checks of the texts in both languages.

use std::collections::BTreeSet;

use super::*;
use crate::pages::Notice;

type Named = (String, &'static str);

fn all(texts: &Texts) -> Vec<Named> {
    let groups = [
        ("common", texts.common.all()),
        ("connect", texts.connect.all()),
        ("standing", texts.standing.all()),
        ("optional", texts.optional.all()),
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

/// The names of placeholders.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|behind| behind.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn texts_are_translated_and_not_empty() {
    for (name, hungarian, english) in pairs() {
        assert!(!hungarian.trim().is_empty() && !english.trim().is_empty(), "{name} is empty");
        assert_ne!(hungarian, english, "{name} is the same in both languages");
    }
}

#[test]
fn both_languages_have_the_same_placeholders() {
    for (name, hungarian, english) in pairs() {
        assert_eq!(placeholders(hungarian), placeholders(english), "{name}");
    }
}

#[test]
fn texts_have_no_stray_blanks() {
    for (name, hungarian, english) in pairs() {
        for text in [hungarian, english] {
            assert!(!text.contains("  ") && text.trim() == text, "{name}: {text:?}");
        }
    }
}

#[test]
fn notices_say_what_happened_and_what_next() {
    for notice in Notice::ALL {
        let (hungarian, english) = (notice.text(&hungarian::TEXTS), notice.text(&english::TEXTS));
        assert_ne!(hungarian.title, english.title, "{notice:?}");
        assert_ne!(hungarian.what, english.what, "{notice:?}");
        let has_next = !hungarian.next.is_empty() && !english.next.is_empty();
        assert!(has_next || notice == Notice::Uninstalled, "{notice:?}");
    }
}

#[test]
fn filled_in_values_are_not_expanded() {
    assert_eq!(fill("{a} of {b}.", &[("a", "{b}"), ("b", "2")]), "{b} of 2.");
    assert_eq!(fill("plain", &[]), "plain");
    assert_eq!(fill("{unknown}!", &[]), "!");
}
