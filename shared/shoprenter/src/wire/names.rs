//! Names of what products refer to by id: manufacturers, categories, availabilities and attributes.
//!
//! They are read at the start of a run of products and kept for that run only; each product's row
//! has those that it needs.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::language::{Languages, UNDETERMINED};
use super::person;
use super::scalar::Scalar;
use super::shape::{OneOrMany, Ref};

/// Bytes of a name; ShopRenter's own limit is 255 characters.
const MAX_NAME: usize = 512;
/// More languages than any shop has.
const MAX_LANGUAGES: usize = 12;
/// Bytes of all names of a kind, so that a shop with very many costs no more memory.
const MAX_BYTES: usize = 2 * 1024 * 1024;

/// Texts by language code; under the language's resource id if its code is unknown.
pub(crate) type ByLanguage = BTreeMap<String, String>;

/// All names of a shop. What the app may not read has none.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProductNames {
    /// By category.
    pub(crate) categories: Names,
    /// By manufacturer, under no particular language.
    pub(crate) manufacturers: Names,
    /// By stock status.
    pub(crate) availabilities: Names,
    /// By attribute.
    pub(crate) attributes: Names,
    /// Texts before an attribute's value.
    pub(crate) prefixes: Names,
    /// Texts after an attribute's value: most often its unit.
    pub(crate) postfixes: Names,
}

/// Names of one kind by resource id and language.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    by_id: BTreeMap<String, ByLanguage>,
    size: usize,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct WireName<'a> {
    name: Scalar<'a>,
    prefix: Scalar<'a>,
    postfix: Scalar<'a>,
    language: Ref<'a>,
    stock_status: Ref<'a>,
    attribute: Ref<'a>,
    category_descriptions: OneOrMany<WireCategoryName<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct WireCategoryName<'a> {
    name: Scalar<'a>,
    language: Ref<'a>,
}

impl ProductNames {
    /// Adds a page of `/categoryExtend`.
    pub(crate) fn add_categories(&mut self, items: &[&RawValue], languages: &Languages) {
        for (item, wire) in read(items) {
            let category = Ref::read(item);
            for description in wire.category_descriptions.entries() {
                let language = code(&description.language, languages);
                self.categories.add(&category, language, &description.name);
            }
        }
    }

    /// Adds a page of `/manufacturers`, whose names are the same in all languages.
    pub(crate) fn add_manufacturers(&mut self, items: &[&RawValue]) {
        for (item, wire) in read(items) {
            self.manufacturers.add(&Ref::read(item), UNDETERMINED, &wire.name);
        }
    }

    /// Adds a page of `/stockStatusDescriptions`.
    pub(crate) fn add_availabilities(&mut self, items: &[&RawValue], languages: &Languages) {
        for (_, wire) in read(items) {
            let language = code(&wire.language, languages);
            self.availabilities.add(&wire.stock_status, language, &wire.name);
        }
    }

    /// Adds a page of `/attributeDescriptions`.
    pub(crate) fn add_attributes(&mut self, items: &[&RawValue], languages: &Languages) {
        for (_, wire) in read(items) {
            let language = code(&wire.language, languages);
            self.attributes.add(&wire.attribute, language, &wire.name);
            self.prefixes.add(&wire.attribute, language, &wire.prefix);
            self.postfixes.add(&wire.attribute, language, &wire.postfix);
        }
    }
}

impl Names {
    /// Names of a resource id.
    pub(crate) fn of(&self, id: &str) -> Option<&ByLanguage> {
        self.by_id.get(id)
    }

    fn add(&mut self, of: &Ref<'_>, language: &str, name: &Scalar<'_>) {
        let (Some(id), Some(name)) = (of.id(), person::text(name, MAX_NAME)) else { return };
        self.size += id.len() + language.len() + name.len();
        if self.size > MAX_BYTES {
            return;
        }
        let names = self.by_id.entry(id.to_owned()).or_default();
        if names.len() < MAX_LANGUAGES {
            names.entry(language.to_owned()).or_insert(name);
        }
    }
}

fn read<'i>(items: &[&'i RawValue]) -> impl Iterator<Item = (&'i str, WireName<'i>)> {
    items.iter().map(|item| (item.get(), serde_json::from_str(item.get()).unwrap_or_default()))
}

fn code<'l>(language: &'l Ref<'_>, languages: &'l Languages) -> &'l str {
    let id = language.id().unwrap_or(UNDETERMINED);
    languages.code(id).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::super::decode_page;
    use super::*;

    fn languages() -> Languages {
        let mut languages = Languages::default();
        let body = r#"{"items":[{"id":"TDE=","code":"hu"},{"id":"TDI=","code":"en"}]}"#;
        languages.add(&decode_page(body).unwrap().items);
        languages
    }

    fn by_language(pairs: &[(&str, &str)]) -> ByLanguage {
        pairs.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect()
    }

    #[test]
    fn categories_are_named_by_language() {
        let body = r#"{"page":"0","pageCount":"1","items":[
            {"href":"https://a.example/categoryExtend/QzE=","id":"QzE=","innerId":"924",
             "parentCategory":[],"categoryDescriptions":[
                {"id":"x","name":"B&amp;ouml;gr&eacute;k","description":[],
                 "language":{"href":"https://a.example/languages/TDE="}},
                {"id":"y","name":"Mugs","language":{"href":"https://a.example/languages/TDI="}}]},
            {"id":"QzI=","categoryDescriptions":{"name":"Konyha","language":{"id":"TDE="}}},
            {"href":"https://a.example/categoryExtend/QzM="}, 7]}"#;
        let mut names = ProductNames::default();
        names.add_categories(&decode_page(body).unwrap().items, &languages());
        let expected = by_language(&[("hu", "Bögrék"), ("en", "Mugs")]);
        assert_eq!(names.categories.of("QzE="), Some(&expected));
        assert_eq!(names.categories.of("QzI="), Some(&by_language(&[("hu", "Konyha")])));
        assert_eq!(names.categories.of("QzM="), None);
    }

    #[test]
    fn availabilities_and_manufacturers_are_named() {
        let body = r##"{"items":[
            {"id":"x","name":"Előrendelhető","color":"#f00540",
             "stockStatus":{"href":"https://a.example/stockStatuses/UzU="},
             "language":{"href":"https://a.example/languages/TDE="}},
            {"id":"y","name":[],"stockStatus":{"href":"https://a.example/stockStatuses/Uzk="}}]}"##;
        let mut names = ProductNames::default();
        names.add_availabilities(&decode_page(body).unwrap().items, &languages());
        assert_eq!(names.availabilities.of("UzU="), Some(&by_language(&[("hu", "Előrendelhető")])));
        assert_eq!(names.availabilities.of("Uzk="), None);
        let body =
            r#"{"items":{"id":"TTE=","innerId":"1","name":"Kerámia Kft.","picture":"k.jpg"}}"#;
        names.add_manufacturers(&decode_page(body).unwrap().items);
        assert_eq!(names.manufacturers.of("TTE="), Some(&by_language(&[("und", "Kerámia Kft.")])));
    }

    #[test]
    fn attributes_have_labels_and_units() {
        let body = r#"{"items":[{"id":"x","name":"Súly","description":"","prefix":[],"postfix":"kg",
            "attribute":{"href":"https://a.example/numberAttributes/QTE="},
            "language":{"href":"https://a.example/languages/TDE="}}]}"#;
        let mut names = ProductNames::default();
        names.add_attributes(&decode_page(body).unwrap().items, &languages());
        assert_eq!(names.attributes.of("QTE="), Some(&by_language(&[("hu", "Súly")])));
        assert_eq!(names.postfixes.of("QTE="), Some(&by_language(&[("hu", "kg")])));
        assert_eq!(names.prefixes.of("QTE="), None);
    }

    #[test]
    fn names_have_a_total_limit() {
        let item = |n: usize| {
            let name = "x".repeat(MAX_NAME + 10);
            format!(r#"{{"id":"{n}","name":"{name}"}}"#)
        };
        let items: Vec<_> = (0..5_000).map(item).collect();
        let mut names = ProductNames::default();
        for page in items.chunks(200) {
            let body = format!(r#"{{"items":[{}]}}"#, page.join(","));
            names.add_manufacturers(&decode_page(&body).unwrap().items);
        }
        let kept: usize =
            names.manufacturers.by_id.values().flat_map(BTreeMap::values).map(String::len).sum();
        assert!((MAX_BYTES / 2..=MAX_BYTES).contains(&kept), "{kept}");
        assert_eq!(names.manufacturers.of("0").unwrap()["und"].len(), MAX_NAME);
    }
}
