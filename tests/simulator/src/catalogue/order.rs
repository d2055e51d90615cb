//! Orders in normal form, and their generation.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::calendar::Dates;
use super::{Address, Customer, Kind, Poison, Product, Recipe, Record, phone, phrases};
use crate::{
    amount::Amount,
    seed::{Draw, Stream},
    wire::reference,
};

/// Expected values of an order, independent of the API's spelling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Position in the shop, from 0.
    pub index: u32,
    /// Opaque resource id.
    pub id: String,
    /// Id that the shop has given the order; the API uses it instead.
    #[serde(default)]
    pub outer_id: Option<String>,
    /// The order number that merchants and buyers see.
    pub inner_id: u32,
    /// Id of the customer, unless a guest ordered.
    pub customer_id: Option<String>,
    /// Family name.
    pub family: String,
    /// Given name.
    pub given: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number as typed.
    pub phone: Option<String>,
    /// Telephone number in E.164, if it is valid; the first of several.
    pub phone_e164: Option<String>,
    /// Further numbers in the field, in E.164.
    #[serde(default)]
    pub other_phones: Vec<String>,
    /// Gross total in the order's currency.
    pub total: String,
    /// Gross total in the shop's currency.
    #[serde(default)]
    pub shop_total: String,
    /// Net total in the shop's currency.
    pub total_net: String,
    /// ISO 4217 code of the order's currency.
    pub currency: String,
    /// How much of the shop's currency one unit of the order's currency is worth.
    #[serde(default = "one")]
    pub exchange: u32,
    /// Number of the status; `None` for an abandoned cart.
    pub status: Option<u32>,
    /// Ordered products.
    pub lines: Vec<Line>,
    /// Shipping address.
    pub shipping: Address,
    /// Billing address.
    pub payment: Address,
    /// Name of the shipping method.
    pub shipping_method: String,
    /// Name of the payment method.
    pub payment_method: String,
    /// Code of the payment method.
    pub payment_code: String,
    /// Whether the buyer pays when the goods arrive.
    pub paid_later: bool,
    /// Code of the coupon used.
    pub coupon: Option<String>,
    /// Number of the invoice.
    pub invoice: Option<u32>,
    /// Buyer's comment.
    pub comment: Option<String>,
    /// Buyer's IP address, which must never be stored.
    pub ip: String,
    /// Whether card payment data is attached, which must never be stored.
    pub card: bool,
    /// Time of creation.
    pub created: Option<Timestamp>,
    /// Time of the last change; `null` if the API shows a zero date.
    pub updated: Option<Timestamp>,
    /// Statuses and comments, oldest first; none for an abandoned cart. A change of the status adds
    /// an entry.
    pub history: Vec<Note>,
    /// Corruption of the record, if any.
    pub poison: Option<Poison>,
}

/// Entry of an order's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Number of the status.
    pub status: u32,
    /// Comment as typed by the merchant, who may use HTML; empty if there is none.
    pub comment: String,
    /// Time of the entry.
    pub added: Option<Timestamp>,
}

/// Line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Id of the product.
    pub product_id: String,
    /// Product name at the time of the order.
    pub name: String,
    /// SKU at the time of the order.
    pub sku: Option<String>,
    /// Net unit price.
    pub price: String,
    /// Net total.
    pub total: String,
    /// Quantities from the four warehouses; their sum is the quantity.
    pub stocks: [u32; 4],
}

impl Line {
    /// Total quantity.
    #[must_use]
    pub fn quantity(&self) -> u32 {
        self.stocks.into_iter().fold(0, u32::saturating_add)
    }
}

impl Order {
    /// Id in the API.
    pub(crate) fn api_id(&self) -> &str {
        self.outer_id.as_deref().unwrap_or(&self.id)
    }

    fn draw(recipe: &Recipe, index: u32) -> Draw {
        Draw::new(recipe.config.seed, Stream::Record, Self::KIND.salt(), index)
    }
}

impl Record for Order {
    const KIND: Kind = Kind::Orders;

    fn generate(recipe: &Recipe, index: u32) -> Self {
        let config = &recipe.config;
        let mut draw = Self::draw(recipe, index);
        let dates = recipe.dates(Self::KIND, index);
        let inner_id = Self::KIND.inner_id(index);
        let buyer = Buyer::draw(&mut draw, recipe);
        let lines: Vec<_> = (0..draw.between(1, 4)).map(|_| draw_line(&mut draw, recipe)).collect();
        let sum = |add: fn(&Line) -> Amount| {
            lines.iter().fold(Amount::default(), |sum, line| sum.plus(add(line)))
        };
        let net = sum(|line| Amount::parse(&line.total).unwrap_or_default());
        let gross = net.with_vat(&config.currency);
        let (currency, exchange) =
            if config.currency == "HUF" && draw.chance(config.foreign_currency) {
                ("EUR".to_owned(), reference::HUF_PER_EUR)
            } else {
                (config.currency.clone(), 1)
            };
        let method = draw.pick(PAYMENT_METHODS);
        Self {
            index,
            id: Self::KIND.id(inner_id),
            outer_id: Self::generated_outer_id(recipe, index),
            inner_id,
            total: gross.exchanged(exchange, &currency).plain(),
            shop_total: gross.plain(),
            total_net: net.plain(),
            currency,
            exchange,
            status: recipe.order_status(index),
            lines,
            shipping: if draw.chance(0.2) {
                Address::draw(&mut draw, config)
            } else {
                buyer.address.clone()
            },
            payment: buyer.address,
            customer_id: buyer.customer_id,
            family: buyer.family,
            given: buyer.given,
            email: buyer.email,
            phone: buyer.phone,
            phone_e164: buyer.phone_e164,
            other_phones: buyer.other_phones,
            shipping_method: draw
                .pick(&["Házhozszállítás", "Csomagpont", "Személyes átvétel"])
                .to_owned(),
            payment_method: method.0.to_owned(),
            payment_code: method.1.to_owned(),
            paid_later: method.2,
            coupon: draw.chance(0.1).then(|| "NYAR10".to_owned()),
            invoice: draw.chance(0.3).then_some(inner_id),
            comment: draw.chance(0.2).then(|| "Kérem, csöngessen!\nKöszönöm".to_owned()),
            ip: format!("198.51.100.{}", draw.below(255)),
            card: draw.chance(0.3),
            created: Some(dates.created),
            updated: dates.updated,
            history: draw_history(&mut draw, recipe.order_status(index), dates),
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

    fn settle(&mut self, patch: &Value) -> Result<(), &'static str> {
        if patch.get("phone").is_some() && patch.get("phone_e164").is_none() {
            self.phone_e164 = None;
        }
        if patch.get("phone").is_some() && patch.get("other_phones").is_none() {
            self.other_phones.clear();
        }
        if patch.get("total").is_some() && patch.get("shop_total").is_none() {
            let total = Amount::parse(&self.total).unwrap_or_default();
            self.shop_total = total.times(self.exchange).plain();
        }
        if self.status.is_some_and(|status| reference::status_names(status).is_none()) {
            return Err("status: not among the shop's");
        }
        let latest = self.history.last().map(|note| note.status);
        if let Some(status) = self.status.filter(|status| latest != Some(*status)) {
            self.history.push(Note { status, comment: String::new(), added: self.updated });
        }
        let total = Amount::parse(&self.total);
        total.and(Amount::parse(&self.total_net)).map(drop).ok_or("total: not an amount")
    }

    fn outer_id(&self) -> Option<&str> {
        self.outer_id.as_deref()
    }

    fn generated_outer_id(recipe: &Recipe, index: u32) -> Option<String> {
        let mut draw = Draw::new(recipe.config.seed, Stream::OuterId, Self::KIND.salt(), index);
        let has_one = draw.chance(recipe.config.outer_ids);
        has_one.then(|| format!("ERP-2026.{}", Self::KIND.inner_id(index)))
    }

    fn index_of_outer_id(id: &str) -> Option<u32> {
        let inner_id: u32 = id.strip_prefix("ERP-2026.")?.parse().ok()?;
        inner_id.checked_sub(Self::KIND.inner_id(0))
    }

    /// The buyer is drawn first, so that the lines need not be drawn.
    fn email(recipe: &Recipe, index: u32) -> Option<String> {
        Buyer::draw(&mut Self::draw(recipe, index), recipe).email
    }

    fn wire(&self, recipe: &Recipe) -> Value {
        crate::wire::order::extend(self, recipe)
    }

    fn brief(&self, recipe: &Recipe) -> Value {
        crate::wire::brief::order(self, recipe)
    }

    fn normalized(&self, recipe: &Recipe) -> Value {
        let mut normalized = serde_json::to_value(self).unwrap_or_default();
        if let Some(normalized) = normalized.as_object_mut() {
            let names = self.status.map(|status| {
                let name =
                    |code: &String| (code.clone(), reference::status_name(status, code).into());
                recipe.config.languages.iter().map(name).collect::<serde_json::Map<_, _>>()
            });
            normalized.insert("status_names".to_owned(), json!(names));
            let is_cart = self.status.is_none();
            // The API does not say how much is in an abandoned cart.
            let quantity = |line: &Line| (!is_cart).then(|| line.quantity());
            let quantities: Vec<_> = self.lines.iter().map(quantity).collect();
            normalized.insert("quantities".to_owned(), json!(quantities));
        }
        normalized
    }
}

/// Name, code, and whether the buyer pays when the goods arrive.
const PAYMENT_METHODS: &[(&str, &str, bool)] =
    &[("Utánvét", "COD", true), ("Bankkártya", "BARION", false), ("Átutalás", "WIRE", false)];

const fn one() -> u32 {
    1
}

struct Buyer {
    customer_id: Option<String>,
    family: String,
    given: String,
    email: Option<String>,
    phone: Option<String>,
    phone_e164: Option<String>,
    other_phones: Vec<String>,
    address: Address,
}

impl Buyer {
    fn draw(draw: &mut Draw, recipe: &Recipe) -> Self {
        let config = &recipe.config;
        if config.customers == 0 || draw.chance(config.guests) {
            return Self::guest(draw, recipe);
        }
        let customer = Customer::generate(recipe, draw.below(config.customers));
        let address = customer.addresses.into_iter().next().unwrap_or_default();
        Self {
            customer_id: Some(customer.id),
            family: customer.family,
            given: customer.given,
            email: customer.email,
            phone: customer.phone,
            phone_e164: customer.phone_e164,
            other_phones: customer.other_phones,
            address,
        }
    }

    fn guest(draw: &mut Draw, recipe: &Recipe) -> Self {
        let config = &recipe.config;
        let address = if draw.chance(config.foreign_buyers) {
            Address::draw_abroad(draw, config)
        } else {
            Address::draw(draw, config)
        };
        let phone = phone::draw_in(draw, &address.country, config);
        let name = phrases::ascii(&address.family);
        Self {
            customer_id: None,
            family: address.family.clone(),
            given: address.given.clone(),
            email: Some(format!("{name}.{}@{}", draw.digits(5), draw.pick(phrases::MAIL_HOSTS))),
            phone: Some(phone.typed),
            phone_e164: phone.e164,
            other_phones: phone.others,
            address,
        }
    }
}

/// The order is pending first, and then gets its status with a comment.
fn draw_history(draw: &mut Draw, status: Option<u32>, dates: Dates) -> Vec<Note> {
    const PENDING: u32 = 1;
    let comments = ["", "Csomagját átadtuk a futárnak.", "<p>Köszönjük a <b>türelmét</b>!</p>"];
    let comment = draw.pick(&comments).to_owned();
    let Some(status) = status else { return Vec::new() };
    let note = |status, comment, added| Note { status, comment, added };
    let mut history = vec![note(PENDING, String::new(), Some(dates.created))];
    if status != PENDING {
        history.push(note(status, comment, dates.updated.or(Some(dates.created))));
    }
    history
}

fn draw_line(draw: &mut Draw, recipe: &Recipe) -> Line {
    let product = Product::generate(recipe, draw.below(recipe.config.products.max(1)));
    let quantity = draw.between(1, 3);
    let price = Amount::parse(&product.price).unwrap_or_default();
    let language = recipe.config.languages.first().map_or("hu", String::as_str);
    let name = product.texts.get(language).and_then(|texts| texts.name.clone());
    let elsewhere = if draw.chance(0.1) { 1 } else { 0 };
    Line {
        product_id: product.id,
        name: name.unwrap_or_default(),
        sku: product.sku,
        price: price.plain(),
        total: price.times(quantity + elsewhere).plain(),
        stocks: [quantity, elsewhere, 0, 0],
    }
}
