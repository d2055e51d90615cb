//! Formats of the API: empty values, numbers, dates and links.

pub(crate) mod brief;
pub(crate) mod customer;
pub(crate) mod goods;
pub(crate) mod history;
pub(crate) mod order;
mod poison;
pub(crate) mod product;
pub(crate) mod reference;
pub(crate) mod shop;
pub(crate) mod xml;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{
    amount::Amount,
    catalogue::{Kind, Recipe},
    seed::{Draw, Stream},
};

pub(crate) type Object = Map<String, Value>;

/// Link under the old host, to which a Bearer token must not be sent.
pub(crate) fn href(shop: &str, path: &str) -> String {
    format!("https://{shop}.api.myshoprenter.hu/{path}")
}

/// Opaque id, such as those of languages, groups and countries.
pub(crate) fn opaque(kind: &str, key: &str, number: u32) -> String {
    BASE64_STANDARD.encode(format!("{kind}-{key}={number}"))
}

/// `{"href": …}`
pub(crate) fn link(shop: &str, resource: &str, id: &str) -> Value {
    json!({ "href": href(shop, &format!("{resource}/{id}")) })
}

/// Writes one record with the irregularities drawn from the seed.
#[derive(Debug)]
pub(crate) struct Pen<'a> {
    pub(crate) recipe: &'a Recipe,
    draw: Draw,
    fields: Object,
}

impl<'a> Pen<'a> {
    pub(crate) fn new(recipe: &'a Recipe, kind: Kind, index: u32) -> Self {
        let draw = Draw::new(recipe.config.seed, Stream::Spelling, kind.salt(), index);
        Self { recipe, draw, fields: Object::new() }
    }

    /// Writes a part of the record with the same random source.
    fn nested<R>(&mut self, write: impl FnOnce(&mut Self) -> R) -> Value {
        let outer = std::mem::take(&mut self.fields);
        write(self);
        Value::Object(std::mem::replace(&mut self.fields, outer))
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.fields.insert(name.to_owned(), value.into());
    }

    pub(crate) fn link(&mut self, name: &str, resource: &str, id: &str) {
        let link = link(&self.recipe.shop, resource, id);
        self.set(name, link);
    }

    /// Writes `href` and `id`.
    pub(crate) fn identity(&mut self, resource: &str, id: &str) {
        self.set("href", href(&self.recipe.shop, &format!("{resource}/{id}")));
        self.set("id", id);
    }

    fn nothing(&mut self) -> Value {
        if !self.draw.chance(self.recipe.config.quirks.odd_empties) {
            return json!("");
        }
        match self.draw.below(3) {
            0 => json!({}),
            1 => json!([]),
            _ => Value::Null,
        }
    }

    /// Writes an optional text: as it is, in one of the empty spellings, or not at all.
    pub(crate) fn text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.set(name, text);
        } else if !self.draw.chance(self.recipe.config.quirks.missing_fields) {
            let nothing = self.nothing();
            self.set(name, nothing);
        }
    }

    /// Writes a number, usually in quotes.
    pub(crate) fn number(&mut self, name: &str, number: &str) {
        let bare = self.draw.chance(self.recipe.config.quirks.bare_numbers);
        let value = bare.then(|| serde_json::from_str(number).ok()).flatten();
        self.set(name, value.unwrap_or_else(|| json!(number)));
    }

    pub(crate) fn count(&mut self, name: &str, count: u32) {
        self.number(name, &count.to_string());
    }

    pub(crate) fn flag(&mut self, name: &str, flag: bool) {
        self.number(name, if flag { "1" } else { "0" });
    }

    /// Writes an amount with four decimals.
    pub(crate) fn amount(&mut self, name: &str, amount: &str) {
        let padded = Amount::parse(amount).unwrap_or_default().padded();
        self.number(name, &padded);
    }

    /// Writes a zoneless date in the shop's zone, or a zero date.
    pub(crate) fn date(&mut self, name: &str, date: Option<Timestamp>) {
        let written = if let Some(date) = date {
            let spaced = self.draw.chance(self.recipe.config.quirks.spaced_dates);
            let format = if spaced { "%Y-%m-%d %H:%M:%S" } else { "%Y-%m-%dT%H:%M:%S" };
            self.recipe.zone.to_datetime(date).strftime(format).to_string()
        } else {
            self.draw
                .pick(&["0000-00-00", "0000-00-00 00:00:00", "-0001-11-30T00:00:00"])
                .to_owned()
        };
        self.set(name, written);
    }

    /// Writes undocumented fields at the configured rate.
    fn unknown_fields(&mut self) {
        if self.draw.chance(self.recipe.config.quirks.unknown_fields) {
            self.set("xLegacyFlag", json!({ "a": [1, null, { "b": "ő" }] }));
            self.set("mobileOnly", json!("0"));
        }
    }
}

/// A shop without irregularities.
#[cfg(test)]
pub(crate) fn quiet_recipe() -> Recipe {
    tests::recipe(crate::config::Quirks::none())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::tz::TimeZone;

    use super::*;
    use crate::config::{Quirks, ShopConfig};

    pub(super) fn recipe(quirks: Quirks) -> Recipe {
        let config = ShopConfig { quirks, ..ShopConfig::default() };
        let zone = TimeZone::get("Europe/Budapest").expect("a zone");
        Recipe { shop: "bolt".to_owned(), config: Arc::new(config), zone }
    }

    #[test]
    fn without_quirks_everything_is_a_plain_string() {
        let recipe = recipe(Quirks::none());
        let mut pen = Pen::new(&recipe, Kind::Products, 0);
        pen.text("fax", None);
        pen.amount("price", "24.1");
        pen.date("at", "2026-07-01T10:00:00Z".parse().ok());
        let expected = json!({ "fax": "", "price": "24.1000", "at": "2026-07-01T12:00:00" });
        assert_eq!(Value::Object(pen.fields), expected);
    }

    #[test]
    fn quirks_produce_every_spelling_of_absent_values() {
        let recipe = recipe(Quirks { odd_empties: 0.7, missing_fields: 0.2, ..Quirks::none() });
        let mut pen = Pen::new(&recipe, Kind::Products, 0);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..200 {
            pen.text("fax", None);
            seen.insert(pen.fields.remove("fax").map(|value| value.to_string()));
        }
        let spellings = ["\"\"", "[]", "null", "{}"].map(|s| Some(s.to_owned()));
        assert_eq!(seen, [None].into_iter().chain(spellings).collect());
    }
}
