//! Attributes of products: one of each type that the documentation names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Names of an attribute in Hungarian, English and German.
type Words = [&'static str; 3];

/// An attribute that the shop defines.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) number: u32,
    /// `LIST`, `TEXT`, `INTEGER` or `FLOAT`.
    pub(crate) kind: &'static str,
    /// Internal name.
    pub(crate) name: &'static str,
    pub(crate) labels: Words,
    /// Text after the value.
    pub(crate) postfix: &'static str,
}

impl Definition {
    /// Collection with the attribute, and the name in its ids.
    pub(crate) fn collection(&self) -> (&'static str, &'static str) {
        match self.kind {
            "LIST" => ("listAttributes", "listAttribute"),
            "TEXT" => ("textAttributes", "textAttribute"),
            _ => ("numberAttributes", "numberAttribute"),
        }
    }
}

pub(crate) const DEFINITIONS: [Definition; 4] = [
    definition(2, "LIST", "szin", ["Szín", "Colour", "Farbe"], ""),
    definition(7, "TEXT", "anyag", ["Anyag", "Material", "Material"], ""),
    definition(8, "INTEGER", "darab", ["Darabszám", "Pieces", "Stück"], ""),
    definition(9, "FLOAT", "suly", ["Súly", "Weight", "Gewicht"], "kg"),
];

const fn definition(
    number: u32,
    kind: &'static str,
    name: &'static str,
    labels: Words,
    postfix: &'static str,
) -> Definition {
    Definition { number, kind, name, labels, postfix }
}

const COLOURS: [Words; 4] = [
    ["kék", "blue", "blau"],
    ["piros", "red", "rot"],
    ["zöld", "green", "grün"],
    ["fehér", "white", "weiß"],
];
const MATERIALS: [Words; 2] = [
    ["100% pamut & len", "100% cotton & linen", "100% Baumwolle & Leinen"],
    ["fa", "wood", "Holz"],
];

/// Value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AttributeValue {
    /// A number in decimal digits.
    Number(String),
    /// Texts by language.
    Texts(BTreeMap<String, String>),
}

/// Attributes of the product with that number, by internal name. A third of the products have none.
pub(super) fn of(inner_id: u32, languages: &[String]) -> BTreeMap<String, AttributeValue> {
    if inner_id.is_multiple_of(3) {
        return BTreeMap::new();
    }
    let pick = |from: &[Words]| from.get(inner_id as usize % from.len()).copied();
    let texts = |words: Option<Words>| {
        let words = words.unwrap_or_default();
        let text = |code: &String| (code.clone(), word(words, code).to_owned());
        AttributeValue::Texts(languages.iter().map(text).collect())
    };
    let mut attributes = BTreeMap::from([
        ("szin".to_owned(), texts(pick(&COLOURS))),
        ("suly".to_owned(), AttributeValue::Number(format!("0.{:02}", inner_id % 90 + 10))),
    ]);
    if inner_id.is_multiple_of(2) {
        attributes.insert("anyag".to_owned(), texts(pick(&MATERIALS)));
        attributes.insert("darab".to_owned(), AttributeValue::Number((inner_id % 12).to_string()));
    }
    attributes
}

/// The word in a language.
pub(crate) fn word(words: [&'static str; 3], language: &str) -> &'static str {
    let [hungarian, english, german] = words;
    match language {
        "en" => english,
        "de" => german,
        _ => hungarian,
    }
}
