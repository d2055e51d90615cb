//! `/languages`: which code each language's resource id stands for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::scalar::Scalar;
use super::shape::Ref;

/// BCP 47 allows more in theory; no shop has a language of a longer code.
const MAX_CODE: usize = 16;

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
    /// Adds the languages of a page that was asked for with `full=1`; what is not a language, or
    /// only a link to one, is passed over. Languages that the shop has switched off count: texts
    /// in them still arrive.
    pub(crate) fn add(&mut self, items: &[&RawValue]) {
        for item in items {
            let language: WireLanguage<'_> = serde_json::from_str(item.get()).unwrap_or_default();
            let reference = Ref::read(item.get());
            if let (Some(id), Some(code)) = (reference.id(), language.code.text_within(MAX_CODE)) {
                self.0.insert(id.to_owned(), code.to_ascii_lowercase());
            }
        }
    }

    /// The code of a language, lower case.
    pub(crate) fn code(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::super::decode_page;
    use super::*;

    #[test]
    fn a_languages_id_leads_to_its_code() {
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
