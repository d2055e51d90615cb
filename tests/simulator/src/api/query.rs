//! Query string, decoded once, in its original order.

use percent_encoding::percent_decode_str;

/// Decoded pairs of a query string or form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(raw: &str) -> Self {
        let pairs = raw.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        Self(pairs.collect())
    }

    pub(crate) fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded_and_keep_their_order() {
        let query = Query::parse("b=1&a=%C3%A1+b&&c");
        let expected = [("b", "1"), ("a", "á b"), ("c", "")];
        assert!(query.pairs().iter().map(|(a, b)| (a.as_str(), b.as_str())).eq(expected));
        assert_eq!(query.first("a"), Some("á b"));
        assert_eq!(query.first("x"), None);
    }
}
