//! Tokenizer callback: collects text and ends words and lines at tags.

use html5gum::{Emitter, Error, State, Tokenizer, naive_next_state};

use super::fold::Folded;

/// Reads `html` into `text` until either is exhausted.
pub(super) fn read(html: &str, text: &mut Folded) {
    let listener = Listener {
        text,
        name: Vec::with_capacity(16),
        last_start: Vec::with_capacity(16),
        tag: Tag::Start,
        hidden: false,
    };
    // The only token signals that the text is full.
    let _full = Tokenizer::new_with_emitter(html, listener).next();
}

/// Longest relevant tag name; the rest of a longer one is dropped.
const NAME_LIMIT: usize = 32;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tag {
    Start,
    End,
}

struct Listener<'t> {
    text: &'t mut Folded,
    name: Vec<u8>,
    last_start: Vec<u8>,
    tag: Tag,
    /// Inside an element that holds code instead of prose.
    hidden: bool,
}

impl Listener<'_> {
    fn begin(&mut self, tag: Tag) {
        self.name.clear();
        self.tag = tag;
    }

    fn separate(&mut self) {
        match self.name.as_slice() {
            b"p" | b"div" | b"br" | b"li" | b"ul" | b"ol" | b"dl" | b"dt" | b"dd" | b"h1"
            | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"tr" | b"table" | b"caption" | b"hr"
            | b"blockquote" | b"pre" | b"section" | b"article" | b"header" | b"footer"
            | b"figure" | b"figcaption" | b"address" | b"details" | b"summary" => {
                self.text.end_line();
            }
            b"td" | b"th" | b"option" | b"img" => self.text.space(),
            _ => {}
        }
    }
}

impl Emitter for Listener<'_> {
    type Token = ();

    fn pop_token(&mut self) -> Option<()> {
        self.text.is_full().then_some(())
    }

    fn emit_string(&mut self, piece: &[u8]) {
        if !self.hidden {
            self.text.push(piece);
        }
    }

    fn init_start_tag(&mut self) {
        self.begin(Tag::Start);
    }

    fn init_end_tag(&mut self) {
        self.begin(Tag::End);
    }

    fn push_tag_name(&mut self, piece: &[u8]) {
        if self.name.len() < NAME_LIMIT {
            self.name.extend(piece.iter().take(NAME_LIMIT));
        }
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        self.separate();
        self.hidden = false;
        if self.tag == Tag::End {
            return None;
        }
        self.last_start.clear();
        self.last_start.extend_from_slice(&self.name);
        let next = naive_next_state(&self.name);
        self.hidden = matches!(next, Some(State::RawText | State::ScriptData));
        next
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.tag == Tag::End && self.name == self.last_start
    }

    fn set_last_start_tag(&mut self, name: Option<&[u8]>) {
        self.last_start.clear();
        self.last_start.extend_from_slice(name.unwrap_or_default());
    }

    #[inline]
    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn emit_eof(&mut self) {}
    fn emit_error(&mut self, _: Error) {}
    fn init_comment(&mut self) {}
    fn push_comment(&mut self, _: &[u8]) {}
    fn emit_current_comment(&mut self) {}
    fn init_doctype(&mut self) {}
    fn push_doctype_name(&mut self, _: &[u8]) {}
    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn set_force_quirks(&mut self) {}
    fn emit_current_doctype(&mut self) {}
    fn set_self_closing(&mut self) {}
    fn init_attribute(&mut self) {}
    fn push_attribute_name(&mut self, _: &[u8]) {}
    fn push_attribute_value(&mut self, _: &[u8]) {}
}
