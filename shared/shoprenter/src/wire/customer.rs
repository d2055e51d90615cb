//! `customerExtend`: the API's customer and its conversion to the domain type.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::context::ShopContext;
use super::country::own_country;
use super::person;
use super::record::{one_record, own_number, required_id};
use super::scalar::{Instant, Scalar};
use super::shape::OneOrMany;
use shopcall_domain::{Address, Country, Customer, DecodeError, Phone, SkippedFields};

/// Far more addresses than any customer has; the rest is dropped. At the limit they take 190 KB of
/// a row.
const MAX_ADDRESSES: usize = 50;
/// Far more telephone numbers than any customer has; the rest is dropped.
const MAX_PHONES: usize = 40;

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
    address2: Scalar<'a>,
    telephone: Scalar<'a>,
    #[serde(borrow)]
    country: Option<&'a RawValue>,
}

/// Decodes one item of a `customerExtend` page and counts unusable fields in `skipped`. Only an
/// unusable id is an error.
pub(crate) fn decode_customer(
    item: &RawValue,
    context: &ShopContext,
    skipped: &mut SkippedFields,
) -> Result<Customer, DecodeError> {
    let wire: WireCustomer<'_> = one_record(item)?;
    let id = required_id(&wire.id, "id")?;
    let instant = Instant { zone: &context.time_zone };
    let addresses = wire.addresses.counted("addresses", skipped);
    let (phones, extensions) = phones(&wire.telephone, &addresses, context.country);
    let mut part = |value, field| skipped.or_none(person::part(value, field));
    let name = person::name(part(&wire.firstname, "firstname"), part(&wire.lastname, "lastname"));
    Ok(Customer {
        id,
        inner_id: skipped.or_none(own_number(&wire.inner_id, "innerId")),
        name,
        phones,
        extensions,
        email: skipped.or_none(person::email(&wire.email, "email")),
        addresses: addresses
            .iter()
            .filter_map(|wire| address(wire, skipped))
            .take(MAX_ADDRESSES)
            .collect(),
        created_at: skipped.or_none(instant.read(&wire.date_created, "dateCreated")),
        updated_at: skipped.or_none(instant.read(&wire.date_updated, "dateUpdated")),
    })
}

/// The customer's own numbers first, then those of the addresses. A number without a country code
/// is of the address's country; the customer's own, of the first address's.
fn phones(
    own: &Scalar<'_>,
    addresses: &[WireAddress<'_>],
    shops: Country,
) -> (Vec<Phone>, BTreeMap<Phone, String>) {
    let country = |address: &WireAddress<'_>| own_country(address.country);
    let home = addresses.iter().find_map(country);
    let others = addresses.iter().take(MAX_ADDRESSES);
    let others = others.map(|address| (&address.telephone, country(address)));
    let (mut phones, mut extensions) = (Vec::new(), BTreeMap::new());
    let mut seen = Vec::new();
    for typed in std::iter::once((own, home)).chain(others) {
        // Most addresses repeat the customer's own number, and parsing dominates the cost.
        if seen.contains(&typed) {
            continue;
        }
        seen.push(typed);
        for typed in person::phones(typed.0, typed.1.unwrap_or(shops)) {
            if let Some(digits) = typed.extension {
                extensions.entry(typed.phone.clone()).or_insert(digits);
            }
            if phones.len() < MAX_PHONES && !phones.contains(&typed.phone) {
                phones.push(typed.phone);
            }
        }
    }
    extensions.retain(|phone, _| phones.contains(phone));
    (phones, extensions)
}

fn address(wire: &WireAddress<'_>, skipped: &mut SkippedFields) -> Option<Address> {
    let mut part = |value, field| skipped.or_none(person::part(value, field));
    let family = part(&wire.firstname, "addresses.firstname");
    let given = part(&wire.lastname, "addresses.lastname");
    person::address(Address {
        name: person::name(family, given),
        company: part(&wire.company, "addresses.company"),
        postcode: part(&wire.postcode, "addresses.postcode"),
        city: part(&wire.city, "addresses.city"),
        street: part(&wire.address1, "addresses.address1"),
        street2: part(&wire.address2, "addresses.address2"),
    })
}

#[cfg(test)]
mod tests;
