//! Characters that have no place in a record: they break databases, hide text or reorder it on screen.

/// Names the first odd character of a text; `None` when there is none. Line breaks and tabs count as
/// odd unless `free_text`.
///
/// Odd are control characters (C0, DEL, C1), line and paragraph separators, marks that reorder what is
/// shown (bidirectional embeddings, overrides, isolates), the zero-width space, the byte order mark,
/// tag characters and non-characters. Joiners (U+200C, U+200D) stay: some scripts need them.
pub fn odd_character(text: &str, free_text: bool) -> Option<&'static str> {
    text.chars().find_map(|c| match c {
        '\t' | '\n' | '\r' if free_text => None,
        '\0' => Some("a NUL character"),
        c if c.is_control() => Some("a control character"),
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Some("a text-direction mark"),
        '\u{200B}' | '\u{FEFF}' | '\u{2028}' | '\u{2029}' => Some("an invisible character"),
        '\u{E0000}'..='\u{E007F}' => Some("an invisible character"),
        '\u{FDD0}'..='\u{FDEF}' => Some("a character that Unicode does not assign"),
        c if u32::from(c) & 0xFFFE == 0xFFFE => Some("a character that Unicode does not assign"),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_notes_pass() {
        for fine in ["Zoë O’Brien-Łukasz", "محمد", "שלום", "👩‍👩‍👧", "می‌خواهم", ""]
        {
            assert_eq!(odd_character(fine, false), None, "{fine}");
        }
        assert_eq!(odd_character("one\r\n\ttwo", true), None);
        assert!(odd_character("one\ntwo", false).is_some());
    }

    #[test]
    fn odd_ones_are_named() {
        for odd in [
            "\0",
            "\u{7f}",
            "\u{85}",
            "\u{202e}",
            "\u{2066}",
            "\u{feff}",
            "\u{ffff}",
            "\u{1fffe}",
            "\u{e0041}",
        ] {
            assert!(
                odd_character(&format!("a{odd}b"), true).is_some(),
                "{}",
                odd.escape_unicode()
            );
        }
    }
}
