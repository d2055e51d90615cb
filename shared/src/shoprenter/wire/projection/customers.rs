//! What is kept of customers.

use super::{Allowed, Field};

/// A `customerExtend` record. Tax numbers and fax numbers are not needed, and so not kept.
pub(in super::super) const CUSTOMER: Allowed = Allowed::fields(&[
    Field::object("addresses", ADDRESS),
    Field::scalar("approved"),
    Field::reference("customerGroup"),
    Field::scalar("dateCreated"),
    Field::scalar("dateUpdated"),
    Field::reference("defaultAddress"),
    Field::scalar("email"),
    Field::scalar("firstname"),
    Field::scalar("freeShipping"),
    Field::scalar("id"),
    Field::scalar("innerId"),
    Field::scalar("lastname"),
    Field::scalar("newsletter"),
    Field::scalar("status"),
    Field::scalar("telephone"),
]);

const ADDRESS: &[Field] = &[
    Field::scalar("address1"),
    Field::scalar("address2"),
    Field::scalar("city"),
    Field::scalar("company"),
    Field::reference("country"),
    Field::scalar("firstname"),
    Field::scalar("id"),
    Field::scalar("lastname"),
    Field::scalar("postcode"),
    Field::scalar("telephone"),
    Field::scalar("type"),
];
