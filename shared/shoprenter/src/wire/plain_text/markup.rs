//! Which `<` of a merchant's text begin a tag, and which are meant as signs (`Csavar <M8`).

use std::borrow::Cow;

/// Longest name of an element considered.
const MAX_NAME: usize = 32;

/// The positions that decide whether a `<` begins markup, found from the end of the text to its
/// beginning, so that all signs take linear time.
#[derive(Clone, Copy, Default)]
struct Following {
    /// The next `>`.
    tag_end: Option<usize>,
    /// The next `-->`.
    comment_end: Option<usize>,
    /// The next `=`.
    equals: Option<usize>,
}

/// The text with every `<` that is not markup escaped, and whether any is markup.
pub(super) fn escape_signs(html: &str) -> (Cow<'_, str>, bool) {
    let bytes = html.as_bytes();
    let (mut next, mut signs, mut has_markup) = (Following::default(), Vec::new(), false);
    for (at, byte) in bytes.iter().enumerate().rev() {
        match byte {
            b'>' => next.tag_end = Some(at),
            b'=' => next.equals = Some(at),
            b'-' if bytes.get(at..).is_some_and(|rest| rest.starts_with(b"-->")) => {
                next.comment_end = Some(at);
            }
            b'<' if is_markup(bytes, at + 1, next) => has_markup = true,
            b'<' => signs.push(at),
            _ => {}
        }
    }
    if signs.is_empty() {
        return (Cow::Borrowed(html), has_markup);
    }
    let mut escaped = String::with_capacity(html.len() + 3 * signs.len());
    let mut from = 0;
    for at in signs.into_iter().rev() {
        escaped.push_str(html.get(from..at).unwrap_or_default());
        escaped.push_str("&lt;");
        from = at + 1;
    }
    escaped.push_str(html.get(from..).unwrap_or_default());
    (Cow::Owned(escaped), has_markup)
}

/// Whether the `<` before `start` begins markup.
fn is_markup(bytes: &[u8], start: usize, next: Following) -> bool {
    let after = bytes.get(start..).unwrap_or_default();
    if after.starts_with(b"!--") {
        return next.comment_end.is_some();
    }
    if let [b'!' | b'?', then, ..] = after {
        return next.tag_end.is_some() && (then.is_ascii_alphabetic() || *then == b'[');
    }
    let (is_end, from) = match after {
        [b'/', ..] => (true, start + 1),
        _ => (false, start),
    };
    let after = bytes.get(from..).unwrap_or_default();
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':');
    let length = after.iter().take(MAX_NAME + 1).take_while(is_name).count();
    let (name, rest) = after.split_at(length);
    let is_delimited = rest.first().is_none_or(|b| b.is_ascii_whitespace() || b"/>".contains(b));
    if !is_delimited || !is_element(name) {
        return false;
    }
    let has_attributes = next.equals.is_some_and(|at| next.tag_end.is_none_or(|end| at < end));
    match next.tag_end {
        // The text was cut off within a tag.
        None => is_end || has_attributes,
        // `a <b and c> d` compares.
        Some(_) if length == 1 && !is_end => {
            let first = rest.iter().find(|b| !b.is_ascii_whitespace() && **b != b'/');
            first == Some(&b'>') || has_attributes
        }
        Some(_) => true,
    }
}

/// Whether HTML has or had an element of that name, or the name is a custom element's or a
/// prefixed one, as Word writes (`o:p`).
fn is_element(name: &[u8]) -> bool {
    let Ok(name) = std::str::from_utf8(name) else { return false };
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return false;
    }
    let is_composed = name.contains(['-', ':']) && !name.contains(|c: char| c.is_ascii_uppercase());
    is_composed || ELEMENTS.contains(&name.to_ascii_lowercase().as_str())
}

/// Elements of the HTML standard, with obsolete ones that editors still write.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "applet",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "bdi",
    "bdo",
    "big",
    "blink",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "datalist",
    "dd",
    "del",
    "details",
    "dfn",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "frameset",
    "g",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "map",
    "mark",
    "marquee",
    "math",
    "menu",
    "meta",
    "meter",
    "nav",
    "nobr",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "param",
    "path",
    "picture",
    "pre",
    "progress",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "script",
    "search",
    "section",
    "select",
    "slot",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "use",
    "var",
    "video",
    "wbr",
    "xml",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(html: &str) -> String {
        escape_signs(html).0.into_owned()
    }

    #[test]
    fn comparison_signs_are_escaped() {
        for text in [
            "Csavar <M8, 100 db",
            "Csavar <M8> 100 db",
            "a < b",
            "x<5",
            "if a <b and c> d",
            "<3",
            "<",
            "a <b",
            "<Kft> minta",
            "<!-- never closed",
        ] {
            assert_eq!(escaped(text), text.replace('<', "&lt;"), "{text}");
            assert!(!escape_signs(text).1, "{text}");
        }
    }

    #[test]
    fn tags_and_comments_are_markup() {
        for html in [
            "<p>a</p>",
            "<B>a</B >",
            "<br/>",
            "<a href=\"x\">",
            "<o:p></o:p>",
            "<my-card open>",
            "<!-- a < b -->",
            "<!DOCTYPE html>",
            "<?xml version=\"1.0\"?>",
            "a <a href=\"https://exam",
            "a</stron",
        ] {
            let (_, has_markup) = escape_signs(html);
            assert!(has_markup || html == "a</stron", "{html}");
        }
        assert_eq!(escaped("<p>5 <6</p>"), "<p>5 &lt;6</p>");
    }
}
