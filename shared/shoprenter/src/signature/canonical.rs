//! Canonical texts that ShopRenter may have signed.
//!
//! "As received" can mean the bytes on the wire or the values in PHP's `$_GET`; the documentation
//! doesn't say, and the two differ if a value is percent-encoded. So forms 1 and 2 have two
//! readings each, raw and decoded. A reading applies to the whole text: raw and decoded values are
//! never mixed.
//!
//! Two different requests must not lead to the same text, or the signature of one would be valid
//! for the other. A text splits in one way only if no value contains `&` and no name `&` or `=`: raw
//! ones never do, and a decoded reading in which one does is left out. The remaining ambiguity is
//! that a text can be read as raw or as decoded, one level of percent-encoding apart. The shop and
//! the timestamp have no such escapes in their alphabets, so both readings agree on them and on the
//! number of parameters. A name that is read must be free of encoding in forms 3 and 4, so that
//! nobody can get `app_ur%6c` signed and send it as `app_url`. And the readings share a
//! [`Verified::digest`](super::Verified::digest), so they count as one callback.

use super::callback::Callback;
use super::query::Pair;
use super::refusal::Parameter;

/// Form of the text that the signature was computed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// 1: `shopname=…&code=…&timestamp=…`, as in ShopRenter's demo applications.
    ShopnameFirst,
    /// 2: `code=…&shopname=…&timestamp=…`, as in the example of its documentation.
    CodeFirst,
    /// 3: the query as received, without `hmac`, as its documentation literally says.
    AsReceived,
    /// 4: every decoded parameter except `hmac`, sorted by name, as in the product brief.
    Sorted,
}

impl Form {
    /// Whether parameters beyond shop, code and timestamp were signed too.
    pub const fn vouches_for_added(self) -> bool {
        match self {
            Self::ShopnameFirst | Self::CodeFirst => false,
            Self::AsReceived | Self::Sorted => true,
        }
    }

    /// Label in the metric that counts which forms ShopRenter really uses.
    ///
    /// Only installs distinguish the forms: they carry `app_url`. Without added parameters a query
    /// may match several forms, and the one that covers more is reported.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ShopnameFirst => "shopname_first",
            Self::CodeFirst => "code_first",
            Self::AsReceived => "as_received",
            Self::Sorted => "sorted",
        }
    }
}

/// Every text that may have been signed, each once. Those that cover more come later; a text common
/// to two forms is listed under the later one.
pub(super) fn texts(callback: &Callback<'_>) -> Vec<(Form, String)> {
    let mut texts = three_values(callback);
    let pairs = callback.query.pairs();
    let is_plain = |pair: &Pair<'_>| pair.raw_name == pair.name;
    if pairs.iter().all(|pair| is_plain(pair) || !Parameter::is_single(&pair.name)) {
        let sorted = sorted(pairs).map(|text| (Form::Sorted, text));
        let as_received = (Form::AsReceived, callback.query.raw_without("hmac"));
        for (form, text) in sorted.into_iter().chain([as_received]) {
            texts.retain(|(_, earlier)| *earlier != text);
            texts.push((form, text));
        }
    }
    texts
}

/// Forms 1 and 2, in each reading, with the shop's parameter spelled as documented and as sent.
fn three_values(callback: &Callback<'_>) -> Vec<(Form, String)> {
    let pairs = [callback.shopname, callback.code, callback.timestamp];
    let raw = pairs.map(|pair| pair.raw_value);
    let decoded = Some(pairs.map(|pair| &*pair.value))
        .filter(|decoded| *decoded != raw && !decoded.iter().any(|value| value.contains('&')));
    let as_sent = Some(&*callback.shopname.name).filter(|name| *name != "shopname");
    let mut texts = Vec::with_capacity(4);
    for [shop, code, timestamp] in [Some(raw), decoded].into_iter().flatten() {
        for name in [Some("shopname"), as_sent].into_iter().flatten() {
            let (shop, code, timestamp) = ((name, shop), ("code", code), ("timestamp", timestamp));
            texts.push((Form::ShopnameFirst, assignments([shop, code, timestamp].into_iter())));
            texts.push((Form::CodeFirst, assignments([code, shop, timestamp].into_iter())));
        }
    }
    texts
}

fn sorted(pairs: &[Pair<'_>]) -> Option<String> {
    let mut signed: Vec<_> = pairs.iter().filter(|pair| pair.name != "hmac").collect();
    let splits = |pair: &&Pair<'_>| pair.name.contains(['&', '=']) || pair.value.contains('&');
    if signed.iter().any(splits) {
        return None;
    }
    // Stable: a name that repeats keeps the order in which it was sent.
    signed.sort_by(|a, b| a.name.cmp(&b.name));
    Some(assignments(signed.iter().map(|pair| (&*pair.name, &*pair.value))))
}

/// `name=value`, joined with `&`.
fn assignments<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> String {
    let length = pairs.clone().map(|(name, value)| name.len() + value.len() + 2).sum();
    let mut text = String::with_capacity(length);
    for (name, value) in pairs {
        text.push_str(name);
        text.push('=');
        text.push_str(value);
        text.push('&');
    }
    text.pop();
    text
}
