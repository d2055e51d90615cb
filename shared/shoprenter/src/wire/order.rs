//! `orderExtend`: the API's order and its conversion to the domain type.

mod fields;
mod lines;

use rust_decimal::Decimal;
use serde_json::value::RawValue;

use super::context::ShopContext;
use super::person;
use super::product::currency;
use super::record::{one_record, own_number, required_id};
use super::scalar::{Instant, Scalar};
use super::shape::Ref;
use fields::WireOrder;
pub(super) use lines::{MAX_NAME, fitting};
use shopcall_domain::{Address, Currency, DecodeError, Money, Order, OrderStatus};

/// Bytes of the name of a shipping or payment method; some hold a pick-up point's whole address.
pub(super) const MAX_METHOD: usize = 512;

/// Decodes one item of an `orderExtend` page.
pub(crate) fn decode_order(item: &RawValue, context: &ShopContext) -> Result<Order, DecodeError> {
    map(one_record(item)?, context)
}

fn map(wire: WireOrder<'_>, context: &ShopContext) -> Result<Order, DecodeError> {
    let instant = Instant { zone: &context.time_zone };
    let currency = currency_of(&wire)?;
    let rate = wire.value.decimal("value").map(|rate| rate.unwrap_or(Decimal::ONE));
    let prices = lines::Prices { currency, net_is_in_it: rate == Ok(Decimal::ONE) };
    Ok(Order {
        id: required_id(&wire.id, "id")?,
        inner_id: own_number(&wire.inner_id, "innerId")?,
        status: status(wire.order_status, context)?,
        total_gross: money(wire.total.decimal("total")?, currency),
        shipping: shipping(&wire),
        lines: lines::of(wire.order_products.strictly("orderProducts")?, &prices)?,
        customer_id: wire.customer.id().map(str::to_owned),
        buyer: person::name(&wire.firstname, &wire.lastname),
        phone: person::phone(&wire.phone, context.country),
        email: person::email(&wire.email),
        shipping_method: person::text(&wire.shipping_method_name, MAX_METHOD),
        payment_method: person::text(&wire.payment_method_name, MAX_METHOD),
        expected_delivery: None,
        created_at: instant.read(&wire.date_created, "dateCreated")?,
        updated_at: instant.read(&wire.date_updated, "dateUpdated")?,
        history: None,
        provisional: false,
    })
}

fn currency_of(wire: &WireOrder<'_>) -> Result<Option<Currency>, DecodeError> {
    wire.currency.entries().first().map_or(Ok(None), |own| currency(&own.code, "currency.code"))
}

/// An amount without a currency is None.
fn money(amount: Option<Decimal>, currency: Option<Currency>) -> Option<Money> {
    Some(Money { amount: amount?, currency: currency? })
}

/// An order without a status is an abandoned cart, so an unreadable status is an error: the order
/// would be mistaken for a cart.
fn status(
    json: Option<&RawValue>,
    context: &ShopContext,
) -> Result<Option<OrderStatus>, DecodeError> {
    let Some(json) = json.map(RawValue::get) else { return Ok(None) };
    match Scalar::read(json) {
        Scalar::Empty | Scalar::Flag(false) => Ok(None),
        Scalar::Text(text) if text.trim().is_empty() => Ok(None),
        _ => match Ref::read(json).id() {
            Some(id) => Ok(Some(context.statuses.status(id))),
            None => Err(DecodeError::Unusable { field: "orderStatus" }),
        },
    }
}

fn shipping(wire: &WireOrder<'_>) -> Option<Address> {
    person::address(Address {
        name: person::name(&wire.shipping_firstname, &wire.shipping_lastname),
        company: person::part(&wire.shipping_company),
        postcode: person::part(&wire.shipping_postcode),
        city: person::part(&wire.shipping_city),
        street: person::part(&wire.shipping_address1),
    })
}

#[cfg(test)]
mod tests;
