//! Fields read, under their API names. All others are skipped.

use serde::Deserialize;

use super::super::scalar::Scalar;
use super::super::shape::{OneOrMany, Ref};

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct WireProduct<'a> {
    pub(super) id: Scalar<'a>,
    pub(super) inner_id: Scalar<'a>,
    pub(super) sku: Scalar<'a>,
    pub(super) orderable: Scalar<'a>,
    pub(super) status: Scalar<'a>,
    pub(super) stock1: Scalar<'a>,
    pub(super) stock2: Scalar<'a>,
    pub(super) stock3: Scalar<'a>,
    pub(super) stock4: Scalar<'a>,
    /// Path within the shop's images.
    pub(super) main_picture: Scalar<'a>,
    pub(super) all_images: OneOrMany<WireImages<'a>>,
    pub(super) date_created: Scalar<'a>,
    pub(super) date_updated: Scalar<'a>,
    pub(super) manufacturer: Ref<'a>,
    pub(super) product_prices: OneOrMany<WirePrice<'a>>,
    pub(super) product_descriptions: OneOrMany<WireDescription<'a>>,
    pub(super) product_category_relations: OneOrMany<WireCategoryRelation<'a>>,
    pub(super) url_aliases: OneOrMany<WireUrlAlias<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct WireImages<'a> {
    /// Full URL.
    pub(super) main_image: Scalar<'a>,
}

/// Price for one customer group. The record's own `price` is net and is not read.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct WirePrice<'a> {
    pub(super) customer_group: OneOrMany<WireCustomerGroup<'a>>,
    pub(super) gross: Scalar<'a>,
    pub(super) gross_special: Scalar<'a>,
    pub(super) currency_code: Scalar<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct WireCustomerGroup<'a> {
    /// Whether this is the default group, for customers who are in no other.
    pub(super) default: Scalar<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct WireDescription<'a> {
    pub(super) language: Ref<'a>,
    pub(super) name: Scalar<'a>,
    pub(super) short_description: Scalar<'a>,
    pub(super) description: Scalar<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct WireCategoryRelation<'a> {
    pub(super) category: Ref<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct WireUrlAlias<'a> {
    pub(super) url_alias: Scalar<'a>,
}
