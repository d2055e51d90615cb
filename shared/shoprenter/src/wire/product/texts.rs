//! A product's texts by language code, as plain text of bounded size.

use std::collections::BTreeMap;

use super::super::language::{Languages, UNDETERMINED};
use super::super::person;
use super::super::plain_text::{line, paragraphs};
use super::super::scalar::Scalar;
use super::fields::WireDescription;
use shopcall_domain::{ProductText, SkippedFields};

/// Bytes; ShopRenter's own limit is 255 characters.
const MAX_NAME: usize = 1024;
/// Bytes of plain text.
const MAX_SHORT: usize = 2 * 1024;
/// Bytes of plain text, ten minutes read aloud.
const MAX_LONG: usize = 12 * 1024;
/// Bytes of a unit of measurement.
const MAX_UNIT: usize = 64;
/// With the limits above, all texts together, with an address each, take at most 210 KiB of the 400 KB that a row holds.
const MAX_LANGUAGES: usize = 12;

/// Texts by language code, or by the language's resource id if the code is unknown. The first text
/// of a language counts; empty ones are skipped.
pub(super) fn by_language(
    descriptions: Vec<WireDescription<'_>>,
    languages: &Languages,
    skipped: &mut SkippedFields,
) -> BTreeMap<String, ProductText> {
    let mut texts = BTreeMap::new();
    for wire in descriptions {
        let id = skipped.or_none(wire.language.checked("productDescriptions.language"));
        let id = id.as_deref().unwrap_or(UNDETERMINED);
        let key = languages.code(id).unwrap_or(id);
        if texts.len() >= MAX_LANGUAGES || texts.contains_key(key) {
            continue;
        }
        for (text, field) in [
            (&wire.name, "productDescriptions.name"),
            (&wire.short_description, "productDescriptions.shortDescription"),
            (&wire.description, "productDescriptions.description"),
        ] {
            skipped.or_none(text.string(field));
        }
        let text = text(&wire.name, &wire.short_description, &wire.description);
        if text != ProductText::default() {
            let unit = person::text(&wire.measurement_unit, MAX_UNIT);
            texts.insert(key.to_owned(), ProductText { unit, ..text });
        }
    }
    texts
}

/// Texts in one language.
pub(in super::super) fn text(
    name: &Scalar<'_>,
    short: &Scalar<'_>,
    long: &Scalar<'_>,
) -> ProductText {
    let prose = |html: &Scalar<'_>, limit| {
        html.text().map(|html| paragraphs(html, limit)).filter(|text| !text.is_empty())
    };
    ProductText {
        name: name.text().map(|name| line(name, MAX_NAME)).unwrap_or_default(),
        short_description: prose(short, MAX_SHORT),
        description: prose(long, MAX_LONG),
        unit: None,
        link: None,
    }
}
