//! XML, the API's format unless JSON is requested.

use serde_json::Value;

/// Writes the same data as elements; list entries become `<item>`.
pub(crate) fn write(value: &Value) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    element(&mut out, "response", value);
    out
}

fn element(out: &mut String, name: &str, value: &Value) {
    out.push_str(&format!("<{name}>"));
    match value {
        Value::Null => {}
        Value::String(text) => escape(out, text),
        Value::Bool(_) | Value::Number(_) => out.push_str(&value.to_string()),
        Value::Array(items) => items.iter().for_each(|item| element(out, "item", item)),
        Value::Object(fields) => fields.iter().for_each(|(name, field)| element(out, name, field)),
    }
    out.push_str(&format!("</{name}>"));
}

fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_and_markup_become_well_formed_elements() {
        let xml = write(&json!({ "items": [{ "name": "<b>5 & 6</b>" }, {}], "next": null }));
        assert!(xml.ends_with(
            "<response><items><item><name>&lt;b&gt;5 &amp; 6&lt;/b&gt;</name></item><item></item></items><next></next></response>"
        ));
    }
}
