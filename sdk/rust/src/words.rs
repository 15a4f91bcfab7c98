/// Words and phrases to look for in what people write.
#[derive(Debug, Default)]
pub struct Words {
    phrases: Vec<Vec<String>>,
}

impl Words {
    /// Each entry is one word or several in a row; `*` stands for any letters. An entry without any
    /// letter is left out: `*` alone would be everything.
    pub fn new(entries: &[String]) -> Self {
        let phrases = entries
            .iter()
            .filter(|entry| entry.chars().any(char::is_alphanumeric))
            .map(|entry| words(entry, |one| one == '*'));
        Self {
            phrases: phrases.collect(),
        }
    }

    /// Whether one of them stands in the text.
    pub fn stand_in(&self, text: &str) -> bool {
        if self.phrases.is_empty() {
            return false;
        }
        let words = words(text, |_| false);
        self.phrases.iter().any(|phrase| {
            words.windows(phrase.len()).any(|window| {
                window
                    .iter()
                    .zip(phrase)
                    .all(|(word, pattern)| matches(word, pattern))
            })
        })
    }
}

fn words(text: &str, also: impl Fn(char) -> bool) -> Vec<String> {
    let separates = |one: char| !one.is_alphanumeric() && one != '\'' && !also(one);
    let words = text.split(separates).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Whether the word fits the pattern: the parts between the stars stand in it in order, the first at
/// its beginning and the last at its end.
fn matches(word: &str, pattern: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return word == pattern;
    };
    let Some(mut word) = word.strip_prefix(first) else {
        return false;
    };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*') {
        match word.split_once(part) {
            Some((_, after)) => word = after,
            None => return false,
        }
    }
    word.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(entries: &[&str], text: &str) -> bool {
        let entries: Vec<String> = entries.iter().map(ToString::to_string).collect();
        Words::new(&entries).stand_in(text)
    }

    #[test]
    fn whole_words_in_any_case() {
        assert!(found(&["ass"], "you ASS!"));
        assert!(!found(&["ass"], "a classic pass"));
        assert!(found(&["größe"], "GRÖßE"));
        assert!(found(&["don't"], "DON'T"));
    }

    #[test]
    fn a_star_stands_for_any_letters() {
        assert!(found(&["bad*"], "badly"));
        assert!(found(&["*bad"], "toobad"));
        assert!(found(&["b*d"], "blond"));
        assert!(found(&["*b*d*"], "abide"));
        assert!(!found(&["b*d"], "bond7"));
        assert!(!found(&["ab*ba"], "aba"));
    }

    #[test]
    fn several_words_stand_in_a_row() {
        assert!(found(&["buy follow*"], "Buy, followers now"));
        assert!(!found(&["buy follow*"], "buy more followers"));
    }

    #[test]
    fn stars_alone_ban_nothing() {
        assert!(!found(&["*", "", " ** "], "anything"));
    }
}
