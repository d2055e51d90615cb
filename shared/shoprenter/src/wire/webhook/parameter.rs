//! Parameters of a header such as `form-data; name="data"; filename=x.json`, from untrusted input.

/// Value of the first parameter with that name, ignoring case. A value is quoted or ends at a
/// semicolon; an unclosed quote ends with the header.
pub(super) fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header;
    while let Some((before, after)) = rest.split_once('=') {
        let name = before.rsplit(';').next().unwrap_or(before).trim();
        let (value, after) = value(after.trim_start());
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after;
    }
    None
}

/// A value and the text after it.
fn value(text: &str) -> (String, &str) {
    match text.strip_prefix('"') {
        Some(quoted) => unquote(quoted),
        None => {
            let (value, rest) = text.split_once(';').unwrap_or((text, ""));
            (value.trim().to_owned(), rest)
        }
    }
}

fn unquote(quoted: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => value.extend(characters.next()),
            other => value.push(other),
        }
    }
    (value, characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameter_is_found_in_every_spelling() {
        for (header, value) in [
            ("multipart/form-data; boundary=abc", Some("abc")),
            ("multipart/form-data;boundary=\"a b;c\"; charset=utf-8", Some("a b;c")),
            ("multipart/form-data; charset=\"x;boundary=no\"; Boundary = abc ", Some("abc")),
            ("multipart/form-data; boundary=\"a\\\"b\\\\c\"", Some("a\"b\\c")),
            ("multipart/form-data; boundary=----a=b=c; x", Some("----a=b=c")),
            ("multipart/form-data; x; boundary=abc", Some("abc")),
            ("boundary=abc", Some("abc")),
            ("multipart/form-data; boundary=\"abc", Some("abc")),
            ("multipart/form-data; boundary=", Some("")),
            ("multipart/form-data; boundary", None),
            ("multipart/form-data; xboundary=abc", None),
            ("", None),
        ] {
            assert_eq!(parameter(header, "boundary").as_deref(), value, "{header}");
        }
    }
}
