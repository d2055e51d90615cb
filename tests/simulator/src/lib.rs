//! A simulated ShopRenter with the real one's quirks, for tests and the local stack.
//!
//! A test calls [`Simulator::start`] and [`Simulator::put_shop`]; the [`ShopHandle`] changes the
//! shop, injects faults, and returns counts and expected records. The program offers the same over
//! HTTP under `/_control`. The crate's README lists every control call.

mod admin;
mod amount;
mod answer;
mod api;
mod broken_body;
mod catalogue;
mod config;
mod control;
mod delivery;
mod error;
mod fault;
mod handle;
mod limiter;
mod pipeline;
mod seed;
mod shop;
mod signing;
mod simulator;
mod stats;
mod token;
mod webhook;
mod webhook_fields;
mod wire;
mod world;

pub use admin::{SignedCall, Step, Story, UninstallOrder};
pub use catalogue::{
    Address, AttributeValue, Customer, Kind, Line, Note, Offer, Order, Poison, Product, Texts,
};
pub use config::{
    AdminPage, DEFAULT_SCOPES, DeliveryConfig, Dialect, Encoding, ErrorShape, MAX_RECORDS,
    OuterIdForm, PermissionRefusal, Quirks, RateConfig, ShopConfig, TokenConfig, WindowMode,
};
pub use delivery::Delivery;
pub use error::ControlError;
pub use fault::{ActiveFault, Fault, FaultKind};
pub use handle::{Churn, ListedRecord, Listing, RecordKey, ShopHandle, ShopState};
pub use simulator::{Options, Simulator};
pub use stats::Stats;
pub use webhook::Registration;
pub use webhook_fields::UnknownFields;
pub use world::{AppSettings, MAX_SHOPS};
