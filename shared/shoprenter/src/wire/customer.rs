//! `customerExtend`: the API's customer and its conversion to the domain type.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::context::ShopContext;
use super::person;
use super::record::{one_record, own_number, required_id};
use super::scalar::{Instant, Scalar};
use super::shape::OneOrMany;
use shopcall_domain::{Address, Country, Customer, DecodeError, Phone};

/// Far more addresses than any customer has; the rest is dropped. At the limit they take 165 KB of
/// a row.
const MAX_ADDRESSES: usize = 50;

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct WireCustomer<'a> {
    id: Scalar<'a>,
    inner_id: Scalar<'a>,
    firstname: Scalar<'a>,
    lastname: Scalar<'a>,
    email: Scalar<'a>,
    telephone: Scalar<'a>,
    addresses: OneOrMany<WireAddress<'a>>,
    date_created: Scalar<'a>,
    date_updated: Scalar<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct WireAddress<'a> {
    firstname: Scalar<'a>,
    lastname: Scalar<'a>,
    company: Scalar<'a>,
    postcode: Scalar<'a>,
    city: Scalar<'a>,
    address1: Scalar<'a>,
    telephone: Scalar<'a>,
}

/// Decodes one item of a `customerExtend` page.
pub(crate) fn decode_customer(
    item: &RawValue,
    context: &ShopContext,
) -> Result<Customer, DecodeError> {
    map(one_record(item)?, context)
}

fn map(wire: WireCustomer<'_>, context: &ShopContext) -> Result<Customer, DecodeError> {
    let instant = Instant { zone: &context.time_zone };
    let addresses = wire.addresses.strictly("addresses")?;
    Ok(Customer {
        id: required_id(&wire.id, "id")?,
        inner_id: own_number(&wire.inner_id, "innerId")?,
        name: person::name(&wire.firstname, &wire.lastname),
        phones: phones(&wire.telephone, &addresses, context.country),
        email: person::email(&wire.email),
        addresses: addresses.iter().filter_map(address).take(MAX_ADDRESSES).collect(),
        created_at: instant.read(&wire.date_created, "dateCreated")?,
        updated_at: instant.read(&wire.date_updated, "dateUpdated")?,
    })
}

/// The customer's own number first, then those of the addresses.
fn phones(own: &Scalar<'_>, addresses: &[WireAddress<'_>], country: Country) -> Vec<Phone> {
    let others = addresses.iter().take(MAX_ADDRESSES).map(|address| &address.telephone);
    let mut phones = Vec::new();
    let mut seen: Vec<&Scalar<'_>> = Vec::new();
    for typed in std::iter::once(own).chain(others) {
        // Most addresses repeat the customer's own number, and parsing dominates the cost.
        if seen.contains(&typed) {
            continue;
        }
        seen.push(typed);
        phones.extend(person::phone(typed, country).filter(|phone| !phones.contains(phone)));
    }
    phones
}

fn address(wire: &WireAddress<'_>) -> Option<Address> {
    person::address(Address {
        name: person::name(&wire.firstname, &wire.lastname),
        company: person::part(&wire.company),
        postcode: person::part(&wire.postcode),
        city: person::part(&wire.city),
        street: person::part(&wire.address1),
    })
}

#[cfg(test)]
mod tests;
