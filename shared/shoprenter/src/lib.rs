#![doc = include_str!("../README.md")]

mod addresses;
mod app_url;
mod body;
mod client;
mod context;
mod domains;
mod error;
mod exchange;
mod history;
mod memory;
mod optional;
mod pages;
mod permission;
mod platform;
mod refused;
mod retry;
mod settings;
mod shop_info;
mod signature;
mod source;
mod tokens;
mod webhook_fields;
mod webhooks;
mod wire;

pub use addresses::{Addresses, InvalidAddress};
pub use app_url::redirect_target;
pub use client::{Client, Session};
pub use error::ErrorObserver;
pub use memory::{MemoryRateLimiter, MemoryTokens};
pub use pages::decode_records;
pub use permission::{WEBHOOK_PERMISSION, optional_data, permission_for};
pub use platform::{ShopRenter, ShopRenterApi, read_delivery};
pub use retry::RetrySchedule;
pub use settings::{Contract, Settings, shop_name};
pub use signature::{
    Form, InvalidSecrets, Parameter, Refusal, SigningKeys, Verified, verify_callback,
};
pub use tokens::{AccessToken, TokenSource};
