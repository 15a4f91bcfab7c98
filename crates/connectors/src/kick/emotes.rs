//! Kick writes pictures into the text, as `[emote:37226:KEKW]`.

use pato_events::catalogue::chat::Emote;

/// The most emotes of one message; a text of 500 characters has room for fewer.
const MAX_EMOTES: usize = 250;

/// The text as people read it, with the names of the emotes in place, and where they stand. What only
/// looks like an emote stays as it is.
pub(super) fn take_out(written: &str) -> (String, Vec<Emote>) {
    let (mut text, mut emotes) = (String::with_capacity(written.len()), Vec::new());
    let mut position = 0;
    let mut rest = written;
    while let Some((before, after)) = rest.split_once("[emote:") {
        push(&mut text, &mut position, before);
        match emote(after).filter(|_| emotes.len() < MAX_EMOTES) {
            Some((id, name, after)) => {
                let begin = position;
                push(&mut text, &mut position, name);
                emotes.push(Emote {
                    id: id.to_owned(),
                    name: name.to_owned(),
                    begin,
                    end: position,
                });
                rest = after;
            }
            None => {
                push(&mut text, &mut position, "[emote:");
                rest = after;
            }
        }
    }
    push(&mut text, &mut position, rest);
    (text, emotes)
}

/// `37226:KEKW] and the rest`, taken apart.
fn emote(text: &str) -> Option<(&str, &str, &str)> {
    let (inner, rest) = text.split_once(']')?;
    let (id, name) = inner.split_once(':')?;
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = !name.is_empty() && !name.contains(['[', ':', ' ']);
    (is_id && is_name).then_some((id, name, rest))
}

fn push(text: &mut String, position: &mut u32, piece: &str) {
    text.push_str(piece);
    let length = u32::try_from(piece.chars().count()).unwrap_or(u32::MAX);
    *position = position.saturating_add(length);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn emotes_become_their_names_with_their_places_by_code_point() {
        let (text, emotes) =
            take_out("\u{1F986} hi [emote:37226:KEKW][emote:4148074:HYPERCLAP] bye");
        assert_eq!(text, "\u{1F986} hi KEKWHYPERCLAP bye");
        let found: Vec<_> = emotes
            .iter()
            .map(|emote| {
                (
                    emote.id.as_str(),
                    emote.name.as_str(),
                    emote.begin,
                    emote.end,
                )
            })
            .collect();
        assert_eq!(
            found,
            [("37226", "KEKW", 5, 9), ("4148074", "HYPERCLAP", 9, 18)]
        );
    }

    #[test]
    fn what_only_looks_like_an_emote_stays() {
        for text in [
            "[emote:",
            "[emote:]",
            "[emote:1]",
            "[emote::KEKW]",
            "[emote:x:KEKW]",
            "[emote:1:]",
            "[emote:1:two words]",
            "[emote:1:KEKW",
            "[Emote:1:KEKW]",
        ] {
            assert_eq!(take_out(text), (text.to_owned(), Vec::new()));
        }
        let (text, emotes) = take_out("[emote:[emote:1:a]");
        assert_eq!((text.as_str(), emotes.len()), ("[emote:a", 1));
    }

    proptest! {
        #[test]
        fn every_place_holds_the_name(written in "(\\[emote:|[0-9]{1,2}|:|\\]|a|ä|\u{1F986}| ){0,40}") {
            let (text, emotes) = take_out(&written);
            let characters: Vec<char> = text.chars().collect();
            for emote in emotes {
                let there: String = characters[emote.begin as usize..emote.end as usize].iter().collect();
                prop_assert_eq!(there, emote.name);
            }
        }
    }
}
