//! Fields read, under their API names. All others are skipped.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

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
    pub(super) manufacturer: WireManufacturer<'a>,
    pub(super) parent_product: Ref<'a>,
    pub(super) minimal_order_number: Scalar<'a>,
    /// Whether only multiples of the minimum can be ordered.
    pub(super) minimal_order_number_multiply: Scalar<'a>,
    pub(super) in_stock_status: Ref<'a>,
    pub(super) no_stock_status: Ref<'a>,
    #[serde(rename = "onlyStock1Status")]
    pub(super) only_stock1_status: Ref<'a>,
    #[serde(rename = "onlyStock2Status")]
    pub(super) only_stock2_status: Ref<'a>,
    #[serde(rename = "onlyStock3Status")]
    pub(super) only_stock3_status: Ref<'a>,
    #[serde(rename = "onlyStock4Status")]
    pub(super) only_stock4_status: Ref<'a>,
    pub(super) product_attribute_extend: OneOrMany<WireAttribute<'a>>,
    pub(super) product_prices: OneOrMany<WirePrice<'a>>,
    pub(super) product_specials: OneOrMany<WireSpecial<'a>>,
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

/// Price for one customer group as it is now, without regard to quantities. The record's own `price`
/// is net and is not read.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct WirePrice<'a> {
    pub(super) customer_group: OneOrMany<WireCustomerGroup<'a>>,
    pub(super) net: Scalar<'a>,
    pub(super) gross: Scalar<'a>,
    pub(super) gross_special: Scalar<'a>,
    pub(super) currency_code: Scalar<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct WireCustomerGroup<'a> {
    pub(super) id: Scalar<'a>,
    /// Whether this is the default group, for customers who are in no other.
    pub(super) default: Scalar<'a>,
}

/// A promotion, whether it is on or not.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct WireSpecial<'a> {
    pub(super) priority: Scalar<'a>,
    /// Net.
    pub(super) price: Scalar<'a>,
    pub(super) date_from: Scalar<'a>,
    pub(super) date_to: Scalar<'a>,
    pub(super) min_quantity: Scalar<'a>,
    #[serde(rename = "type")]
    pub(super) kind: Scalar<'a>,
    /// 1 is Monday.
    pub(super) day_of_week: Scalar<'a>,
    /// Empty for everybody.
    pub(super) customer_group: Ref<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct WireDescription<'a> {
    pub(super) language: Ref<'a>,
    pub(super) name: Scalar<'a>,
    pub(super) short_description: Scalar<'a>,
    pub(super) description: Scalar<'a>,
    pub(super) measurement_unit: Scalar<'a>,
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
    pub(super) language: Ref<'a>,
}

/// A link, or the manufacturer's record.
#[derive(Default)]
pub(super) struct WireManufacturer<'a> {
    pub(super) link: Ref<'a>,
    pub(super) name: Scalar<'a>,
}

impl<'de: 'a, 'a> Deserialize<'de> for WireManufacturer<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize, Default)]
        #[serde(default, bound(deserialize = "'de: 'a"))]
        struct Named<'a> {
            name: Scalar<'a>,
        }
        let json = <&RawValue>::deserialize(deserializer)?.get();
        let is_record = json.starts_with('{');
        let named: Option<Named<'a>> = is_record.then(|| serde_json::from_str(json).ok()).flatten();
        Ok(Self { link: Ref::read(json), name: named.unwrap_or_default().name })
    }
}

/// A property: `LIST` and `TEXT` have a list of values, one a language; `INTEGER` and `FLOAT` have
/// one, without a language.
#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct WireAttribute<'a> {
    pub(super) id: Scalar<'a>,
    #[serde(rename = "type")]
    pub(super) kind: Scalar<'a>,
    pub(super) name: Scalar<'a>,
    pub(super) value: OneOrMany<WireAttributeValue<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct WireAttributeValue<'a> {
    pub(super) value: Scalar<'a>,
    pub(super) language: Ref<'a>,
}
