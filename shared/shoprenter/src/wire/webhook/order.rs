//! The order in a webhook's payload.

use jiff::Timestamp;
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
use shopcall_domain::DecodeError;
use shopcall_domain::{Address, Currency, Money, Order, OrderLine, OrderStatus};

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
        Some(id) => order(json, id, inner_id.clone(), context),
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
        provisional: true,
        status: Some(status(latest, &wire, context)?),
        total_gross: total(&wire),
        lines: fitting(lines.iter().map(line))?,
        customer_id: wire.customer.id().map(str::to_owned),
        buyer: person::name(&wire.firstname, &wire.lastname),
        phone: person::phone(&wire.phone, context.country),
        email: person::email(&wire.email),
        shipping: person::address(Address {
            name: person::name(&wire.shipping_firstname, &wire.shipping_lastname),
            company: person::part(&wire.shipping_company),
            postcode: person::part(&wire.shipping_postcode),
            city: person::part(&wire.shipping_city),
            street: person::part(&wire.shipping_address1),
        }),
        shipping_method: person::text(&wire.shipping_method_name, MAX_METHOD),
        payment_method: person::text(&wire.payment_method_name, MAX_METHOD),
        created_at: date(&wire.order_created).or_else(|| date(&wire.date_created)),
        updated_at: date(&wire.date_updated).max(latest.and_then(|entry| date(&entry.date_added))),
    })
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
            let language = wire.language.0.text_within(MAX_CODE);
            let language = language
                .filter(|code| code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
            let language =
                language.map_or_else(|| UNDETERMINED.to_owned(), |code| code.to_ascii_lowercase());
            Ok(context.statuses.named(name, language))
        }
        None => latest.status.id().and_then(|key| context.statuses.known(key)).ok_or(missing),
    }
}

/// Only `totalGross` is used: `total` is net. An amount without a currency is None.
fn total(wire: &WireOrder<'_>) -> Option<Money> {
    let amount = wire.total_gross.decimal("totalGross").ok().flatten()?;
    let currency = Currency::parse(wire.currency.0.text()?).ok()?;
    Some(Money { amount, currency })
}

/// Without prices: neither their currency nor whether they include tax is documented.
fn line(wire: &WireLine<'_>) -> Result<OrderLine, DecodeError> {
    let quantity: Option<Decimal> = wire.quantity.decimal("orderProducts.quantity")?;
    Ok(OrderLine {
        name: person::text(&wire.name, MAX_NAME).unwrap_or_default(),
        sku: wire.sku.text_within(MAX_SKU),
        quantity: quantity.ok_or(DecodeError::Missing { field: "orderProducts.quantity" })?,
        unit_price_gross: None,
        total_net: None,
    })
}
