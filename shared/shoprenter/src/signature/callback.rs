//! Parameters common to all of ShopRenter's calls.

use jiff::Timestamp;
use shopcall_domain::{Purpose, ShopName};

use super::query::{Pair, Query};
use super::refusal::{Parameter, Refusal};
use super::tag::Tag;
use crate::settings::shop_name_or_host;

/// A well-formed call with an unverified signature.
pub(super) struct Callback<'a> {
    pub(super) query: &'a Query<'a>,
    pub(super) shopname: &'a Pair<'a>,
    pub(super) code: &'a Pair<'a>,
    pub(super) timestamp: &'a Pair<'a>,
    pub(super) shop: ShopName,
    pub(super) sent_at: Timestamp,
    pub(super) tag: Tag,
}

impl<'a> Callback<'a> {
    pub(super) fn read(query: &'a Query<'a>, purpose: Purpose) -> Result<Self, Refusal> {
        let shopname = shopname(query, purpose)?;
        let code = required(query, Parameter::Code)?;
        let timestamp = required(query, Parameter::Timestamp)?;
        let hmac = query.get(Parameter::Hmac.as_str());
        let hmac = hmac.ok_or(Refusal::Missing(Parameter::Hmac))?;
        Ok(Self {
            query,
            shopname,
            code,
            timestamp,
            shop: shop_name_or_host(&shopname.value).map_err(|_| Refusal::InvalidShop)?,
            sent_at: unix_seconds(&timestamp.value)
                .ok_or(Refusal::Malformed(Parameter::Timestamp))?,
            tag: Tag::from_hex(&hmac.value).ok_or(Refusal::Malformed(Parameter::Hmac))?,
        })
    }
}

fn required<'a>(query: &'a Query<'a>, which: Parameter) -> Result<&'a Pair<'a>, Refusal> {
    present(query, which.as_str()).ok_or(Refusal::Missing(which))
}

fn shopname<'a>(query: &'a Query<'a>, purpose: Purpose) -> Result<&'a Pair<'a>, Refusal> {
    let spellings: &[&str] = match purpose {
        Purpose::Install | Purpose::Entry => &["shopname"],
        Purpose::Uninstall => &["shopname", "shopName"],
    };
    spellings
        .iter()
        .find_map(|name| present(query, name))
        .ok_or(Refusal::Missing(Parameter::Shopname))
}

fn present<'a>(query: &'a Query<'a>, name: &str) -> Option<&'a Pair<'a>> {
    query.get(name).filter(|pair| !pair.value.is_empty())
}

fn unix_seconds(digits: &str) -> Option<Timestamp> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Timestamp::from_second(digits.parse().ok()?).ok()
}
