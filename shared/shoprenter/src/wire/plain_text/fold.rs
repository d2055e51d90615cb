//! Whitespace folding of text that arrives in pieces.

use shopcall_domain::visible;

const NO_BREAK_SPACE: &[u8] = "\u{a0}".as_bytes();

/// Separator before the next word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Break,
}

/// Text being collected, whitespace folded, never much longer than its limit.
pub(super) struct Folded {
    text: Vec<u8>,
    gap: Gap,
    limit: usize,
}

impl Folded {
    pub(super) fn new(limit: usize, expected: usize) -> Self {
        Self { text: Vec::with_capacity(expected.min(limit)), gap: Gap::None, limit }
    }

    /// Whether further text would be truncated.
    pub(super) fn is_full(&self) -> bool {
        self.text.len() >= self.limit
    }

    /// Adds text, which may begin or end within a word or a character.
    pub(super) fn push(&mut self, piece: &[u8]) {
        // The character of `&nbsp;` arrives separately, and often.
        if piece == NO_BREAK_SPACE {
            self.space();
            return;
        }
        let mut words = piece.split(u8::is_ascii_whitespace);
        if let Some(first) = words.next() {
            self.word(first);
        }
        for word in words {
            self.space();
            self.word(word);
            if self.is_full() {
                break;
            }
        }
    }

    /// Ends a word.
    pub(super) fn space(&mut self) {
        self.gap = self.gap.max(Gap::Space);
    }

    /// Ends a line.
    pub(super) fn end_line(&mut self) {
        self.gap = Gap::Break;
    }

    fn word(&mut self, word: &[u8]) {
        if word.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            match self.gap {
                Gap::None => {}
                Gap::Space => self.text.push(b' '),
                Gap::Break => self.text.push(b'\n'),
            }
        }
        self.gap = Gap::None;
        // A word may be a megabyte; everything past the limit is dropped.
        let room = self.limit.saturating_sub(self.text.len());
        self.text.extend_from_slice(word.get(..room).unwrap_or(word));
    }

    /// The text: one line per block, without empty lines and invisible characters.
    pub(super) fn finish(mut self) -> String {
        self.text.truncate(self.limit);
        let text = match String::from_utf8(self.text) {
            Ok(text) => text,
            Err(cut) => {
                let whole = cut.utf8_error().valid_up_to();
                let mut bytes = cut.into_bytes();
                bytes.truncate(whole);
                String::from_utf8(bytes).unwrap_or_default()
            }
        };
        let text = visible(&text);
        if may_have_other_spaces(text.as_bytes()) {
            return fold_other_spaces(&text);
        }
        let mut text = text.into_owned();
        text.truncate(text.trim_end().len());
        text
    }
}

/// Whether folding may be needed: a space at the beginning or two in a row, which removed characters
/// leave behind; or a byte that may start a space that `u8::is_ascii_whitespace` does not cover: the
/// vertical tab, or one beyond ASCII (U+0085, U+00A0, U+1680, U+2000…, U+3000). Other characters
/// share these first bytes.
fn may_have_other_spaces(text: &[u8]) -> bool {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\n');
    text.first().is_some_and(is_space)
        || text.windows(2).any(|pair| pair.iter().all(is_space))
        || [0x0b, 0xc2, 0xe1, 0xe2, 0xe3].iter().any(|first| text.contains(first))
}

/// Folds non-ASCII spaces, such as the non-breaking ones that editors insert.
fn fold_other_spaces(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for line in text.split('\n') {
        let mut words = line.split_whitespace();
        let Some(first) = words.next() else { continue };
        if !folded.is_empty() {
            folded.push('\n');
        }
        folded.push_str(first);
        for word in words {
            folded.push(' ');
            folded.push_str(word);
        }
    }
    folded
}
