//! Makes a text fit for the wire: one line, no control characters, pieces of at most 500 characters.

use crate::split;

/// The most characters of one message (Twitch's documentation of chat).
const MAX_CHARACTERS: usize = 500;

/// The most messages that one text may become; more would wait longer than a caller does.
pub(super) const MAX_PIECES: usize = 8;

/// One message as it will be read, and as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// What people will read.
    pub(super) text: String,
    /// Whether it describes what the author does (`/me`).
    pub(super) is_action: bool,
}

impl Piece {
    /// The text as Twitch takes it. Holds neither line ends nor zeros.
    pub(super) fn wire_text(&self) -> String {
        if self.is_action {
            return format!("/me {}", self.text);
        }
        let mut characters = self.text.chars();
        let begins_command = matches!(characters.next(), Some('/' | '.'))
            && characters.next().is_some_and(char::is_alphabetic);
        if begins_command {
            // Twitch obeys some commands written as text, such as `/disconnect`. Who may write must
            // not be able to command, so an invisible space goes before the slash.
            return format!("\u{200B}{}", self.text);
        }
        self.text.clone()
    }
}

/// The pieces of `text`, cut between words where possible. Line ends and other control characters
/// become spaces. None if nothing readable is left.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let clean = split::one_line(text);
    let (is_action, text) = match clean.trim().strip_prefix("/me ") {
        Some(rest) => (true, rest.trim()),
        None => (false, clean.trim()),
    };
    // Room for what `wire_text` may add.
    let limit = MAX_CHARACTERS - if is_action { "/me ".len() } else { 1 };
    let texts = split::pieces(text, limit).into_iter();
    texts.map(|text| Piece { text, is_action }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_end_cannot_smuggle_a_command_in() {
        let all = pieces("hi\r\nQUIT\r\nPRIVMSG #other :spam\0\u{1}ACTION x\u{1}");
        let [piece] = all.as_slice() else {
            panic!("{all:?}")
        };
        assert!(!piece.wire_text().contains(char::is_control));
    }

    #[test]
    fn a_text_cannot_be_a_command_of_the_server() {
        for text in ["/disconnect", ".w someone hi", "/ban ronni"] {
            let all = pieces(text);
            assert!(all[0].wire_text().starts_with('\u{200B}'), "{all:?}");
        }
        for text in ["... well", "/ 2", "half / half"] {
            assert_eq!(pieces(text)[0].wire_text(), text);
        }
        let action = &pieces("/me quacks")[0];
        assert_eq!(action.wire_text(), "/me quacks");
        assert_eq!(action.text, "quacks");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn pieces_fit_and_lose_no_word(text in "([a-zäöü\u{1F986}/]{1,30}|[a-z]{600})([ \n]{1,3}[a-z/]{1,90}){0,60}") {
            let all = pieces(&text);
            let mut joined = String::new();
            for piece in &all {
                prop_assert!(!piece.text.is_empty());
                let wire = piece.wire_text();
                prop_assert!(wire.chars().count() <= MAX_CHARACTERS);
                prop_assert!(!wire.contains(['\r', '\n', '\0']));
                joined.push_str(&piece.text);
            }
            let letters = |text: &str| text.replace([' ', '\n'], "");
            prop_assert_eq!(letters(&joined), letters(&text));
        }
    }
}
