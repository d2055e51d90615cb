//! What is kept of products.

use super::{Allowed, Field};

/// A `productExtend` record.
pub(in super::super) const PRODUCT: Allowed = Allowed::fields(&[
    Field::object("allImages", &[Field::scalar("mainImage")]),
    Field::scalar("availableDate"),
    Field::scalar("dateCreated"),
    Field::scalar("dateUpdated"),
    Field::scalar("freeShipping"),
    Field::scalar("gtin"),
    Field::scalar("height"),
    Field::scalar("id"),
    Field::scalar("imageAlt"),
    Field::reference("inStockStatus"),
    Field::scalar("innerId"),
    Field::scalar("length"),
    Field::scalar("loyaltyPoints"),
    Field::scalar("mainPicture"),
    Field::reference("manufacturer"),
    Field::scalar("maximalOrderNumber"),
    Field::scalar("minimalOrderNumber"),
    Field::scalar("minimalOrderNumberMultiply"),
    Field::scalar("modelNumber"),
    Field::scalar("multiplier"),
    Field::reference("noStockStatus"),
    Field::scalar("orderable"),
    Field::reference("parentProduct"),
    Field::scalar("price"),
    Field::object("productAttributeExtend", ATTRIBUTE),
    Field::object("productCategoryRelations", &[Field::reference("category")]),
    Field::object("productDescriptions", DESCRIPTION),
    Field::object("productPrices", PRICE),
    Field::object("productSpecials", SPECIAL),
    Field::object("productTags", &[Field::reference("language"), Field::scalar("tags")]),
    Field::scalar("shipped"),
    Field::scalar("sku"),
    Field::scalar("status"),
    Field::scalar("stock1"),
    Field::scalar("stock2"),
    Field::scalar("stock3"),
    Field::scalar("stock4"),
    Field::scalar("subtractStock"),
    Field::object("urlAliases", &[Field::reference("language"), Field::scalar("urlAlias")]),
    Field::scalar("weight"),
    Field::scalar("width"),
]);

const ATTRIBUTE: &[Field] = &[
    Field::scalar("name"),
    Field::scalar("type"),
    Field::scalar_or_object("value", &[Field::reference("language"), Field::scalar("value")]),
];

const DESCRIPTION: &[Field] = &[
    Field::scalar("description"),
    Field::reference("language"),
    Field::scalar("measurementUnit"),
    Field::scalar("name"),
    Field::scalar("packagingUnit"),
    Field::scalar("parameters"),
    Field::scalar("shortDescription"),
];

const PRICE: &[Field] = &[
    Field::scalar("currencyCode"),
    Field::object("customerGroup", &[Field::scalar("default"), Field::scalar("id")]),
    Field::scalar("gross"),
    Field::scalar("grossOriginal"),
    Field::scalar("grossSpecial"),
    Field::scalar("net"),
    Field::scalar("netSpecial"),
];

const SPECIAL: &[Field] = &[
    Field::reference("customerGroup"),
    Field::scalar("dateFrom"),
    Field::scalar("dateTo"),
    Field::scalar("maxQuantity"),
    Field::scalar("minQuantity"),
    Field::scalar("price"),
    Field::scalar("priority"),
];

/// A product of the brief's contract.
pub(in super::super) const BRIEF_PRODUCT: Allowed = Allowed::fields(&[
    Field::scalar("created_at"),
    Field::scalar("currency"),
    Field::scalar("description"),
    Field::scalar("id"),
    Field::scalar("image"),
    Field::scalar("inner_id"),
    Field::scalar("language"),
    Field::scalar("name"),
    Field::scalar("orderable"),
    Field::scalar("price"),
    Field::scalar("short_description"),
    Field::scalar("sku"),
    Field::scalar("special_price"),
    Field::scalar("status"),
    Field::scalar("stock"),
    Field::scalar("updated_at"),
    Field::scalar("url"),
]);
