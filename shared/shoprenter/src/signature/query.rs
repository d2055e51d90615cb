//! Query parsing that keeps the raw text.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::refusal::{MAX_PARAMETERS, MAX_QUERY_BYTES, Parameter, Refusal};

/// Initial capacity, enough for ShopRenter's calls.
const USUAL_PARAMETERS: usize = 8;

/// One parameter, raw and decoded.
#[derive(Clone)]
pub(super) struct Pair<'q> {
    pub(super) raw_name: &'q str,
    pub(super) raw_value: &'q str,
    pub(super) name: Cow<'q, str>,
    pub(super) value: Cow<'q, str>,
}

/// All parameters in the order sent. Those that are read have unique names.
pub(super) struct Query<'q> {
    raw: &'q str,
    pairs: Vec<Pair<'q>>,
}

impl<'q> Query<'q> {
    pub(super) fn parse(raw: &'q str) -> Result<Self, Refusal> {
        if raw.len() > MAX_QUERY_BYTES {
            return Err(Refusal::TooLarge);
        }
        let mut pairs: Vec<Pair<'q>> = Vec::with_capacity(USUAL_PARAMETERS);
        for segment in raw.split('&').filter(|segment| !segment.is_empty()) {
            if pairs.len() == MAX_PARAMETERS {
                return Err(Refusal::TooLarge);
            }
            let pair = Pair::parse(segment)?;
            if pairs.iter().any(|earlier| earlier.collides_with(&pair)) {
                return Err(Refusal::Duplicate(Parameter::named(&pair.name)));
            }
            pairs.push(pair);
        }
        Ok(Self { raw, pairs })
    }

    pub(super) fn pairs(&self) -> &[Pair<'q>] {
        &self.pairs
    }

    /// Finds the parameter with exactly this decoded name.
    pub(super) fn get(&self, name: &str) -> Option<&Pair<'q>> {
        self.pairs.iter().find(|pair| pair.name == name)
    }

    /// The raw query without the segments of this raw name.
    pub(super) fn raw_without(&self, raw_name: &str) -> String {
        let is_of = |rest: &str| rest.is_empty() || rest.starts_with('=');
        let is_kept = |segment: &&str| !segment.strip_prefix(raw_name).is_some_and(is_of);
        let mut left = String::with_capacity(self.raw.len());
        for segment in self.raw.split('&').filter(is_kept) {
            left.push_str(segment);
            left.push('&');
        }
        left.pop();
        left
    }
}

impl<'q> Pair<'q> {
    fn parse(segment: &'q str) -> Result<Self, Refusal> {
        let (raw_name, raw_value) = segment.split_once('=').unwrap_or((segment, ""));
        let name = decode(raw_name).ok_or(Refusal::Malformed(Parameter::Added))?;
        let value = decode(raw_value).ok_or(Refusal::Malformed(Parameter::named(&name)))?;
        Ok(Self { raw_name, raw_value, name, value })
    }

    /// Whether both have the name of one parameter that may be sent only once.
    fn collides_with(&self, other: &Self) -> bool {
        let is_single = Parameter::is_single(&self.name);
        is_single && self.name.eq_ignore_ascii_case(&other.name)
    }
}

/// Decodes like HTML forms and PHP's `$_GET`: `+` is a space. None if the result is not UTF-8.
fn decode(raw: &str) -> Option<Cow<'_, str>> {
    if memchr::memchr2(b'+', b'%', raw.as_bytes()).is_none() {
        return Some(Cow::Borrowed(raw));
    }
    let spaced = raw.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(|text| Cow::Owned(text.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(raw: &str) -> Option<Refusal> {
        Query::parse(raw).err()
    }

    #[test]
    fn parameter_keeps_raw_and_decoded_value() {
        let query = Query::parse("a%5B%5D=x+%26%3d&flag&b=c=d").unwrap();
        let read =
            |name: &str| query.get(name).map(|pair| (pair.raw_name, pair.raw_value, &*pair.value));
        assert_eq!(read("a[]"), Some(("a%5B%5D", "x+%26%3d", "x &=")));
        assert_eq!(read("flag"), Some(("flag", "", "")));
        assert_eq!(read("b"), Some(("b", "c=d", "c=d")));
    }

    #[test]
    fn removing_the_signature_keeps_all_other_bytes() {
        let query = Query::parse("b=%2f&hmac=00&&a=+&hmacs=1&").unwrap();
        assert_eq!(query.raw_without("hmac"), "b=%2f&&a=+&hmacs=1&");
    }

    #[test]
    fn duplicate_name_is_refused_in_any_encoding() {
        assert_eq!(
            refusal("sr_install=1&sr_%69nstall=2"),
            Some(Refusal::Duplicate(Parameter::Added))
        );
        assert_eq!(refusal("code=1&c%6Fde=2"), Some(Refusal::Duplicate(Parameter::Code)));
        assert_eq!(refusal("hmac=1&HMAC=2"), Some(Refusal::Duplicate(Parameter::Hmac)));
        assert_eq!(refusal("shopname=a&shopName=a"), Some(Refusal::Duplicate(Parameter::Shopname)));
        assert_eq!(refusal("app_url=1&App_url=2"), Some(Refusal::Duplicate(Parameter::AppUrl)));
    }

    #[test]
    fn other_names_may_repeat() {
        let query = Query::parse("x=1&ids[]=1&ids[]=2&X=2").unwrap();
        let sent: Vec<_> = query.pairs().iter().map(|pair| (&*pair.name, &*pair.value)).collect();
        assert_eq!(sent, [("x", "1"), ("ids[]", "1"), ("ids[]", "2"), ("X", "2")]);
    }

    #[test]
    fn invalid_utf8_after_decoding_is_refused() {
        assert_eq!(refusal("code=%ff"), Some(Refusal::Malformed(Parameter::Code)));
        assert_eq!(refusal("x=%C0%AF"), Some(Refusal::Malformed(Parameter::Added)));
        assert_eq!(refusal("%80=1"), Some(Refusal::Malformed(Parameter::Added)));
        assert_eq!(refusal("x=%zz%"), None, "a lone percent sign is literal");
    }

    #[test]
    fn length_and_parameter_count_are_bounded() {
        let long = format!("x={}", "y".repeat(MAX_QUERY_BYTES - 2));
        assert_eq!(refusal(&long), None);
        assert_eq!(refusal(&format!("{long}y")), Some(Refusal::TooLarge));

        let many =
            |count: usize| (0..count).map(|n| format!("p{n}=")).collect::<Vec<_>>().join("&");
        assert_eq!(refusal(&many(MAX_PARAMETERS)), None);
        assert_eq!(refusal(&many(MAX_PARAMETERS + 1)), Some(Refusal::TooLarge));
    }
}
