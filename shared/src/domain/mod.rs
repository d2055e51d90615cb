//! What the product is about: shops, products, orders, customers, runs. No AWS, no HTTP, no ShopRenter shapes.

mod country;
mod customer;
mod email;
mod host;
mod language;
mod money;
mod order;
mod person;
mod phone;
mod product;
mod schedule;
mod shop;
mod store;
mod sync;
mod user;
mod webhook;

pub use country::{Country, InvalidCountry};
pub use customer::Customer;
pub use email::{Email, InvalidEmail};
pub use host::{HostName, InvalidHostName};
pub use language::Language;
pub use money::{Currency, Money};
pub use order::{Order, OrderLine, OrderStatus};
pub use person::{Address, PersonName};
pub use phone::{InvalidPhone, Phone};
pub use product::{Product, ProductStatus, ProductText, Stock};
pub use schedule::{BEAT, Frequency, SyncConfig, next_beat};
pub use shop::{Generation, InvalidShopName, SHOP_DOMAINS, ShopName, StoreId};
pub use store::{Attention, Claim, Opening, Store, StoreState, Uninstall, Withheld};
pub use sync::{Counts, Mode, RequestedMode, Resource, RunId};
pub use user::{InvalidUserId, UserId};
pub use webhook::WebhookEvent;
