//! The order in a webhook's payload.

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;

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
    Address, Country, Currency, DecodeError, Money, Order, OrderLine, OrderStatus, PersonName,
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

/// Dates and amounts in undocumented spellings are dropped: the order is read back.
fn order(
    json: &str,
    id: String,
    inner_id: Option<String>,
    context: &ShopContext,
) -> Result<Order, DecodeError> {
    let mut wire: WireOrder<'_> = serde_json::from_str(json).map_err(|_| DecodeError::Malformed)?;
    let instant = Instant { zone: &context.time_zone };
    let date = |value: &Scalar<'_>| instant.read(value, "").ok().flatten();
    let lines = std::mem::take(&mut wire.order_products.0).strictly("orderProducts")?;
    let latest = latest(wire.order_history.entries(), date);
    Ok(Order {
        id,
        inner_id,
        history: None,
        provisional: true,
        status: Some(status(latest, &wire, context)?),
        total_gross: money(&wire.total_gross, &wire.currency),
        lines: fitting(lines.iter().map(line))?,
        customer_id: None,
        buyer: name(&wire.firstname, &wire.lastname),
        phone: person::phone(&wire.phone, country(&wire, context)),
        email: person::email(&wire.email),
        shipping: person::address(Address {
            name: name(&wire.shipping_firstname, &wire.shipping_lastname),
            company: person::part(&wire.shipping_company),
            postcode: person::part(&wire.shipping_postcode),
            city: person::part(&wire.shipping_city),
            street: person::part(&wire.shipping_address1),
        }),
        shipping_method: person::text(&wire.shipping_method_name, MAX_METHOD),
        payment_method: person::text(&wire.payment_method_name, MAX_METHOD),
        expected_delivery: day(&wire.expected_delivery_date),
        created_at: None,
        updated_at: latest.and_then(|entry| date(&entry.date_added)),
    })
}

/// A day; what else the field may hold is not documented.
fn day(value: &Scalar<'_>) -> Option<Date> {
    value.text().and_then(|text| text.trim().parse().ok())
}

/// A name in one piece: ShopRenter's pages disagree on which part is the family name, but every
/// sample reads `firstname lastname` in this order.
fn name(first: &Scalar<'_>, last: &Scalar<'_>) -> Option<PersonName> {
    let parts = [person::part(first), person::part(last)];
    let whole = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    (!whole.is_empty()).then_some(PersonName { family: Some(whole), given: None })
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
fn line(wire: &WireLine<'_>) -> Result<OrderLine, DecodeError> {
    let quantity: Option<Decimal> = wire.quantity.decimal("orderProducts.quantity")?;
    Ok(OrderLine {
        name: person::text(&wire.name, MAX_NAME).unwrap_or_default(),
        sku: wire.sku.text_within(MAX_SKU),
        quantity: quantity.ok_or(DecodeError::Missing { field: "orderProducts.quantity" })?,
        unit_price_gross: money(&wire.gross_price, &wire.currency),
        total_net: None,
    })
}
