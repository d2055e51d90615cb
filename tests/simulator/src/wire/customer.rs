//! `customerExtend` and `customers`.

use serde_json::Value;

use super::{Pen, opaque, poison};
use crate::catalogue::{Address, Customer, Kind, Recipe};

pub(crate) fn extend(customer: &Customer, recipe: &Recipe) -> Value {
    let mut pen = Pen::new(recipe, Kind::Customers, customer.index);
    pen.identity("customerExtend", &customer.id);
    pen.count("innerId", customer.inner_id);
    pen.text("firstname", Some(&customer.firstname));
    pen.text("lastname", Some(&customer.lastname));
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
        pen.text("firstname", Some(&address.firstname));
        pen.text("lastname", Some(&address.lastname));
        pen.text("taxNumber", None);
        pen.text("type", Some("private"));
        pen.text("address1", Some(&address.address1));
        pen.text("address2", address.address2.as_deref());
        pen.text("postcode", Some(&address.postcode));
        pen.text("city", Some(&address.city));
        pen.text("telephone", address.phone.as_deref());
        pen.date("dateCreated", customer.created);
        pen.link("customer", "customers", &customer.id);
        pen.link("country", "countries", &opaque("country", "country_id", 97));
        pen.text("zone", None);
    })
}
