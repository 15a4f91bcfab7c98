//! Makes messages of at most 2,000 characters of a text, cut between lines or words where possible.

/// The most characters of one message. Counted in UTF-16, which is never fewer than Discord counts.
pub(super) const MAX_CHARACTERS: usize = 2_000;

/// The most messages that one text may become.
pub(super) const MAX_PIECES: usize = 5;

/// The pieces of `text`. None if nothing readable is in it.
pub(super) fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (piece, after) = cut(rest);
        pieces.push(piece.trim_end().to_owned());
        rest = after.trim_start();
    }
    pieces
}

/// Whether a text fits into one message.
pub(super) fn fits(text: &str) -> bool {
    text.encode_utf16().count() <= MAX_CHARACTERS
}

/// What fits, cut at the last line end or else the last space in it, and what is left.
fn cut(text: &str) -> (&str, &str) {
    let mut units = 0;
    let end = text.char_indices().find_map(|(index, character)| {
        units += character.len_utf16();
        (units > MAX_CHARACTERS).then_some(index)
    });
    let Some(end) = end else {
        return (text, "");
    };
    let (head, tail) = text.split_at(end);
    if tail.starts_with(char::is_whitespace) {
        return (head, tail);
    }
    let place = head.rfind('\n').or_else(|| head.rfind(char::is_whitespace));
    match place.filter(|place| !head.get(..*place).unwrap_or_default().trim().is_empty()) {
        Some(place) => text.split_at(place),
        None => (head, tail),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_short_text_keeps_its_lines_and_nothing_is_none() {
        assert_eq!(pieces(" hello\nworld "), ["hello\nworld"]);
        assert!(pieces(" \r\n\t ").is_empty());
    }

    #[test]
    fn a_long_text_is_cut_between_lines() {
        let line = "duck ".repeat(100);
        let text = format!("{line}\n").repeat(9);
        let all = pieces(&text);
        assert_eq!(all.len(), 3);
        assert!(all.iter().all(|piece| piece.ends_with("duck")), "{all:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn pieces_fit_and_lose_no_word(text in "([a-zäöü\u{1F986}]{1,40}|[a-z]{2500})([ \n]{1,3}[a-z\u{1F986}]{1,300}){0,40}") {
            let all = pieces(&text);
            for piece in &all {
                prop_assert!(!piece.is_empty() && fits(piece));
            }
            let letters = |text: &str| text.replace([' ', '\n'], "");
            prop_assert_eq!(letters(&all.concat()), letters(&text));
        }
    }
}
