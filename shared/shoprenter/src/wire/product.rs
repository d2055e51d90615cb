//! `productExtend`: the API's product and its conversion to the domain type.

mod attributes;
mod details;
mod fields;
mod links;
mod price;
mod specials;
mod stock;
mod texts;

use jiff::Timestamp;
use serde_json::value::RawValue;

use super::context::ShopContext;
use super::person;
use super::record::{one_record, required_id};
use super::scalar::{Instant, Scalar};
use super::shape::{MAX_ID, OneOrMany};
use fields::{WireCategoryRelation, WireProduct};
use price::Prices;
use shopcall_domain::{DecodeError, Product, ProductStatus, SkippedFields};

pub(super) use price::currency;
pub(super) use texts::text;

/// A longer article number is dropped; it could not be searched for.
pub(super) const MAX_SKU: usize = 1024;
/// Longest address that browsers and proxies all support.
pub(super) const MAX_ADDRESS: usize = 2048;
/// Far more categories than any product is in; the rest is dropped.
const MAX_CATEGORIES: usize = 100;

/// Decodes one item of a `productExtend` page and counts unusable fields in `skipped`. `now` decides
/// which special prices have ended. Only an unusable id is an error.
pub(crate) fn decode_product(
    item: &RawValue,
    (context, now): (&ShopContext, Timestamp),
    skipped: &mut SkippedFields,
) -> Result<Product, DecodeError> {
    let wire: WireProduct<'_> = one_record(item)?;
    let id = required_id(&wire.id, "id")?;
    Ok(map(wire, id, (context, now), skipped))
}

fn map(
    mut wire: WireProduct<'_>,
    id: String,
    (context, now): (&ShopContext, Timestamp),
    skipped: &mut SkippedFields,
) -> Product {
    let instant = Instant { zone: &context.time_zone };
    let prices = take(&mut wire.product_prices, "productPrices", skipped);
    let specials = take(&mut wire.product_specials, "productSpecials", skipped);
    let Prices { price, special_prices } = price::of(&prices, &specials, (&instant, now), skipped);
    let stocks = [&wire.stock1, &wire.stock2, &wire.stock3, &wire.stock4];
    let stock = stock::of(stocks, context.stock_count, skipped);
    let (order_minimum, order_multiple) = details::quantities(&wire, skipped);
    let descriptions = take(&mut wire.product_descriptions, "productDescriptions", skipped);
    let mut texts = texts::by_language(descriptions, &context.languages, skipped);
    let aliases = take(&mut wire.url_aliases, "urlAliases", skipped);
    let link = links::pages(&aliases, &mut texts, context, skipped);
    let images = take(&mut wire.all_images, "allImages", skipped);
    let relations = take(&mut wire.product_category_relations, "productCategoryRelations", skipped);
    let categories = categories(&relations, skipped);
    let attributes = take(&mut wire.product_attribute_extend, "productAttributeExtend", skipped);
    let parent = skipped.or_none(wire.parent_product.checked("parentProduct"));
    Product {
        inner_id: skipped.or_none(wire.inner_id.string_within(MAX_ID, "innerId")),
        sku: sku(&wire.sku, skipped),
        texts,
        price,
        special_prices,
        stock,
        orderable: skipped.or_none(wire.orderable.flag("orderable")).unwrap_or(false),
        status: status(&wire.status, skipped),
        availability: details::availability(&wire, stock, context),
        order_minimum,
        order_multiple,
        image: links::image(&images, &wire.main_picture, context, skipped),
        link,
        manufacturer: skipped.or_none(wire.manufacturer.link.checked("manufacturer")),
        manufacturer_name: details::manufacturer_name(&wire, context),
        category_names: details::category_names(&categories, context),
        categories,
        // A product without variants names itself.
        parent: parent.filter(|parent| *parent != id),
        attributes: attributes::of(&attributes, context, skipped),
        created_at: skipped.or_none(instant.read(&wire.date_created, "dateCreated")),
        updated_at: skipped.or_none(instant.read(&wire.date_updated, "dateUpdated")),
        id,
    }
}

fn take<T>(list: &mut OneOrMany<T>, field: &'static str, skipped: &mut SkippedFields) -> Vec<T> {
    std::mem::take(list).counted(field, skipped)
}

fn sku(value: &Scalar<'_>, skipped: &mut SkippedFields) -> Option<String> {
    skipped.or_none(value.string_within(MAX_SKU, "sku"))?;
    person::text(value, MAX_SKU)
}

fn categories(relations: &[WireCategoryRelation<'_>], skipped: &mut SkippedFields) -> Vec<String> {
    let category = |relation: &WireCategoryRelation<'_>| {
        skipped.or_none(relation.category.checked("productCategoryRelations.category"))
    };
    relations.iter().filter_map(category).take(MAX_CATEGORIES).collect()
}

/// A product whose status is missing or unusable is not for sale.
fn status(value: &Scalar<'_>, skipped: &mut SkippedFields) -> ProductStatus {
    match skipped.or_none(value.integer("status")) {
        None | Some(0) => ProductStatus::Off,
        Some(1) => ProductStatus::On,
        Some(2) => ProductStatus::Discontinued,
        Some(_) => {
            skipped.add("status");
            ProductStatus::Off
        }
    }
}

#[cfg(test)]
mod tests;
