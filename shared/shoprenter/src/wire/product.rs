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
use shopcall_domain::{DecodeError, Product, ProductStatus, Stock};

pub(super) use price::currency;
pub(super) use texts::text;

/// A longer article number is dropped; it could not be searched for.
pub(super) const MAX_SKU: usize = 1024;
/// Longest address that browsers and proxies all support.
pub(super) const MAX_ADDRESS: usize = 2048;
/// Far more categories than any product is in; the rest is dropped.
const MAX_CATEGORIES: usize = 200;

/// Decodes one item of a `productExtend` page.
pub(crate) fn decode_product(
    item: &RawValue,
    context: &ShopContext,
) -> Result<Product, DecodeError> {
    map(one_record(item)?, context)
}

fn map(wire: WireProduct<'_>, context: &ShopContext) -> Result<Product, DecodeError> {
    let instant = Instant { zone: &context.time_zone };
    let (price, special_price) = price::of(wire.product_prices.strictly("productPrices")?)?;
    let descriptions = wire.product_descriptions.strictly("productDescriptions")?;
    let categories = wire.product_category_relations.strictly("productCategoryRelations")?;
    let main_image = wire.all_images.leniently().into_iter().next().unwrap_or_default().main_image;
    let aliases = wire.url_aliases.leniently();
    Ok(Product {
        id: required_id(&wire.id, "id")?,
        inner_id: wire.inner_id.text_within(MAX_ID),
        sku: wire.sku.text_within(MAX_SKU),
        texts: texts::by_language(descriptions, &context.languages),
        price,
        special_price,
        stock: Stock {
            warehouses: [
                wire.stock1.decimal("stock1")?.unwrap_or_default(),
                wire.stock2.decimal("stock2")?.unwrap_or_default(),
                wire.stock3.decimal("stock3")?.unwrap_or_default(),
                wire.stock4.decimal("stock4")?.unwrap_or_default(),
            ],
        },
        orderable: wire.orderable.flag("orderable")?.unwrap_or(false),
        status: status(&wire.status)?,
        image: [main_image, wire.main_picture]
            .iter()
            .find_map(|address| address.text_within(MAX_ADDRESS)),
        link: aliases.iter().find_map(|alias| alias.url_alias.text_within(MAX_ADDRESS)),
        manufacturer: wire.manufacturer.id().map(str::to_owned),
        categories: categories
            .iter()
            .filter_map(|relation| relation.category.id().map(str::to_owned))
            .take(MAX_CATEGORIES)
            .collect(),
        created_at: instant.read(&wire.date_created, "dateCreated")?,
        updated_at: instant.read(&wire.date_updated, "dateUpdated")?,
    })
}

/// A product without the field is not for sale.
fn status(value: &Scalar<'_>) -> Result<ProductStatus, DecodeError> {
    match value.integer("status")? {
        None | Some(0) => Ok(ProductStatus::Off),
        Some(1) => Ok(ProductStatus::On),
        Some(2) => Ok(ProductStatus::Discontinued),
        Some(_) => Err(DecodeError::Unusable { field: "status" }),
    }
}

#[cfg(test)]
mod tests;
