//! Records of a shop by kind.

use super::{
    Customer, Kind, Order, Product, Recipe,
    stock::{AnyStock, Stock},
};

/// All records of a shop.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) recipe: Recipe,
    products: Stock<Product>,
    orders: Stock<Order>,
    customers: Stock<Customer>,
}

impl Catalogue {
    pub(crate) fn new(recipe: Recipe) -> Self {
        Self {
            products: Stock::new(recipe.config.products),
            orders: Stock::new(recipe.config.orders),
            customers: Stock::new(recipe.config.customers),
            recipe,
        }
    }

    pub(crate) fn stock(&self, kind: Kind) -> &dyn AnyStock {
        match kind {
            Kind::Products => &self.products,
            Kind::Orders => &self.orders,
            Kind::Customers => &self.customers,
        }
    }

    pub(crate) fn stock_mut(&mut self, kind: Kind) -> (&Recipe, &mut dyn AnyStock) {
        let stock: &mut dyn AnyStock = match kind {
            Kind::Products => &mut self.products,
            Kind::Orders => &mut self.orders,
            Kind::Customers => &mut self.customers,
        };
        (&self.recipe, stock)
    }

    pub(crate) fn order(&self, index: u32) -> Option<Order> {
        self.orders.read(&self.recipe, index)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::{Timestamp, tz::TimeZone};
    use serde_json::json;

    use super::*;
    use crate::{catalogue::Filter, config::ShopConfig};

    fn catalogue(config: ShopConfig) -> Catalogue {
        let zone = TimeZone::get(&config.timezone).expect("a zone");
        Catalogue::new(Recipe { shop: "bolt".to_owned(), config: Arc::new(config), zone })
    }

    fn now() -> Timestamp {
        "2026-07-10T10:00:00Z".parse().expect("a time")
    }

    #[test]
    fn same_seed_generates_the_same_shop() {
        let one = catalogue(ShopConfig::sized(20, 20, 20));
        let two = catalogue(ShopConfig::sized(20, 20, 20));
        let other = catalogue(ShopConfig { seed: 2, ..ShopConfig::sized(20, 20, 20) });
        for kind in [Kind::Products, Kind::Orders, Kind::Customers] {
            let normalized = |shop: &Catalogue| shop.stock(kind).normalized(&shop.recipe, 7);
            let wire = |shop: &Catalogue| shop.stock(kind).wire(&shop.recipe, 7);
            assert_eq!(normalized(&one), normalized(&two));
            assert_eq!(wire(&one), wire(&two));
            assert_ne!(normalized(&one), normalized(&other));
        }
    }

    #[test]
    fn patch_updates_fields_and_date_only() {
        let mut shop = catalogue(ShopConfig::sized(5, 0, 0));
        let before = shop.stock(Kind::Products).normalized(&shop.recipe, 2).expect("a product");
        let (recipe, stock) = shop.stock_mut(Kind::Products);
        stock.patch(recipe, 2, &json!({"price": "1000"}), now()).expect("a patch");
        let after = shop.stock(Kind::Products).normalized(&shop.recipe, 2).expect("a product");
        assert_eq!((&after["price"], &after["gross"]), (&json!("1000"), &json!("1270")));
        assert_eq!(after["updated"], json!("2026-07-10T10:00:00Z"));
        assert_eq!(after["texts"], before["texts"]);
    }

    #[test]
    fn date_filter_selects_only_changed_records() {
        let mut shop = catalogue(ShopConfig::sized(50, 0, 0));
        let (recipe, stock) = shop.stock_mut(Kind::Products);
        stock.patch(recipe, 9, &json!({}), now()).expect("a patch");
        let since = |at: &str, inclusive| {
            let edge = crate::catalogue::Edge { at: at.parse().expect("a date"), inclusive };
            let updated = crate::catalogue::Window { from: Some(edge), until: None };
            shop.stock(Kind::Products)
                .select(&shop.recipe, &Filter { updated, ..Filter::default() })
        };
        assert_eq!(since("2026-07-10T11:59:59", false), [9]);
        assert_eq!(since("2026-07-10T12:00:00", true), [9]);
        assert_eq!(since("2026-07-10T12:00:00", false), [] as [u32; 0]);
    }

    #[test]
    fn deleted_records_disappear_and_added_ones_come_last() {
        let mut shop = catalogue(ShopConfig::sized(3, 0, 0));
        let (recipe, stock) = shop.stock_mut(Kind::Products);
        assert!(stock.delete(1));
        assert!(!stock.delete(1));
        assert_eq!(stock.add(recipe, &json!({"sku": "UJ"}), now()), Ok(3));
        assert_eq!(stock.count(), 3);
        assert_eq!(stock.select(recipe, &Filter::default()), [0, 2, 3]);
        assert_eq!(stock.normalized(recipe, 3).expect("a product")["sku"], json!("UJ"));
    }

    #[test]
    fn abandoned_and_storno_orders_can_be_left_out() {
        let shop = catalogue(ShopConfig { abandoned_carts: 0.3, ..ShopConfig::sized(5, 300, 5) });
        let filter = Filter { without_abandoned: true, without_storno: true, ..Filter::default() };
        let kept = shop.stock(Kind::Orders).select(&shop.recipe, &filter);
        assert!(kept.len() > 100 && kept.len() < 290);
        for index in kept {
            let status = shop.order(index).expect("an order").status;
            assert!(status.is_some_and(|status| status != crate::wire::reference::STORNO_STATUS));
        }
    }
}
