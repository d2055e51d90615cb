//! Products in normal form, and their generation.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AttributeValue, Kind, Offer, Poison, Recipe, Record, attribute, phrases};
use crate::{
    amount::Amount,
    seed::{Draw, Stream},
};

/// Expected values of a product, independent of the API's spelling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Position in the shop, from 0.
    pub index: u32,
    /// Opaque resource id.
    pub id: String,
    /// The shop's own number.
    pub inner_id: u32,
    /// SKU.
    pub sku: Option<String>,
    /// Manufacturer's number.
    pub model_number: Option<String>,
    /// Net price.
    pub price: String,
    /// Gross price of the default customer group.
    pub gross: String,
    /// Gross price of the default customer group during a special offer.
    pub special: Option<String>,
    /// When the special price applies.
    #[serde(default)]
    pub offer: Offer,
    /// ISO 4217 code.
    pub currency: String,
    /// Stock of the four warehouses.
    pub stocks: [u32; 4],
    /// 1 enabled, 0 disabled, 2 discontinued.
    pub status: u8,
    /// Whether it can be ordered.
    pub orderable: bool,
    /// Smallest number of pieces in an order.
    pub minimum: u32,
    /// Whether only multiples of the smallest number can be ordered.
    pub only_multiples: bool,
    /// The shop's number of the product of which this is a variant.
    pub parent: Option<u32>,
    /// Attributes by internal name.
    pub attributes: BTreeMap<String, AttributeValue>,
    /// Texts by language code.
    pub texts: BTreeMap<String, Texts>,
    /// Path of the product's page in the shop.
    pub url_alias: Option<String>,
    /// Path of the main picture.
    pub main_picture: Option<String>,
    /// Numbers of the categories.
    pub categories: Vec<u32>,
    /// Number of the manufacturer.
    pub manufacturer: Option<u32>,
    /// Time of creation.
    pub created: Option<Timestamp>,
    /// Time of the last change; `null` if the API shows a zero date.
    pub updated: Option<Timestamp>,
    /// Corruption of the record, if any.
    pub poison: Option<Poison>,
}

/// Texts of a product in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Texts {
    /// Name.
    pub name: Option<String>,
    /// One sentence of plain text.
    pub short_description: Option<String>,
    /// HTML.
    pub description: Option<String>,
    /// Parameters as free text.
    pub parameters: Option<String>,
}

impl Record for Product {
    const KIND: Kind = Kind::Products;

    fn generate(recipe: &Recipe, index: u32) -> Self {
        let config = &recipe.config;
        let mut draw = Draw::new(config.seed, Stream::Record, Self::KIND.salt(), index);
        let subject = phrases::Subject::draw(&mut draw);
        let absent = config.quirks.absent;
        let dates = recipe.dates(Self::KIND, index);
        let inner_id = Self::KIND.inner_id(index);
        let price = draw_price(&mut draw, &config.currency);
        let gross = price.with_vat(&config.currency);
        let special = draw
            .chance(config.specials)
            .then(|| gross.percent(i64::from(draw.between(50, 95)), &config.currency).plain());
        Self {
            index,
            id: Self::KIND.id(inner_id),
            inner_id,
            sku: (!draw.chance(absent)).then(|| format!("CIKK-{inner_id:06}")),
            model_number: draw.chance(0.3).then(|| format!("M{}", draw.digits(6))),
            price: price.plain(),
            gross: gross.plain(),
            special,
            offer: Offer::default(),
            currency: config.currency.clone(),
            stocks: draw_stocks(&mut draw),
            status: match draw.below(100) {
                0..85 => 1,
                85..95 => 0,
                _ => 2,
            },
            orderable: draw.chance(0.9),
            minimum: if inner_id.is_multiple_of(7) { 6 } else { 1 },
            only_multiples: inner_id.is_multiple_of(7),
            // The last two of five products are variants of the first.
            parent: (index % 5 > 2).then(|| Self::KIND.inner_id(index - index % 5)),
            attributes: attribute::of(inner_id, &config.languages),
            texts: draw_texts(&mut draw, &subject, &config.languages, absent),
            url_alias: (!draw.chance(absent)).then(|| format!("{}-{inner_id}", subject.slug())),
            main_picture: (!draw.chance(absent)).then(|| format!("product/{}.jpg", subject.slug())),
            categories: (0..draw.below(4)).map(|n| 50 + n * 7 + draw.below(7)).collect(),
            manufacturer: (!draw.chance(absent)).then(|| draw.between(1, 30)),
            created: Some(dates.created),
            updated: dates.updated,
            poison: recipe.poison(Self::KIND, index),
        }
    }

    fn index(&self) -> u32 {
        self.index
    }

    fn stamp(&mut self, created: Option<Timestamp>, updated: Timestamp) {
        self.created = created.or(self.created);
        self.updated = Some(updated);
    }

    fn dates(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        (self.created, self.updated)
    }

    /// A new net price changes the gross price, unless that is given too.
    fn settle(&mut self, patch: &Value) -> Result<(), &'static str> {
        let price = Amount::parse(&self.price).ok_or("price: not an amount")?;
        if patch.get("price").is_some() && patch.get("gross").is_none() {
            self.gross = price.with_vat(&self.currency).plain();
        }
        Amount::parse(&self.gross).ok_or("gross: not an amount")?;
        let special = self.special.as_deref().map(Amount::parse);
        if special == Some(None) { Err("special: not an amount") } else { Ok(()) }
    }

    fn email(_: &Recipe, _: u32) -> Option<String> {
        None
    }

    fn wire(&self, recipe: &Recipe) -> Value {
        crate::wire::product::extend(self, recipe)
    }

    fn brief(&self, recipe: &Recipe) -> Value {
        crate::wire::brief::product(self, recipe)
    }
}

fn draw_price(draw: &mut Draw, currency: &str) -> Amount {
    if currency == "HUF" {
        Amount::cents(i64::from(draw.between(2, 2_000)) * 1_000)
    } else {
        Amount::cents(i64::from(draw.between(50, 50_000)))
    }
}

fn draw_stocks(draw: &mut Draw) -> [u32; 4] {
    let second = if draw.chance(0.3) { draw.below(50) } else { 0 };
    [if draw.chance(0.2) { 0 } else { draw.below(200) }, second, 0, draw.below(2)]
}

fn draw_texts(
    draw: &mut Draw,
    subject: &phrases::Subject,
    languages: &[String],
    absent: f64,
) -> BTreeMap<String, Texts> {
    let mut texts = BTreeMap::new();
    for (position, language) in languages.iter().enumerate() {
        let translated = position == 0 || !draw.chance(absent);
        let entry = Texts {
            name: translated.then(|| subject.name(language)),
            short_description: (!draw.chance(absent)).then(|| subject.name(language)),
            description: (!draw.chance(absent)).then(|| phrases::html(draw, language)),
            parameters: draw.chance(0.4).then(|| "Méret: XL; Anyag: 100% pamut".to_owned()),
        };
        texts.insert(language.clone(), entry);
    }
    texts
}
