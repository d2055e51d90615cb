//! `productAttributeExtend`: what sets variants apart, such as size and colour.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::super::context::ShopContext;
use super::super::language::UNDETERMINED;
use super::super::names::ByLanguage;
use super::super::person;
use super::fields::WireAttribute;
use shopcall_domain::{Attribute, SkippedFields};

/// Bytes of an attribute's own name and of its value in one language.
const MAX_NAME: usize = 128;
const MAX_VALUE: usize = 512;
/// Bytes of all attributes of a product; the rest is dropped.
const MAX_ATTRIBUTES: usize = 24 * 1024;
/// Bytes that an attribute takes besides its texts.
const ATTRIBUTE: usize = 64;
/// Bytes of a text besides itself: its language, quotation marks and commas.
const TEXT: usize = 24;
/// More languages than any shop has.
const MAX_LANGUAGES: usize = 12;

/// Attributes that have a value.
pub(super) fn of(
    wire: &[WireAttribute<'_>],
    context: &ShopContext,
    skipped: &mut SkippedFields,
) -> Vec<Attribute> {
    let (mut attributes, mut size) = (Vec::new(), 0);
    for wire in wire {
        let Some(attribute) = attribute(wire, context, skipped) else { continue };
        size += size_of(&attribute);
        if size > MAX_ATTRIBUTES {
            break;
        }
        attributes.push(attribute);
    }
    attributes
}

fn attribute(
    wire: &WireAttribute<'_>,
    context: &ShopContext,
    skipped: &mut SkippedFields,
) -> Option<Attribute> {
    let name = person::text(&wire.name, MAX_NAME)?;
    let id = wire.id.text().unwrap_or_default();
    let labels = context.names.attributes.of(id).cloned().unwrap_or_default();
    let is_number = matches!(wire.kind.text(), Some("INTEGER" | "FLOAT"));
    let (values, number) = if is_number {
        let mut entries = wire.value.entries().iter();
        let number = entries.find_map(|entry| {
            skipped.or_none(entry.value.decimal("productAttributeExtend.value"))
        })?;
        (with_unit(number, id, context), Some(number))
    } else {
        (texts(wire, context, skipped), None)
    };
    let attribute = Attribute { name, labels, values, number };
    (number.is_some() || !attribute.values.is_empty()).then_some(attribute)
}

/// Texts by language; several in one language are listed.
fn texts(
    wire: &WireAttribute<'_>,
    context: &ShopContext,
    skipped: &mut SkippedFields,
) -> ByLanguage {
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    for entry in wire.value.entries() {
        skipped.or_none(entry.value.string("productAttributeExtend.value"));
        let Some(text) = person::text(&entry.value, MAX_VALUE) else { continue };
        let id = entry.language.id().unwrap_or(UNDETERMINED);
        let language = context.languages.code(id).unwrap_or(id);
        if let Some(listed) = values.get_mut(language) {
            if listed.len() + text.len() < MAX_VALUE {
                listed.push_str(", ");
                listed.push_str(&text);
            }
        } else if values.len() < MAX_LANGUAGES {
            values.insert(language.to_owned(), text);
        }
    }
    values
}

/// The number with the texts that the shop shows before and after it.
fn with_unit(number: Decimal, id: &str, context: &ShopContext) -> ByLanguage {
    let (before, after) = (context.names.prefixes.of(id), context.names.postfixes.of(id));
    let languages = before.into_iter().chain(after).flat_map(BTreeMap::keys);
    let part = |names: Option<&ByLanguage>, language: &String| {
        names.and_then(|names| names.get(language)).cloned().unwrap_or_default()
    };
    languages
        .map(|language| {
            let text = format!("{} {number} {}", part(before, language), part(after, language));
            (language.clone(), text.trim().to_owned())
        })
        .collect()
}

fn size_of(attribute: &Attribute) -> usize {
    let texts = attribute.labels.iter().chain(&attribute.values);
    let texts = texts.map(|(language, text)| TEXT + language.len() + text.len());
    ATTRIBUTE + attribute.name.len() + texts.sum::<usize>()
}
