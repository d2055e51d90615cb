//! `productExtend`: the API's product and its conversion to the domain type.

mod fields;
mod price;
mod texts;

use serde_json::value::RawValue;

use super::context::ShopContext;
use super::record::{one_record, required_id};
use super::scalar::{Instant, Scalar};
use super::shape::MAX_ID;
use fields::WireProduct;
use shopcall_domain::{DecodeError, Product, ProductStatus, SkippedFields, Stock};

pub(super) use price::currency;
pub(super) use texts::text;

/// A longer article number is dropped; it could not be searched for.
pub(super) const MAX_SKU: usize = 1024;
/// Longest address that browsers and proxies all support.
pub(super) const MAX_ADDRESS: usize = 2048;
/// Far more categories than any product is in; the rest is dropped.
const MAX_CATEGORIES: usize = 200;

/// Decodes one item of a `productExtend` page and
/// counts unusable fields in `skipped`. Only an unusable id is an error.
pub(crate) fn decode_product(
    item: &RawValue,
    context: &ShopContext,
    skipped: &mut SkippedFields,
) -> Result<Product, DecodeError> {
    map(one_record(item)?, context, skipped)
}

fn map(
    wire: WireProduct<'_>,
    context: &ShopContext,
    skipped: &mut SkippedFields,
) -> Result<Product, DecodeError> {
    let id = required_id(&wire.id, "id")?;
    let instant = Instant { zone: &context.time_zone };
    let prices = wire.product_prices.counted("productPrices", skipped);
    let (price, special_price) = price::of(&prices, skipped);
    let descriptions = wire.product_descriptions.counted("productDescriptions", skipped);
    let categories = wire.product_category_relations.counted("productCategoryRelations", skipped);
    let images = wire.all_images.counted("allImages", skipped);
    let main_image = images.into_iter().next().unwrap_or_default().main_image;
    let aliases = wire.url_aliases.counted("urlAliases", skipped);
    let mut pieces = |stock: &Scalar<'_>, field| skipped.or_none(stock.decimal(field));
    let warehouses = [
        pieces(&wire.stock1, "stock1").unwrap_or_default(),
        pieces(&wire.stock2, "stock2").unwrap_or_default(),
        pieces(&wire.stock3, "stock3").unwrap_or_default(),
        pieces(&wire.stock4, "stock4").unwrap_or_default(),
    ];
    Ok(Product {
        id,
        inner_id: skipped.or_none(wire.inner_id.string_within(MAX_ID, "innerId")),
        sku: skipped.or_none(wire.sku.string_within(MAX_SKU, "sku")),
        texts: texts::by_language(descriptions, &context.languages, skipped),
        price,
        special_price,
        stock: Stock { warehouses },
        orderable: skipped.or_none(wire.orderable.flag("orderable")).unwrap_or(false),
        status: status(&wire.status, skipped),
        image: first_address(
            [&main_image, &wire.main_picture].into_iter().zip(["allImages", "mainPicture"]),
            skipped,
        ),
        link: first_address(
            aliases.iter().map(|alias| (&alias.url_alias, "urlAliases.urlAlias")),
            skipped,
        ),
        manufacturer: skipped.or_none(wire.manufacturer.checked("manufacturer")),
        categories: categories
            .iter()
            .filter_map(|relation| {
                skipped.or_none(relation.category.checked("productCategoryRelations.category"))
            })
            .take(MAX_CATEGORIES)
            .collect(),
        created_at: skipped.or_none(instant.read(&wire.date_created, "dateCreated")),
        updated_at: skipped.or_none(instant.read(&wire.date_updated, "dateUpdated")),
    })
}

/// The first usable address of several.
fn first_address<'w>(
    mut addresses: impl Iterator<Item = (&'w Scalar<'w>, &'static str)>,
    skipped: &mut SkippedFields,
) -> Option<String> {
    addresses
        .find_map(|(address, field)| skipped.or_none(address.string_within(MAX_ADDRESS, field)))
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
