//! `settings`, `informationExtend`, `shippingModeExtend`, `taxClassExtend` and `paymentModes`: what
//! a shop publishes about itself.

mod shipping;

use serde::Deserialize;
use serde_json::value::RawValue;
use shopcall_domain::{Currency, InfoPage, PaymentMethod, ShopInfo, Texts};

use super::language::{Languages, UNDETERMINED};
use super::person;
use super::plain_text::paragraphs;
use super::scalar::Scalar;
use super::shape::{MAX_ID, OneOrMany, Ref};

pub(crate) use shipping::{TaxRates, decode_shipping};

/// Bytes of a page's text in one language.
const MAX_TEXT: usize = 8 * 1024;
/// Bytes of a name, a title or a part of the contact.
const MAX_NAME: usize = 256;
/// Bytes of a method's description.
const MAX_DESCRIPTION: usize = 1024;
/// Entries of a list, in the shop's order; the rest is left out.
pub(super) const MAX_ENTRIES: usize = 40;

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct WireSetting<'a> {
    key: Scalar<'a>,
    value: Scalar<'a>,
}

/// Adds the contact in a page of `/settings` to `info`.
pub(crate) fn add_settings(info: &mut ShopInfo, items: &[&RawValue]) {
    for item in items {
        let setting: WireSetting<'_> = serde_json::from_str(item.get()).unwrap_or_default();
        let text = || person::text(&setting.value, MAX_NAME);
        match setting.key.text() {
            Some("config_owner") => info.name = text(),
            Some("config_telephone") => info.phone = text(),
            Some("config_address") => info.address = text(),
            Some("config_email") => info.email = text(),
            Some("config_currency") => {
                info.currency = setting.value.text().and_then(|code| Currency::parse(code).ok());
            }
            _ => {}
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct WirePage<'a> {
    sort_order: Scalar<'a>,
    enabled: Scalar<'a>,
    information_descriptions: OneOrMany<WireText<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct WireMethod<'a> {
    code: Scalar<'a>,
    status: Scalar<'a>,
    sort_order: Scalar<'a>,
    /// The table of fields has the plural, the sample the singular.
    #[serde(alias = "paymentDescription")]
    payment_descriptions: OneOrMany<WireText<'a>>,
}

/// A text in one language, of a page or a method.
#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct WireText<'a> {
    #[serde(alias = "title")]
    name: Scalar<'a>,
    description: Scalar<'a>,
    language: Ref<'a>,
}

/// Names and descriptions by language.
pub(super) fn texts(
    list: &OneOrMany<WireText<'_>>,
    limit: usize,
    languages: &Languages,
) -> (Texts, Texts) {
    let (mut names, mut descriptions) = (Texts::new(), Texts::new());
    for text in list.entries() {
        let id = text.language.id().unwrap_or(UNDETERMINED);
        let language = || languages.code(id).unwrap_or(id).to_owned();
        if let Some(name) = person::text(&text.name, MAX_NAME) {
            names.insert(language(), name);
        }
        let description = text.description.text().map(|html| paragraphs(html, limit));
        if let Some(description) = description.filter(|text| !text.is_empty()) {
            descriptions.insert(language(), description);
        }
    }
    (names, descriptions)
}

/// Whether a flag is set; an unusable one is not.
pub(super) fn is_on(flag: &Scalar<'_>) -> bool {
    flag.flag("").ok().flatten().unwrap_or_default()
}

/// Position among others; unusable ones come last.
pub(super) fn position(order: &Scalar<'_>) -> i64 {
    order.integer("").ok().flatten().unwrap_or(i64::MAX)
}

/// Decodes the enabled pages of `/informationExtend`, each with its position.
pub(crate) fn decode_info_pages(
    items: &[&RawValue],
    languages: &Languages,
) -> Vec<(i64, InfoPage)> {
    let decode = |item: &&RawValue| {
        let wire: WirePage<'_> = serde_json::from_str(item.get()).ok()?;
        let at = position(&wire.sort_order);
        let is_enabled = is_on(&wire.enabled);
        let (title, text) = texts(&wire.information_descriptions, MAX_TEXT, languages);
        (is_enabled && !text.is_empty()).then_some((at, InfoPage { title, text }))
    };
    items.iter().filter_map(decode).collect()
}

/// Decodes the payment methods of `/paymentModes` that are on and have a name, each with its
/// position. One that was never configured has no description.
pub(crate) fn decode_payment(
    items: &[&RawValue],
    languages: &Languages,
) -> Vec<(i64, PaymentMethod)> {
    let decode = |item: &&RawValue| {
        let wire: WireMethod<'_> = serde_json::from_str(item.get()).ok()?;
        let (at, is_on) = (position(&wire.sort_order), is_on(&wire.status));
        let code = wire.code.text_within(MAX_ID);
        let (name, description) = texts(&wire.payment_descriptions, MAX_DESCRIPTION, languages);
        (is_on && !name.is_empty()).then_some((at, PaymentMethod { code, name, description }))
    };
    items.iter().filter_map(decode).collect()
}

/// Entries in the shop's order, at most 40.
pub(crate) fn in_order<T>(mut entries: Vec<(i64, T)>) -> Vec<T> {
    entries.sort_by_key(|(at, _)| *at);
    entries.truncate(MAX_ENTRIES);
    entries.into_iter().map(|(_, entry)| entry).collect()
}

#[cfg(test)]
mod tests;
