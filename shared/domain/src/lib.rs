//! The platform-independent domain: stores, products, orders, customers and runs, and the traits
//! that a platform implements. Depends on neither AWS nor HTTP, and names no platform.

mod api_error;
pub mod clock;
mod context;
mod country;
mod credentials;
mod customer;
mod deadline;
mod delivery;
mod email;
mod history;
mod host;
mod language;
mod money;
mod optional_data;
mod order;
mod person;
mod phone;
mod platform;
mod product;
pub mod random;
mod rate;
mod raw;
mod record;
mod schedule;
mod shop;
mod shop_info;
mod signed;
mod skipped;
mod source;
mod special_price;
mod store;
mod sync;
mod tokens;
mod user;
mod visible;
mod webhook;

pub use api_error::{ApiError, FailureKind};
pub use context::{ReadContext, ShopContext};
pub use country::{Country, InvalidCountry};
pub use credentials::AppCredentials;
pub use customer::Customer;
pub use deadline::Deadline;
pub use delivery::{
    BodyShape, Delivery, DeliveryError, FieldNames, Hint, ListedWebhook, OrderHint, WantedWebhook,
    WebhookNeeds, WebhookUrl,
};
pub use email::{Email, InvalidEmail};
pub use history::{History, HistoryEntry, MAX_HISTORY};
pub use host::{HostName, InvalidHostName};
pub use language::Language;
pub use money::{Currency, Money};
pub use optional_data::OptionalData;
pub use order::{Order, OrderLine, OrderStatus, OrderTotal, PaymentTime, TotalKind};
pub use person::{Address, NameOrder, PersonName};
pub use phone::{InvalidPhone, Phone, TypedPhone};
pub use platform::{Platform, PlatformAdmin, PlatformApi, ShopInput};
pub use product::{Attribute, Product, ProductStatus, ProductText, Stock};
pub use rate::{Priority, RateLimit, RateLimiter, RequestQueue};
pub use raw::RawRecord;
pub use record::{DecodeError, ShopRecord};
pub use schedule::{Frequency, SCHEDULE_INTERVAL, SyncConfig, next_scheduled_run};
pub use shop::{
    Generation, InvalidPlatformId, InvalidShopName, InvalidStoreId, PlatformId, ShopName, StoreId,
};
pub use shop_info::{
    InfoPage, MAX_SHOP_INFO, PaymentMethod, ShippingFee, ShippingMethod, ShopInfo, Texts,
};
pub use signed::{CallRefusal, Purpose, SignedCall};
pub use skipped::SkippedFields;
pub use source::{
    Connected, IdPage, PageRequest, RecordPage, RequestStats, ShopAccess, ShopAdmin, ShopSource,
};
pub use special_price::{SpecialPrice, Weekly};
pub use store::{Attention, Claim, NotShared, Opening, Store, StoreState, Uninstall};
pub use sync::{Counts, Mode, RequestedMode, Resource, RunId};
pub use tokens::{FetchLease, StoredTokens, TokenStore, Tokens};
pub use user::{InvalidUserId, UserId};
pub use visible::visible;
pub use webhook::WebhookEvent;
