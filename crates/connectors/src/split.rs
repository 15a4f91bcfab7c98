//! Makes a text fit for a chat whose messages are one line of so many characters.

use crate::connector::ConnectorError;

/// The text with spaces for line ends and other control characters.
pub(crate) fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// The pieces of a line, of at most `limit` characters each, cut between words where possible.
pub(crate) fn pieces(line: &str, limit: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() {
        let (piece, after) = cut(rest, limit);
        pieces.push(piece.trim_end().to_owned());
        rest = after.trim_start();
    }
    pieces
}

/// Cuts at most `limit` characters off, at the last space among them if there is one.
fn cut(text: &str, limit: usize) -> (&str, &str) {
    let Some((end, _)) = text.char_indices().nth(limit) else {
        return (text, "");
    };
    let (head, tail) = text.split_at(end);
    if tail.starts_with(' ') {
        return (head, tail);
    }
    match head.rfind(' ') {
        Some(space) => text.split_at(space),
        None => (head, tail),
    }
}

/// Refuses a text of which nothing is left to write, or which would become more than `most` messages.
///
/// # Errors
///
/// If so.
pub(crate) fn check_count(count: usize, most: usize) -> Result<(), ConnectorError> {
    match count {
        0 => Err(ConnectorError::Invalid(
            "text: nothing is left to write; give at least one visible character".into(),
        )),
        _ if count > most => Err(ConnectorError::Invalid(format!(
            "text: it would become {count} messages; {most} at most"
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMIT: usize = 500;

    fn cut_up(text: &str) -> Vec<String> {
        pieces(&one_line(text), LIMIT)
    }

    #[test]
    fn a_short_text_is_one_piece_and_nothing_is_none() {
        assert_eq!(cut_up(" hello "), ["hello"]);
        assert_eq!(cut_up(" two\r\nlines \u{0}"), ["two  lines"]);
        assert!(cut_up(" \r\n\t\u{7} ").is_empty());
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        let text = format!("{} {}", "a".repeat(400), "b".repeat(400));
        assert_eq!(cut_up(&text), ["a".repeat(400), "b".repeat(400)]);
        assert_eq!(cut_up(&"c".repeat(501)), ["c".repeat(500), "c".to_owned()]);
    }

    #[test]
    fn characters_count_and_not_bytes() {
        let text = "\u{1F986}".repeat(499);
        assert_eq!(cut_up(&text), [text]);
        assert_eq!(cut_up(&"\u{1F986}".repeat(1_200)).len(), 3);
    }

    #[test]
    fn too_much_and_nothing_at_all_are_refused() {
        assert!(check_count(1, 2).is_ok() && check_count(2, 2).is_ok());
        let nothing = check_count(0, 2).unwrap_err().to_string();
        assert!(nothing.contains("visible character"), "{nothing}");
        let much = check_count(3, 2).unwrap_err().to_string();
        assert!(much.contains("3 messages; 2 at most"), "{much}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn nothing_readable_is_lost_and_no_piece_is_too_long(text in "([a-z]{1,40}|ä{600}| |\n){0,60}") {
            let pieces = cut_up(&text);
            let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(visible(&pieces.concat()), visible(&text));
            for piece in pieces {
                prop_assert!((1..=LIMIT).contains(&piece.chars().count()));
                prop_assert!(!piece.contains(char::is_control));
            }
        }
    }
}
