//! Resources of the API with their scopes and number formats.

use crate::catalogue::Kind;

/// Whether `page`, `pageCount` and `limit` are strings or numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    Text,
    Number,
}

/// A collection of the API.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) name: &'static str,
    pub(crate) content: Content,
    pub(crate) read_scope: &'static str,
    pub(crate) write_scope: Option<&'static str>,
    pub(crate) has_page_count: bool,
    pub(crate) spelling: Spelling,
}

/// Contents of a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Complete records.
    Extended(Kind),
    /// Records' own fields.
    Plain(Kind),
    Categories,
    Manufacturers,
    StockStatusDescriptions,
    AttributeDescriptions,
    Languages,
    Currencies,
    OrderStatuses,
    OrderStatusDescriptions,
    OrderHistories,
    Information,
    ShippingModes,
    TaxClasses,
    PaymentModes,
    Settings,
    Domains,
    WebHooks,
}

const fn readable(
    name: &'static str,
    content: Content,
    read_scope: &'static str,
    has_page_count: bool,
    spelling: Spelling,
) -> Resource {
    Resource { name, content, read_scope, write_scope: None, has_page_count, spelling }
}

use Content::{Extended, Plain};
use Spelling::{Number, Text};

const PRODUCT: &str = "product.product:read";
const ORDER: &str = "order.order:read";
const STATUS: &str = "order.status:read";
const STOCK: &str = "product.stockStatus:read";
const ATTRIBUTE: &str = "product.attribute:read";
const CUSTOMER: &str = "customer.customer:read";
const SHIPPING: &str = "shipping.shippingMethod:read";

static RESOURCES: [Resource; 22] = [
    readable("productExtend", Extended(Kind::Products), PRODUCT, true, Text),
    readable("products", Plain(Kind::Products), PRODUCT, false, Number),
    readable("orderExtend", Extended(Kind::Orders), ORDER, true, Number),
    readable("orders", Plain(Kind::Orders), ORDER, false, Text),
    readable("customerExtend", Extended(Kind::Customers), CUSTOMER, false, Number),
    readable("customers", Plain(Kind::Customers), CUSTOMER, false, Text),
    readable("categoryExtend", Content::Categories, "product.category:read", true, Text),
    readable("manufacturers", Content::Manufacturers, "product.manufacturer:read", false, Text),
    readable("stockStatusDescriptions", Content::StockStatusDescriptions, STOCK, false, Text),
    readable("attributeDescriptions", Content::AttributeDescriptions, ATTRIBUTE, false, Text),
    readable("languages", Content::Languages, "localization.language:read", false, Text),
    readable("currencies", Content::Currencies, "localization.currency:read", false, Text),
    readable("orderStatuses", Content::OrderStatuses, STATUS, false, Text),
    readable("orderStatusDescriptions", Content::OrderStatusDescriptions, STATUS, false, Text),
    readable("orderHistories", Content::OrderHistories, ORDER, true, Number),
    readable("informationExtend", Content::Information, "cms.information:read", true, Number),
    readable("shippingModeExtend", Content::ShippingModes, SHIPPING, true, Number),
    readable("taxClassExtend", Content::TaxClasses, "taxClass.taxClass:read", true, Number),
    readable("paymentModes", Content::PaymentModes, "payment.paymentMethod:read", true, Number),
    readable("settings", Content::Settings, "store.setting:read", true, Text),
    readable("domains", Content::Domains, "store.domain:read", false, Text),
    Resource {
        name: "webHooks",
        content: Content::WebHooks,
        read_scope: "store.webhook:read",
        write_scope: Some("store.webhook:write"),
        has_page_count: false,
        spelling: Number,
    },
];

/// Finds a resource by name. The list of scopes spells one of them without its capital.
pub(crate) fn find(name: &str) -> Option<&'static Resource> {
    let name = if name == "webhooks" { "webHooks" } else { name };
    RESOURCES.iter().find(|resource| resource.name == name)
}
