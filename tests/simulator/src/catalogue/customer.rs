//! Customers in normal form, and their generation.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Address, Kind, Poison, Recipe, Record, phone, phrases};
use crate::seed::{Draw, Stream};

/// Expected values of a customer, independent of the API's spelling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// Position in the shop, from 0.
    pub index: u32,
    /// Opaque resource id.
    pub id: String,
    /// The shop's own number.
    pub inner_id: u32,
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
    /// Whether the account is enabled.
    pub status: u8,
    /// Postal addresses.
    pub addresses: Vec<Address>,
    /// Imitation of a bcrypt hash, which must never be stored.
    pub password: String,
    /// Time of creation.
    pub created: Option<Timestamp>,
    /// Time of the last change; `null` if the API shows a zero date.
    pub updated: Option<Timestamp>,
    /// Corruption of the record, if any.
    pub poison: Option<Poison>,
}

impl Record for Customer {
    const KIND: Kind = Kind::Customers;

    fn generate(recipe: &Recipe, index: u32) -> Self {
        let config = &recipe.config;
        let mut draw = Draw::new(config.seed, Stream::Record, Self::KIND.salt(), index);
        let dates = recipe.dates(Self::KIND, index);
        let inner_id = Self::KIND.inner_id(index);
        let given = draw.pick(phrases::FIRST_NAMES).to_owned();
        let family = draw.pick(phrases::LAST_NAMES).to_owned();
        let email = format!(
            "{}.{}.{inner_id}@{}",
            phrases::ascii(&family),
            phrases::ascii(&given),
            draw.pick(phrases::MAIL_HOSTS)
        );
        let phone = (!draw.chance(config.quirks.absent)).then(|| phone::draw(&mut draw, config));
        let mut addresses: Vec<_> =
            (0..draw.between(1, 2)).map(|_| Address::draw(&mut draw, config)).collect();
        if let Some(own) = addresses.first_mut() {
            own.family.clone_from(&family);
            own.given.clone_from(&given);
        }
        Self {
            index,
            id: Self::KIND.id(inner_id),
            inner_id,
            family,
            given,
            email: Some(email),
            phone_e164: phone.as_ref().and_then(|phone| phone.e164.clone()),
            other_phones: phone.as_ref().map_or_else(Vec::new, |phone| phone.others.clone()),
            phone: phone.map(|phone| phone.typed),
            status: u8::from(draw.chance(0.97)),
            addresses,
            password: password_hash(&mut draw),
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

    /// A new number without an E.164 form invalidates the old form, which is removed.
    fn settle(&mut self, patch: &Value) -> Result<(), &'static str> {
        if patch.get("phone").is_some() && patch.get("phone_e164").is_none() {
            self.phone_e164 = None;
        }
        if patch.get("phone").is_some() && patch.get("other_phones").is_none() {
            self.other_phones.clear();
        }
        Ok(())
    }

    fn email(recipe: &Recipe, index: u32) -> Option<String> {
        Self::generate(recipe, index).email
    }

    fn wire(&self, recipe: &Recipe) -> Value {
        crate::wire::customer::extend(self, recipe)
    }

    fn brief(&self, recipe: &Recipe) -> Value {
        crate::wire::brief::customer(self, recipe)
    }
}

fn password_hash(draw: &mut Draw) -> String {
    const ALPHABET: &[u8] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let tail: String = (0..53).map(|_| char::from(draw.pick(ALPHABET))).collect();
    format!("$2y$10${tail}")
}
