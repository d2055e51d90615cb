//! What is kept of orders.

use super::{Allowed, Field};

/// An `orderExtend` record. Tax numbers, identity documents and fax numbers are not needed, and so
/// not kept.
pub(in super::super) const ORDER: Allowed = Allowed::fields(&[
    Field::scalar("comment"),
    Field::object("currency", &[Field::scalar("code"), Field::scalar("id")]),
    Field::reference("customer"),
    Field::reference("customerGroup"),
    Field::scalar("dateCreated"),
    Field::scalar("dateUpdated"),
    Field::scalar("email"),
    Field::scalar("firstname"),
    Field::scalar("id"),
    Field::scalar("innerId"),
    Field::scalar("invoiceId"),
    Field::scalar("invoicePrefix"),
    Field::object("language", &[Field::scalar("code"), Field::scalar("id")]),
    Field::scalar("lastname"),
    Field::object("orderProductAddons", ADDON),
    Field::object("orderProducts", LINE),
    Field::reference("orderStatus"),
    Field::object("orderTotals", TOTAL),
    Field::scalar("paymentAddress1"),
    Field::scalar("paymentAddress2"),
    Field::scalar("paymentCity"),
    Field::scalar("paymentCompany"),
    Field::object("paymentCountry", COUNTRY),
    Field::scalar("paymentFirstname"),
    Field::scalar("paymentLastname"),
    Field::scalar("paymentMethodAfter"),
    Field::scalar("paymentMethodCode"),
    Field::scalar("paymentMethodName"),
    Field::scalar("paymentPostcode"),
    Field::scalar("phone"),
    Field::scalar("pickPackPontShopCode"),
    Field::scalar("shippingAddress1"),
    Field::scalar("shippingAddress2"),
    Field::scalar("shippingCity"),
    Field::scalar("shippingCompany"),
    Field::object("shippingCountry", COUNTRY),
    Field::scalar("shippingFirstname"),
    Field::scalar("shippingLastname"),
    Field::scalar("shippingMethodExtension"),
    Field::scalar("shippingMethodName"),
    Field::scalar("shippingPostcode"),
    Field::scalar("shippingReceivingPointId"),
    Field::scalar("total"),
    Field::scalar("value"),
]);

const COUNTRY: &[Field] = &[Field::scalar("id"), Field::scalar("isoCode2")];

const ADDON: &[Field] = &[
    Field::scalar("name"),
    Field::scalar("price"),
    Field::scalar("quantity"),
    Field::scalar("sku"),
    Field::scalar("taxRate"),
    Field::scalar("total"),
    Field::scalar("type"),
];

const LINE: &[Field] = &[
    Field::scalar("grossPriceCurrency"),
    Field::scalar("gtin"),
    Field::scalar("id"),
    Field::scalar("modelNumber"),
    Field::scalar("name"),
    Field::scalar("originalGrossPriceCurrency"),
    Field::scalar("originalPriceCurrency"),
    Field::scalar("price"),
    Field::scalar("priceCurrency"),
    Field::reference("product"),
    Field::scalar("sku"),
    Field::scalar("stock1"),
    Field::scalar("stock2"),
    Field::scalar("stock3"),
    Field::scalar("stock4"),
    Field::scalar("taxRate"),
    Field::scalar("total"),
];

const TOTAL: &[Field] = &[
    Field::scalar("name"),
    Field::scalar("sortOrder"),
    Field::scalar("type"),
    Field::scalar("value"),
    Field::scalar("valueText"),
];
