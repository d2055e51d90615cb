//! `/languages`: language codes by resource id.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::scalar::Scalar;
use super::shape::Ref;

/// BCP 47 allows longer codes in theory; no shop uses one.
const MAX_CODE: usize = 16;

/// Code for a text without a language (ISO 639: undetermined).
pub(super) const UNDETERMINED: &str = "und";

/// Language codes (`hu`, `en`) by resource id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Languages(BTreeMap<String, String>);

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireLanguage<'a> {
    #[serde(borrow)]
    code: Scalar<'a>,
}

impl Languages {
    /// Adds the languages of a page requested with `full=1`; invalid items and bare links are
    /// skipped. Disabled languages are included: texts in them still arrive.
    pub(crate) fn add(&mut self, items: &[&RawValue]) {
        for item in items {
            let language: WireLanguage<'_> = serde_json::from_str(item.get()).unwrap_or_default();
            let reference = Ref::read(item.get());
            if let (Some(id), Some(code)) = (reference.id(), language.code.text_within(MAX_CODE)) {
                self.0.insert(id.to_owned(), code.to_ascii_lowercase());
            }
        }
    }

    /// Code of a language, lower case.
    pub(crate) fn code(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::super::decode_page;
    use super::*;

    #[test]
    fn language_id_maps_to_its_code() {
        let body = r#"{"page":"0","items":[
            {"href":"https://a.example/languages/TDE=","id":"TDE=","code":"hu","status":"1"},
            {"href":"https://a.example/languages/TDI=","code":"EN","status":"0"},
            {"href":"https://a.example/languages/TDM="},
            {"id":"TDQ=","code":{}}, 7, "x"]}"#;
        let mut languages = Languages::default();
        languages.add(&decode_page(body).unwrap().items);
        assert_eq!(languages.code("TDE="), Some("hu"));
        assert_eq!(languages.code("TDI="), Some("en"));
        assert_eq!(languages.code("TDM="), None);
        assert_eq!(languages.code("TDQ="), None);
    }
}
