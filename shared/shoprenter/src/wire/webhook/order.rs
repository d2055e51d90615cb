//! The order in a webhook's payload.

use jiff::Timestamp;
use jiff::civil::Date;

use super::super::context::ShopContext;
use super::super::language::UNDETERMINED;
use super::super::order::{MAX_METHOD, MAX_NAME, fitting};
use super::super::person;
use super::super::product::MAX_SKU;
use super::super::scalar::{Instant, Scalar};
use super::super::status::MAX_NAME as MAX_STATUS;
use super::OrderHint;
use super::digest::digest;
use super::fields::{Names, WireHistory, WireLine, WireOrder};
use shopcall_domain::{
    Address, Country, Currency, DecodeError, Money, Order, OrderLine, OrderStatus,
};

/// Bytes of a language's code.
const MAX_CODE: usize = 16;

/// A hint at an order; None if nothing identifies it.
pub(super) fn hint(json: &str, names: &Names<'_>, context: &ShopContext) -> Option<OrderHint> {
    let (id, inner_id) = (names.id(), names.number());
    if id.is_none() && inner_id.is_none() {
        return None;
    }
    let provisional = match id.clone() {
        None => Err(DecodeError::Missing { field: "innerResourceId" }),
        Some(id) => {
            let id = names.outer_id().map_or(id, str::to_owned);
            order(json, id, inner_id.clone(), context)
        }
    };
    Some(OrderHint { id, inner_id, provisional, digest: digest(json) })
}

/// A field that cannot be used is left out: the order is read back.
fn order(
    json: &str,
    id: String,
    inner_id: Option<String>,
    context: &ShopContext,
) -> Result<Order, DecodeError> {
    let wire: WireOrder<'_> = serde_json::from_str(json).map_err(|_| DecodeError::Malformed)?;
    let instant = Instant { zone: &context.time_zone };
    let date = |value: &Scalar<'_>| instant.read(value, "").ok().flatten();
    let part = |value: &Scalar<'_>| person::part(value, "").ok().flatten();
    let latest = latest(wire.order_history.entries(), date);
    let phones = person::phones(&wire.phone, country(&wire, context));
    let mut phones = phones.into_iter().map(|typed| typed.phone);
    Ok(Order {
        id,
        inner_id,
        status: Some(status(latest, &wire, context)?),
        total_gross: money(&wire.total_gross, &wire.currency),
        lines: fitting(wire.order_products.0.entries().iter().map(line)),
        buyer: person::shown_name(&wire.firstname, &wire.lastname),
        phone: phones.next(),
        other_phones: phones.collect(),
        email: person::email(&wire.email, "email").ok().flatten(),
        shipping: person::address(Address {
            name: person::shown_name(&wire.shipping_firstname, &wire.shipping_lastname),
            company: part(&wire.shipping_company),
            postcode: part(&wire.shipping_postcode),
            city: part(&wire.shipping_city),
            street: part(&wire.shipping_address1),
            street2: None,
        }),
        shipping_method: person::text(&wire.shipping_method_name, MAX_METHOD),
        payment_method: person::text(&wire.payment_method_name, MAX_METHOD),
        expected_delivery: day(&wire.expected_delivery_date),
        updated_at: latest.and_then(|entry| date(&entry.date_added)),
        provisional: true,
        ..Order::default()
    })
}

/// A day; what else the field may hold is not documented.
fn day(value: &Scalar<'_>) -> Option<Date> {
    value.text().and_then(|text| text.trim().parse().ok())
}

/// Country of a number without a country code: the order's, or else the shop's.
fn country(wire: &WireOrder<'_>, context: &ShopContext) -> Country {
    let codes = [&wire.payment_country_iso_code2, &wire.shipping_country_iso_code2];
    let mut known = codes.into_iter().filter_map(|code| Country::parse(code.text()?).ok());
    known.next().unwrap_or(context.country)
}

/// Latest entry of the order's history; the last in the list if dates don't decide.
fn latest<'w, 'a>(
    history: &'w [WireHistory<'a>],
    date: impl Fn(&Scalar<'_>) -> Option<Timestamp>,
) -> Option<&'w WireHistory<'a>> {
    history.iter().max_by_key(|entry| date(&entry.date_added))
}

/// Without a status the order would look like an abandoned cart, and fields that were not requested
/// are not sent.
fn status(
    latest: Option<&WireHistory<'_>>,
    wire: &WireOrder<'_>,
    context: &ShopContext,
) -> Result<OrderStatus, DecodeError> {
    let missing = DecodeError::Missing { field: "orderHistory.statusText" };
    let latest = latest.ok_or(missing)?;
    match person::text(&latest.status_text, MAX_STATUS) {
        Some(name) => {
            let language = wire.language_code.text_within(MAX_CODE);
            let language = language
                .filter(|code| code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
            let language =
                language.map_or_else(|| UNDETERMINED.to_owned(), |code| code.to_ascii_lowercase());
            Ok(context.statuses.named(name, language))
        }
        None => latest.status.id().and_then(|key| context.statuses.known(key)).ok_or(missing),
    }
}

/// An amount without a currency is None.
fn money(amount: &Scalar<'_>, currency: &Scalar<'_>) -> Option<Money> {
    let amount = amount.decimal("amount").ok().flatten()?;
    let currency = Currency::parse(currency.text()?).ok()?;
    Some(Money { amount, currency })
}

/// The line's total is left out: whether `price` is in the order's currency is not documented.
fn line(wire: &WireLine<'_>) -> OrderLine {
    OrderLine {
        name: person::text(&wire.name, MAX_NAME).unwrap_or_default(),
        sku: wire.sku.text_within(MAX_SKU),
        quantity: wire.quantity.decimal("orderProducts.quantity").ok().flatten(),
        unit_price_gross: money(&wire.gross_price, &wire.currency),
        total_net: None,
    }
}
