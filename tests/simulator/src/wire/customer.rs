//! `customerExtend` and `customers`.

use serde_json::Value;

use super::{Pen, opaque, poison, reference};
use crate::catalogue::{Address, Customer, Kind, Recipe};

pub(crate) fn extend(customer: &Customer, recipe: &Recipe) -> Value {
    let mut pen = Pen::new(recipe, Kind::Customers, customer.index);
    pen.identity("customerExtend", &customer.id);
    pen.count("innerId", customer.inner_id);
    // The documentation describes `firstname` as the last name and `lastname` as the first.
    pen.text("firstname", Some(&customer.family));
    pen.text("lastname", Some(&customer.given));
    pen.text("email", customer.email.as_deref());
    pen.text("telephone", customer.phone.as_deref());
    pen.text("fax", None);
    // Present in every customer; a client must discard it.
    pen.set("password", customer.password.as_str());
    pen.flag("newsletter", false);
    pen.count("status", u32::from(customer.status));
    pen.flag("approved", true);
    pen.date("dateCreated", customer.created);
    pen.date("dateUpdated", customer.updated);
    pen.flag("freeShipping", false);
    pen.text("defaultAddress", None);
    pen.link("customerGroup", "customerGroups", &opaque("customerGroup", "customer_group_id", 8));
    let mut addresses = Vec::new();
    for (position, address) in (0_u32..).zip(&customer.addresses) {
        addresses.push(write_address(&mut pen, customer, position, address));
    }
    pen.set("addresses", addresses);
    pen.text("loyaltyPoints", None);
    pen.unknown_fields();
    poison::spoil(Value::Object(pen.fields), customer.poison, "addresses", "innerId")
}

fn write_address(
    pen: &mut Pen<'_>,
    customer: &Customer,
    position: u32,
    address: &Address,
) -> Value {
    let number = customer.inner_id.saturating_mul(4).saturating_add(position);
    pen.nested(|pen| {
        pen.identity("addresses", &opaque("address", "address_id", number));
        pen.count("innerId", number);
        pen.text("company", address.company.as_deref());
        pen.text("firstname", Some(&address.family));
        pen.text("lastname", Some(&address.given));
        // A client must discard it.
        pen.text("taxNumber", address.company.as_deref().map(|_| reference::TAX_NUMBER));
        let kind = if address.company.is_some() { "business" } else { "private" };
        pen.text("type", Some(kind));
        pen.text("address1", Some(&address.address1));
        pen.text("address2", address.address2.as_deref());
        pen.text("postcode", Some(&address.postcode));
        pen.text("city", Some(&address.city));
        pen.text("telephone", address.phone.as_deref());
        pen.date("dateCreated", customer.created);
        pen.link("customer", "customers", &customer.id);
        pen.link("country", "countries", &reference::country_id(&address.country));
        pen.text("zone", None);
    })
}

#[cfg(test)]
mod tests {
    use super::super::quiet_recipe;
    use super::*;
    use crate::catalogue::Record as _;

    #[test]
    fn firstname_holds_the_family_name() {
        let recipe = quiet_recipe();
        let customer = Customer::generate(&recipe, 0);
        let wire = extend(&customer, &recipe);
        assert_eq!(wire["firstname"], customer.family.as_str());
        assert_eq!(wire["lastname"], customer.given.as_str());
        let (own, first) = (&customer.addresses[0], &wire["addresses"][0]);
        assert_eq!(first["firstname"], own.family.as_str());
        assert_eq!(first["lastname"], own.given.as_str());
    }
}
