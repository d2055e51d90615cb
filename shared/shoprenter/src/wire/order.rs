//! `orderExtend`: the API's order and its conversion to the domain type.

mod amount;
mod fields;
mod lines;
mod totals;

use serde_json::value::RawValue;

use super::context::ShopContext;
use super::country::own_country;
use super::person;
use super::product::currency;
use super::record::{one_record, own_number, required_id};
use super::scalar::{Instant, Scalar};
use super::shape::Ref;
use amount::Prices;
use fields::WireOrder;
pub(super) use lines::{MAX_NAME, fitting};
use shopcall_domain::{
    Address, Country, DecodeError, Order, OrderStatus, PaymentTime, SkippedFields,
};

/// Bytes of the name of a shipping or payment method; some hold a pick-up point's whole address.
pub(super) const MAX_METHOD: usize = 512;
/// Bytes of a code, such as a coupon's.
const MAX_CODE: usize = 128;
/// Id of the customer number 0, which guests' orders can have.
const NOBODY: &str = "Y3VzdG9tZXItY3VzdG9tZXJfaWQ9MA==";

/// Decodes one item of an `orderExtend` page and counts unusable fields in `skipped`. Only an
/// unusable id is an error, and an unreadable status: without one the order would be taken for a
/// cart.
pub(crate) fn decode_order(
    item: &RawValue,
    context: &ShopContext,
    skipped: &mut SkippedFields,
) -> Result<Order, DecodeError> {
    let wire: WireOrder<'_> = one_record(item)?;
    let id = required_id(&wire.id, "id")?;
    let status = status(wire.order_status, context)?;
    count_malformed(&wire, skipped);
    let prices = prices(&wire, skipped);
    let phones = person::phones(&wire.phone, country(&wire).unwrap_or(context.country));
    let instant = Instant { zone: &context.time_zone };
    let all_totals = totals::of(&wire.order_totals, &prices, skipped);
    let total_gross = totals::gross(&wire, &prices, skipped);
    let lines = lines::of(&wire.order_products, &prices, status.is_none(), skipped);
    let mut part = |value, field| skipped.or_none(person::part(value, field));
    let buyer = person::name(part(&wire.firstname, "firstname"), part(&wire.lastname, "lastname"));
    Ok(Order {
        id,
        inner_id: skipped.or_none(own_number(&wire.inner_id, "innerId")),
        status,
        total_gross,
        lines,
        customer_id: skipped.or_none(wire.customer.checked("customer")).filter(|id| id != NOBODY),
        buyer,
        company: skipped.or_none(person::part(&wire.payment_company, "paymentCompany")),
        extensions: phones
            .iter()
            .filter_map(|typed| Some((typed.phone.clone(), typed.extension.clone()?)))
            .collect(),
        phone: phones.first().map(|typed| typed.phone.clone()),
        other_phones: phones.into_iter().skip(1).map(|typed| typed.phone).collect(),
        email: skipped.or_none(person::email(&wire.email, "email")),
        shipping: shipping(&wire, skipped),
        shipping_method: method(&wire.shipping_method_name, "shippingMethodName", skipped),
        pickup_point: pickup_point(&wire, skipped),
        payment_method: method(&wire.payment_method_name, "paymentMethodName", skipped),
        payment_code: code(&wire.payment_method_code, "paymentMethodCode", skipped),
        payment_time: payment_time(&wire.payment_method_after, skipped),
        coupon: wire
            .coupon
            .entries()
            .first()
            .and_then(|coupon| code(&coupon.code, "coupon.code", skipped)),
        totals: all_totals,
        invoice: invoice(&wire, skipped),
        expected_delivery: None,
        created_at: skipped.or_none(instant.read(&wire.date_created, "dateCreated")),
        updated_at: skipped.or_none(instant.read(&wire.date_updated, "dateUpdated")),
        history: None,
        provisional: false,
    })
}

/// Counts the parts of an order that are not what they should be as a whole.
fn count_malformed(wire: &WireOrder<'_>, skipped: &mut SkippedFields) {
    for (is_malformed, field) in [
        (wire.currency.has_malformed(), "currency"),
        (wire.coupon.has_malformed(), "coupon"),
        (wire.order_totals.has_malformed(), "orderTotals"),
        (wire.order_products.has_malformed(), "orderProducts"),
    ] {
        if is_malformed {
            skipped.add(field);
        }
    }
}

fn prices(wire: &WireOrder<'_>, skipped: &mut SkippedFields) -> Prices {
    let own = wire.currency.entries().first();
    let code = own.map(|own| currency(&own.code, "currency.code"));
    let decimals = own.map(|own| own.decimal_place.integer("currency.decimalPlace"));
    Prices {
        currency: code.and_then(|code| skipped.or_none(code)),
        decimals: decimals
            .and_then(|places| skipped.or_none(places))
            .and_then(|places| u32::try_from(places).ok()),
        rate: wire.value.decimal("value"),
    }
    .checked(skipped)
}

/// The buyer's country, of which telephone numbers without a country code are.
fn country(wire: &WireOrder<'_>) -> Option<Country> {
    own_country(wire.payment_country).or_else(|| own_country(wire.shipping_country))
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

fn shipping(wire: &WireOrder<'_>, skipped: &mut SkippedFields) -> Option<Address> {
    let mut part = |value, field| skipped.or_none(person::part(value, field));
    let family = part(&wire.shipping_firstname, "shippingFirstname");
    let given = part(&wire.shipping_lastname, "shippingLastname");
    person::address(Address {
        name: person::name(family, given),
        company: part(&wire.shipping_company, "shippingCompany"),
        postcode: part(&wire.shipping_postcode, "shippingPostcode"),
        city: part(&wire.shipping_city, "shippingCity"),
        street: part(&wire.shipping_address1, "shippingAddress1"),
        street2: part(&wire.shipping_address2, "shippingAddress2"),
    })
}

fn method(value: &Scalar<'_>, field: &'static str, skipped: &mut SkippedFields) -> Option<String> {
    skipped.or_none(person::checked_text(value, MAX_METHOD, field))
}

fn code(value: &Scalar<'_>, field: &'static str, skipped: &mut SkippedFields) -> Option<String> {
    skipped.or_none(value.string_within(MAX_CODE, field))
}

/// The receiving point's id, or a Pick Pack Pont's code, which is sent with other methods too.
fn pickup_point(wire: &WireOrder<'_>, skipped: &mut SkippedFields) -> Option<String> {
    let point = code(&wire.shipping_receiving_point_id, "shippingReceivingPointId", skipped);
    let is_pick_pack = wire
        .shipping_method_extension
        .text()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("PICKPACKPONT"));
    point.filter(|id| id != "0").or_else(|| {
        let code = code(&wire.pick_pack_pont_shop_code, "pickPackPontShopCode", skipped);
        code.filter(|_| is_pick_pack)
    })
}

fn payment_time(value: &Scalar<'_>, skipped: &mut SkippedFields) -> Option<PaymentTime> {
    let is_after = skipped.or_none(value.flag("paymentMethodAfter"))?;
    Some(if is_after { PaymentTime::OnDelivery } else { PaymentTime::BeforeDelivery })
}

/// The invoice's number with its prefix; 0 is none.
fn invoice(wire: &WireOrder<'_>, skipped: &mut SkippedFields) -> Option<String> {
    let number = code(&wire.invoice_id, "invoiceId", skipped).filter(|number| number != "0")?;
    let prefix = code(&wire.invoice_prefix, "invoicePrefix", skipped).unwrap_or_default();
    Some(format!("{prefix}{number}"))
}

#[cfg(test)]
mod tests;
