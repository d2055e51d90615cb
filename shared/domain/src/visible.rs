//! Removal of characters that nobody sees or hears.

use std::borrow::Cow;

/// The text without control characters and invisible ones: soft hyphens, zero-width spaces and
/// joiners, byte order marks, marks of direction, variation selectors. Copying from web pages and
/// documents leaves them behind; with them, equal words and addresses differ. Whitespace stays.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.contains(is_invisible) {
        Cow::Owned(text.replace(is_invisible, ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether a character is a control character (Unicode's `Cc`) other than whitespace, or ignored
/// where text is shown (`Default_Ignorable_Code_Point`, UAX #44).
fn is_invisible(c: char) -> bool {
    match c {
        ' '..='~' => false,
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => true,
        _ => c.is_control() && !c.is_whitespace(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn invisible_and_control_characters_are_removed() {
        assert_eq!(visible("Bög\u{ad}re \u{200b}kék\u{feff}\u{3}"), "Bögre kék");
        assert_eq!(visible("\u{202a}06 30\u{202c}\u{7f}\u{9b}\u{0}"), "06 30");
        assert_eq!(visible("❤\u{fe0f}"), "❤");
    }

    #[test]
    fn visible_text_and_whitespace_stay() {
        let text = "Őrült\tjó\r\n„ár”\u{a0}– 5 €, 😀, 日本, e\u{301}";
        assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
    }

    proptest! {
        #[test]
        fn letters_digits_and_spaces_are_never_removed(text in "[\\p{L}\\p{N}\\p{P}\\p{Zs}]{0,40}") {
            let fillers = ['\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}'];
            prop_assume!(!text.contains(fillers));
            prop_assert_eq!(visible(&text), text.as_str());
        }
    }
}
