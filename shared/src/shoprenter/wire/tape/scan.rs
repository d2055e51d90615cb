//! Finds where values begin and end. Takes no stack, however deep they are nested.

use super::{Entry, MAX_VALUES};

/// The entries of one value, or none where its text ends too early, is no JSON's, or has too many.
pub(super) fn scan(text: &[u8]) -> Option<Vec<Entry>> {
    // More than most records need.
    const BYTES_A_VALUE: usize = 12;
    const MOST_AT_FIRST: usize = 4 * 1024;
    u32::try_from(text.len()).ok()?;
    let entries = Vec::with_capacity((text.len() / BYTES_A_VALUE + 1).min(MOST_AT_FIRST));
    let mut scanner = Scanner { text, at: 0, entries, open: Vec::new() };
    scanner.value()?;
    Some(scanner.entries)
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    entries: Vec<Entry>,
    /// The objects and arrays around the present place.
    open: Vec<usize>,
}

impl Scanner<'_> {
    fn value(&mut self) -> Option<()> {
        loop {
            match self.blank()? {
                b'{' | b'[' => {
                    self.open()?;
                    let first = self.blank()?;
                    if first != b'}' && first != b']' {
                        self.key()?;
                        continue;
                    }
                }
                b'"' => self.text_value()?,
                _ => self.plain_value()?,
            }
            if self.is_over()? {
                return Some(());
            }
        }
    }

    /// Goes on behind a value: to the next one, or out of what ends with it; true behind the
    /// outermost.
    fn is_over(&mut self) -> Option<bool> {
        loop {
            let Some(&around) = self.open.last() else { return Some(true) };
            let entry = self.entries.get(around)?;
            let close =
                if self.text.get(entry.start as usize) == Some(&b'{') { b'}' } else { b']' };
            match self.blank()? {
                b',' => {
                    self.at += 1;
                    self.key()?;
                    return Some(false);
                }
                byte if byte == close => {
                    self.at += 1;
                    let (end, next) = (place(self.at)?, place(self.entries.len())?);
                    let entry = self.entries.get_mut(around)?;
                    (entry.end, entry.next) = (end, next);
                    self.open.pop();
                }
                _ => return None,
            }
        }
    }

    fn open(&mut self) -> Option<()> {
        self.open.push(self.entries.len());
        self.add(self.at, self.at, false)?;
        self.at += 1;
        Some(())
    }

    /// In an object, the key and its colon; nothing in an array.
    fn key(&mut self) -> Option<()> {
        let around = self.entries.get(*self.open.last()?)?;
        if self.text.get(around.start as usize) == Some(&b'{') {
            if self.blank()? != b'"' {
                return None;
            }
            self.text_value()?;
            if self.blank()? != b':' {
                return None;
            }
            self.at += 1;
        }
        Some(())
    }

    fn text_value(&mut self) -> Option<()> {
        let start = self.at;
        let mut at = start + 1;
        let mut has_escapes = false;
        loop {
            at += memchr::memchr2(b'"', b'\\', self.text.get(at..)?)?;
            if self.text.get(at) == Some(&b'"') {
                break;
            }
            has_escapes = true;
            at += 2;
        }
        self.at = at + 1;
        self.add(start, self.at, has_escapes)
    }

    /// A number, true, false or null.
    fn plain_value(&mut self) -> Option<()> {
        let start = self.at;
        let rest = self.text.get(start..)?;
        let is_end = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b':' | b'"') || *byte <= b' ';
        let length = rest.iter().position(is_end).unwrap_or(rest.len());
        self.at += length;
        if length > 0 { self.add(start, self.at, false) } else { None }
    }

    /// The next byte that is no whitespace.
    fn blank(&mut self) -> Option<u8> {
        loop {
            match *self.text.get(self.at)? {
                b' ' | b'\n' | b'\t' | b'\r' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    fn add(&mut self, start: usize, end: usize, has_escapes: bool) -> Option<()> {
        if self.entries.len() == MAX_VALUES {
            return None;
        }
        let next = place(self.entries.len() + 1)?;
        let (start, end) = (place(start)?, place(end)?);
        self.entries.push(Entry { start, end, next, has_escapes });
        Some(())
    }
}

fn place(at: usize) -> Option<u32> {
    u32::try_from(at).ok()
}
