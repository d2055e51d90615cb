//! Data of a shop that the app can do without.

/// Data that only some permissions cover and that records are read without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OptionalData {
    /// Names of the languages of texts.
    Languages,
    /// Time zone and contact of the shop.
    Settings,
    /// Names of order statuses.
    OrderStatuses,
    /// Currencies.
    Currencies,
    /// Names of categories.
    Categories,
    /// Names of manufacturers.
    Manufacturers,
    /// Attributes of products, such as size and colour.
    Attributes,
    /// Availability in words.
    StockStatuses,
    /// Pages such as opening hours and terms.
    Pages,
    /// Shipping methods and fees.
    Shipping,
    /// Tax on shipping fees.
    ShippingTax,
    /// Payment methods.
    Payment,
    /// Anything else.
    Other,
}
