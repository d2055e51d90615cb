//! Conversion of merchants' HTML to text that can be read out or searched.
//!
//! The tokenizer (html5gum, the WHATWG state machine) is linear in its input and builds no tree, so
//! deep nesting and unclosed tags cost no more than their bytes.

mod fold;
mod markup;
mod reader;

use std::borrow::Cow;

use fold::Folded;

/// How often text is unescaped again: some shops' imports escape what is escaped already.
const MAX_UNESCAPED: usize = 2;

/// One line of text, at most `limit` bytes, whitespace folded to single spaces.
///
/// What a person would read stays, and nothing else: tags go, entities are decoded even if they
/// were encoded twice, control and invisible characters go; a `<` that begins no tag is text. For
/// everything that is spoken or searched, HTML or not: names, addresses, article numbers.
pub(super) fn line(html: &str, limit: usize) -> String {
    let text = paragraphs(html, limit);
    if text.contains('\n') { text.replace('\n', " ") } else { text }
}

/// Text of at most `limit` bytes, cleaned as [`line()`] does: one line per block (`<p>`, `<li>`,
/// `<br>`, …), no empty lines, whitespace folded within them.
///
/// HTML that arrives escaped as a whole (`&lt;p&gt;…`) is unescaped first.
pub(super) fn paragraphs(html: &str, limit: usize) -> String {
    let (escaped, had_markup) = markup::escape_signs(html);
    let mut text = read(&escaped, limit);
    for _ in 0..MAX_UNESCAPED {
        let next = if !had_markup && looks_like_html(&text) {
            read(&markup::escape_signs(&text).0, limit)
        } else if has_entity(&text) {
            unescape(&text, limit)
        } else {
            break;
        };
        if next == text {
            break;
        }
        text = next;
    }
    text
}

/// Reads HTML in which every `<` begins markup.
fn read(html: &str, limit: usize) -> String {
    let mut folded = Folded::new(limit, html.len());
    take(html, &mut folded);
    folded.finish()
}

/// Decodes the entities of plain text, line by line.
fn unescape(text: &str, limit: usize) -> String {
    let mut folded = Folded::new(limit, text.len());
    for line in text.split('\n') {
        let signs: Cow<'_, str> =
            if line.contains('<') { line.replace('<', "&lt;").into() } else { line.into() };
        take(&signs, &mut folded);
        folded.end_line();
    }
    folded.finish()
}

fn take(html: &str, folded: &mut Folded) {
    let bytes = html.as_bytes();
    if bytes.contains(&b'<') || bytes.contains(&b'&') {
        reader::read(html, folded);
    } else {
        folded.push(bytes);
    }
}

/// Whether there is something like `&amp;` or `&#39;`.
fn has_entity(text: &str) -> bool {
    text.split('&').skip(1).any(|after| {
        let name = after.bytes().take(33).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#');
        let length = name.count();
        length > 1 && after.as_bytes().get(length) == Some(&b';')
    })
}

/// Whether there is a closing or self-closing tag: `<` alone is too common in plain text.
fn looks_like_html(text: &str) -> bool {
    text.contains("</") || text.contains("/>") || text.contains("<br>")
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;

    const LIMIT: usize = 4096;

    #[test]
    fn tags_are_removed_and_text_kept() {
        assert_eq!(line("Kék <b>bögre</b>, <i style=\"x>y\">3 dl</i>", LIMIT), "Kék bögre, 3 dl");
    }

    #[test]
    fn entities_are_decoded() {
        assert_eq!(
            line("b&ouml;gre &amp; tál &#8211; 3&nbsp;dl &#x1F600; &lt;3", LIMIT),
            "bögre & tál – 3 dl 😀 <3"
        );
    }

    #[test]
    fn bare_less_than_or_ampersand_is_text() {
        assert_eq!(line("a < b & c <5 mm R&D", LIMIT), "a < b & c <5 mm R&D");
    }

    #[test]
    fn blocks_become_lines_and_cells_become_words() {
        let html = "<p>Egy</p>\r\n\r\n<ul><li>két</li><li>há<b>rom</b></li></ul>négy<br/>öt\
                    <table><tr><td>hat</td><td>hét</td></tr></table>";
        assert_eq!(paragraphs(html, LIMIT), "Egy\nkét\nhárom\nnégy\nöt\nhat hét");
        assert_eq!(line(html, LIMIT), "Egy két három négy öt hat hét");
    }

    #[test]
    fn whitespace_and_non_breaking_spaces_are_folded() {
        assert_eq!(
            paragraphs(" a\t b\n\u{a0}\u{a0} \u{b} c <p>&nbsp;</p><p>\u{2003}d</p> ", LIMIT),
            "a b c\nd"
        );
    }

    #[test]
    fn scripts_styles_and_comments_are_dropped() {
        let html = "a<script>if (1 < 2) { x('</b>') }</script><style>p{}</style><!-- b --> c\
                    <iframe src=\"https://example.hu\">d</iframe> e";
        assert_eq!(line(html, LIMIT), "a c e");
    }

    #[test]
    fn html_escaped_as_a_whole_is_unescaped() {
        assert_eq!(paragraphs("&lt;p&gt;Egy &amp;amp; ket&lt;/p&gt;", LIMIT), "Egy & ket");
        assert_eq!(paragraphs("5 &lt; 6 &gt; 4", LIMIT), "5 < 6 > 4");
        assert_eq!(paragraphs("<p>a &lt;b&gt; c</p>", LIMIT), "a <b> c");
    }

    #[test]
    fn comparison_sign_in_a_name_stays() {
        for name in ["Csavar <M8, 100 db", "Cső <M8> és >M4", "5<6", "a <b", "I <3 U"] {
            assert_eq!(line(name, LIMIT), name);
        }
        assert_eq!(line("<b>Csavar</b> <M8 &amp; anya", LIMIT), "Csavar <M8 & anya");
    }

    #[test]
    fn entities_encoded_twice_are_decoded() {
        assert_eq!(line("K&amp;amp;H bögre", LIMIT), "K&H bögre");
        assert_eq!(line("K&amp;H bögre", LIMIT), "K&H bögre");
        assert_eq!(
            line("10&amp;quot; cső &amp;#8211; &amp;amp;amp; más", LIMIT),
            "10\" cső – & más"
        );
        assert_eq!(
            paragraphs("<p>K&amp;amp;H</p><p>a &amp;lt;b&amp;gt; c</p>", LIMIT),
            "K&H\na <b> c"
        );
        assert_eq!(line("Q&A; R&D;", LIMIT), "Q&A; R&D;");
    }

    #[test]
    fn invisible_and_control_characters_are_removed() {
        assert_eq!(line("Bög\u{ad}re \u{200b}kék\u{feff}\u{3}", LIMIT), "Bögre kék");
        assert_eq!(line("Bög&shy;re&#8203; \u{200e} &zwnj;kék", LIMIT), "Bögre kék");
        assert_eq!(line("\u{feff}\u{200b}", LIMIT), "");
        assert_eq!(paragraphs("<p>\u{200b}</p><p>a</p>", LIMIT), "a");
    }

    #[test]
    fn text_cut_off_within_a_tag_loses_the_tag() {
        assert_eq!(line("<p>Kék bögre <a href=\"https://exam", LIMIT), "Kék bögre");
        assert_eq!(line("<b>Kék</b", LIMIT), "Kék");
    }

    #[test]
    fn text_is_truncated_at_a_character_boundary() {
        assert_eq!(line("ééé", 5), "éé");
        assert_eq!(line("<p>ééé</p>", 3), "é");
        assert_eq!(line("egy kettő", 4), "egy");
        assert_eq!(line(&"x".repeat(1_000_000), 16), "x".repeat(16));
    }

    #[test]
    fn hostile_html_takes_linear_time() {
        for piece in [
            "<div>",
            "<",
            "&",
            "<!--",
            "<a href=\"",
            "<table>",
            "<script>",
            "&#",
            "</",
            "<b ",
            "<b a=",
            "&amp;",
            "&amp;amp;",
            "<M8 ",
            "-->",
        ] {
            let started = Instant::now();
            let text = paragraphs(&piece.repeat(1_000_000 / piece.len()), LIMIT);
            assert!(text.len() <= LIMIT, "{piece}");
            assert!(started.elapsed() < Duration::from_secs(5), "{piece}");
        }
    }

    proptest! {
        #[test]
        fn folded_text_stays_within_its_limit(html in ".{0,200}", limit in 0usize..64) {
            let text = paragraphs(&html, limit);
            prop_assert!(text.len() <= limit);
            prop_assert_eq!(text.trim(), text.as_str());
            prop_assert!(!line(&html, limit).contains('\n'));
        }

        #[test]
        fn random_markup_yields_text(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "<", ">", "</", "/>", "<p", "<script>", "</script>", "<!--", "-->", "&", "&amp",
                    "&#", ";", "\"", "'", "=", "x", " ", "é", "\u{a0}", "<![CDATA[", "]]>", "<?",
                    "<title>", "<!doctype", "\r", "\0",
                ]),
                0..40,
            )
        ) {
            prop_assert!(paragraphs(&pieces.concat(), 64).len() <= 64);
        }

        #[test]
        fn plain_words_are_unchanged(words in prop::collection::vec("[a-zA-Zőűáé0-9,.]{1,9}", 0..20)) {
            let text = words.join(" ");
            prop_assert_eq!(line(&text, LIMIT), text);
        }
    }
}
