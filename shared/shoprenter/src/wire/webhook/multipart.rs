//! `multipart/form-data` (RFC 7578, RFC 2046), parsed as leniently as possible without guessing.
//!
//! No crate fits: they parse streams, and refuse bare line feeds, folded headers and a header whose
//! boundary differs from the body's. A test compares this parser with such a crate on bodies that
//! both accept.

use std::borrow::Cow;

use super::parameter::parameter;

/// RFC 2046 allows 70 characters; some senders exceed that.
const MAX_BOUNDARY: usize = 200;
/// Bytes of a part's headers.
const MAX_HEAD: usize = 16 * 1024;
/// Lines before the first part that are searched for its boundary.
const MAX_PREAMBLE: usize = 100;

/// A part: its field name, empty if missing, and its content.
pub(super) type Part<'b> = (String, &'b [u8]);

/// Parts of a body in order; empty if the body has none.
pub(super) struct Parts<'b> {
    delimiter: Vec<u8>,
    rest: Option<&'b [u8]>,
}

impl<'b> Parts<'b> {
    /// The parts between the header's boundary, or else between the first line that looks like a
    /// boundary.
    pub(super) fn of(content_type: &str, body: &'b [u8]) -> Self {
        let named = parameter(content_type, "boundary").unwrap_or_default();
        let named = Self::between(named.trim().as_bytes(), body);
        if named.rest.is_some() {
            return named;
        }
        Self::between(boundary_within(body).unwrap_or_default(), body)
    }

    fn between(boundary: &[u8], body: &'b [u8]) -> Self {
        let delimiter = [b"--", boundary].concat();
        let is_one = (1..=MAX_BOUNDARY).contains(&boundary.len());
        let preamble = if is_one { cut(body, &delimiter) } else { None };
        Self { delimiter, rest: preamble.and_then(|(_, rest)| rest) }
    }
}

impl<'b> Iterator for Parts<'b> {
    type Item = Part<'b>;

    fn next(&mut self) -> Option<Part<'b>> {
        let rest = self.rest.take()?;
        // Without a closing delimiter the last part may be complete; otherwise it is not valid
        // JSON.
        let (part, rest) = cut(rest, &self.delimiter).unwrap_or((rest, None));
        self.rest = rest;
        let (head, content) = split_head(part);
        Some((name(head), content))
    }
}

/// The text before the next delimiter line and the text after it, which is empty after the last
/// one.
fn cut<'b>(text: &'b [u8], delimiter: &[u8]) -> Option<(&'b [u8], Option<&'b [u8]>)> {
    let mut start = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let end = start + line.len();
        if let Some(tail) = line.strip_prefix(delimiter).map(<[u8]>::trim_ascii) {
            let before = without_line_break(text.get(..start)?);
            if tail.is_empty() {
                return Some((before, text.get(end..)));
            }
            if tail.starts_with(b"--") {
                return Some((before, None));
            }
        }
        start = end;
    }
    None
}

fn without_line_break(text: &[u8]) -> &[u8] {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    text.strip_suffix(b"\r").unwrap_or(text)
}

/// Headers end at the first empty line; a part without one is all content.
fn split_head(part: &[u8]) -> (&[u8], &[u8]) {
    let mut start = 0;
    for line in part.split_inclusive(|byte| *byte == b'\n') {
        let end = start + line.len();
        if line.trim_ascii().is_empty() {
            return (part.get(..start).unwrap_or_default(), part.get(end..).unwrap_or_default());
        }
        start = end;
    }
    (b"", part)
}

fn name(head: &[u8]) -> String {
    const HEADER: &str = "content-disposition";
    if head.len() > MAX_HEAD {
        return String::new();
    }
    unfold(&String::from_utf8_lossy(head))
        .lines()
        .find_map(|line| {
            let (header, value) = line.split_once(':')?;
            header.trim().eq_ignore_ascii_case(HEADER).then(|| parameter(value, "name"))?
        })
        .unwrap_or_default()
}

/// A line that starts with a blank continues the previous one.
fn unfold(head: &str) -> Cow<'_, str> {
    if !head.contains("\n ") && !head.contains("\n\t") {
        return Cow::Borrowed(head);
    }
    Cow::Owned(head.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " "))
}

/// The boundary in the first line that starts with `--` and precedes a part's header.
fn boundary_within(body: &[u8]) -> Option<&[u8]> {
    let mut lines = body.split(|byte| *byte == b'\n').take(MAX_PREAMBLE).peekable();
    while let Some(line) = lines.next() {
        let is_header = |next: &&[u8]| {
            let start = next.trim_ascii_start().get(.."content-".len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(b"content-"))
        };
        if let Some(boundary) = line.strip_prefix(b"--")
            && lines.peek().is_some_and(is_header)
        {
            return Some(boundary.trim_ascii_end());
        }
    }
    None
}
