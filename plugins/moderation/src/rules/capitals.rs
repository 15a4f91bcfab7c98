use pato_sdk::catalogue::chat::Emote;

/// How much of a text is capitals.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Letters {
    /// How many letters that have a case.
    pub(super) count: usize,
    /// How many of a hundred are capitals.
    pub(super) percent: u32,
}

/// Counts the letters outside of emotes, whose names are often all capitals.
pub(super) fn share(text: &str, emotes: &[Emote]) -> Letters {
    let in_emote = |position: u32| {
        emotes
            .iter()
            .any(|emote| (emote.begin..emote.end).contains(&position))
    };
    let (mut count, mut capitals) = (0_usize, 0_usize);
    for (position, letter) in (0_u32..).zip(text.chars()) {
        let capital = letter.is_uppercase();
        if (capital || letter.is_lowercase()) && !in_emote(position) {
            count += 1;
            capitals += usize::from(capital);
        }
    }
    let percent = (capitals * 100).checked_div(count).unwrap_or(0);
    Letters {
        count,
        percent: u32::try_from(percent).unwrap_or(100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_letters_with_a_case_count() {
        assert_eq!(
            share("ABcd 123 !? 日本", &[]),
            Letters {
                count: 4,
                percent: 50
            }
        );
        assert_eq!(
            share("ÀÉ", &[]),
            Letters {
                count: 2,
                percent: 100
            }
        );
        assert_eq!(share("", &[]), Letters::default());
    }

    #[test]
    fn emotes_do_not_count() {
        let emote = Emote {
            id: "1".into(),
            name: "LUL".into(),
            begin: 2,
            end: 5,
        };
        assert_eq!(
            share("é LUL", &[emote]),
            Letters {
                count: 1,
                percent: 0
            }
        );
    }
}
