//! What the product is about: shops, products, runs. No AWS, no HTTP, no ShopRenter shapes.

mod money;
mod product;
mod shop;
mod store;
mod sync;

pub use money::{Currency, Money};
pub use product::{Product, ProductStatus, ProductText, Stock};
pub use shop::{Generation, InvalidShopName, ShopName, StoreId};
pub use store::{Attention, Opening, Store, StoreState, Uninstall};
pub use sync::{Counts, Mode, Resource, RunId};
