//! The fields that are read, under their names in the API. Whatever else a record holds is
//! skipped unread.

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
    /// A path within the shop's images.
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
    /// A whole address.
    pub(super) main_image: Scalar<'a>,
}

/// A price for one group of customers. `price` of the record itself is net, and isn't read.
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
    /// Whether it is the group of everybody who is in no other.
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
