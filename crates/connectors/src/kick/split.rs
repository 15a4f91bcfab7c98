//! Makes a text fit for Kick's chat: one line, pieces of at most 500 characters.

/// The most characters of one message (docs.kick.com, Chat).
const MAX_CHARACTERS: usize = 500;

/// The pieces of `text`, cut between words where possible. Control characters become spaces. None if
/// nothing readable is left.
pub(super) fn pieces(text: &str) -> Vec<String> {
    let clean: String = text
        .chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect();
    let mut pieces = Vec::new();
    let mut rest = clean.trim();
    while !rest.is_empty() {
        let (piece, after) = cut(rest);
        pieces.push(piece.to_owned());
        rest = after;
    }
    pieces
}

/// Cuts at most [`MAX_CHARACTERS`] off, at the last space among them if there is one.
fn cut(text: &str) -> (&str, &str) {
    let Some((end, _)) = text.char_indices().nth(MAX_CHARACTERS) else {
        return (text, "");
    };
    let (head, tail) = text.split_at_checked(end).unwrap_or((text, ""));
    if tail.starts_with(' ') {
        return (head.trim_end(), tail.trim_start());
    }
    match head.rsplit_once(' ') {
        Some((piece, _)) if !piece.trim().is_empty() => {
            let after = text
                .split_at_checked(piece.len())
                .map_or("", |(_, after)| after);
            (piece.trim_end(), after.trim_start())
        }
        _ => (head, tail),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_long_text_is_cut_between_words() {
        let text = format!("{} {}", "a".repeat(400), "b".repeat(400));
        assert_eq!(pieces(&text), ["a".repeat(400), "b".repeat(400)]);
        assert_eq!(pieces(&"c".repeat(501)), ["c".repeat(500), "c".to_owned()]);
        assert_eq!(pieces(" two\r\nlines \u{0}"), ["two  lines"]);
        assert!(pieces(" \n\u{7}").is_empty());
    }

    proptest! {
        #[test]
        fn nothing_readable_is_lost_and_no_piece_is_too_long(text in "([a-z]{1,40}|ä{600}| |\n){0,60}") {
            let pieces = pieces(&text);
            let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(visible(&pieces.concat()), visible(&text));
            for piece in pieces {
                prop_assert!((1..=MAX_CHARACTERS).contains(&piece.chars().count()));
            }
        }
    }
}
