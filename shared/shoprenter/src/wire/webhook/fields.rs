//! Fields read from a payload. They differ from the API's: some have other names, and `total` has
//! another meaning.

use serde::Deserialize;
use serde::de::Deserializer;
use serde_json::value::RawValue;

use super::super::record::own_number;
use super::super::scalar::Scalar;
use super::super::shape::{OneOrMany, Ref};

/// Fields that identify a record.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct Names<'a> {
    /// `orders/<id>`, or the full URL.
    inner_resource_id: Ref<'a>,
    /// The id that the shop has given the record, which its API uses instead.
    outer_resource_id: Ref<'a>,
    id: Ref<'a>,
    href: Ref<'a>,
    inner_id: Scalar<'a>,
}

impl<'a> Names<'a> {
    /// Reads a record, or a text or number that is an id.
    pub(super) fn read(json: &'a str) -> Self {
        if json.trim_start().starts_with('{') {
            serde_json::from_str(json).unwrap_or_default()
        } else {
            Self { id: Ref::read(json), ..Self::default() }
        }
    }

    /// Resource id, if it can be requested from the API.
    pub(super) fn id(&self) -> Option<String> {
        let names = [&self.inner_resource_id, &self.id, &self.href];
        let id = names.into_iter().find_map(Ref::id)?;
        is_askable(id).then(|| id.to_owned())
    }

    /// Id that the API calls the record by.
    pub(super) fn outer_id(&self) -> Option<&str> {
        self.outer_resource_id.id().filter(|id| is_outer(id))
    }

    /// Number in the shop.
    pub(super) fn number(&self) -> Option<String> {
        own_number(&self.inner_id, "innerId").ok().flatten()
    }

    /// Whether this is the record itself rather than a wrapper.
    pub(super) fn are_of_an_order(&self) -> bool {
        self.inner_resource_id.id().is_some() || self.inner_id.text().is_some()
    }
}

/// An untrusted id must not lead to another resource: only letters, digits and base64 characters
/// are allowed.
pub(in super::super) fn is_askable(id: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"=+_-~".contains(&byte))
}

/// Shops choose outer ids; one of dots alone would be another path once it is requested.
fn is_outer(id: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_graphic()) && id.bytes().any(|byte| byte != b'.')
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct WireOrder<'a> {
    pub(super) firstname: Scalar<'a>,
    pub(super) lastname: Scalar<'a>,
    pub(super) phone: Scalar<'a>,
    pub(super) email: Scalar<'a>,
    pub(super) shipping_firstname: Scalar<'a>,
    pub(super) shipping_lastname: Scalar<'a>,
    pub(super) shipping_company: Scalar<'a>,
    pub(super) shipping_address1: Scalar<'a>,
    pub(super) shipping_city: Scalar<'a>,
    pub(super) shipping_postcode: Scalar<'a>,
    pub(super) shipping_method_name: Scalar<'a>,
    /// `Y-m-d`; for placed orders only.
    pub(super) expected_delivery_date: Scalar<'a>,
    pub(super) payment_method_name: Scalar<'a>,
    /// Two letters; the country of a number without a country code.
    pub(super) shipping_country_iso_code2: Scalar<'a>,
    pub(super) payment_country_iso_code2: Scalar<'a>,
    /// `total` is not read: here it is net, and without shipping.
    pub(super) total_gross: Scalar<'a>,
    pub(super) currency: Scalar<'a>,
    pub(super) language_code: Scalar<'a>,
    pub(super) order_history: OneOrMany<WireHistory<'a>>,
    pub(super) order_products: Nested<'a>,
}

/// One entry of an order's history.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct WireHistory<'a> {
    /// Number or id of the status.
    pub(super) status: Ref<'a>,
    pub(super) status_text: Scalar<'a>,
    pub(super) date_added: Scalar<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct WireLine<'a> {
    pub(super) name: Scalar<'a>,
    pub(super) sku: Scalar<'a>,
    pub(super) quantity: Scalar<'a>,
    pub(super) gross_price: Scalar<'a>,
    pub(super) currency: Scalar<'a>,
}

/// Lines in `{"orderProduct": [{…}]}`, or in the API's form.
#[derive(Default)]
pub(super) struct Nested<'a>(pub(super) OneOrMany<WireLine<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Nested<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize, Default)]
        #[serde(default, rename_all = "camelCase")]
        struct Wrapper<'a> {
            #[serde(borrow)]
            order_product: Option<&'a RawValue>,
        }
        let mut json = <&RawValue>::deserialize(deserializer)?.get();
        if json.starts_with('{') {
            let wrapper: Wrapper<'_> = serde_json::from_str(json).unwrap_or_default();
            json = wrapper.order_product.map_or(json, RawValue::get);
        }
        serde_json::from_str(json).map(Self).map_err(serde::de::Error::custom)
    }
}
