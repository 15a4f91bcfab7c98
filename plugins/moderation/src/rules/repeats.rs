use std::collections::VecDeque;

/// How long a message is remembered, in milliseconds.
const WINDOW: f64 = 30_000.0;

/// How many messages are remembered at most, of all people together.
const MOST: usize = 2000;

/// Who wrote what within the last half minute.
#[derive(Default)]
pub(super) struct Repeats {
    recent: VecDeque<(f64, String, String)>,
}

impl Repeats {
    /// How often this person wrote this within the window, this time included.
    pub(super) fn count(&mut self, user: &str, text: &str, now: f64) -> usize {
        while self
            .recent
            .front()
            .is_some_and(|(time, ..)| now - time >= WINDOW)
        {
            self.recent.pop_front();
        }
        if self.recent.len() >= MOST {
            self.recent.pop_front();
        }
        let text = normalized(text);
        self.recent.push_back((now, user.to_owned(), text.clone()));
        let same =
            |(_, writer, written): &&(f64, String, String)| *writer == user && *written == text;
        self.recent.iter().filter(same).count()
    }
}

/// How often the same character stands in a row, spaces left out.
pub(super) fn longest_run(text: &str) -> usize {
    let (mut longest, mut run, mut last) = (0, 0, None);
    for one in text.chars().filter(|one| !one.is_whitespace()) {
        run = if last == Some(one) { run + 1 } else { 1 };
        last = Some(one);
        longest = longest.max(run);
    }
    longest
}

/// In lower case, and without what is added to make the same look different.
fn normalized(text: &str) -> String {
    let letters: String = text.chars().filter(|one| one.is_alphanumeric()).collect();
    if letters.is_empty() {
        return text.split_whitespace().collect();
    }
    letters.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_the_same_in_other_clothes() {
        let mut repeats = Repeats::default();
        assert_eq!(repeats.count("a", "Buy this!", 0.0), 1);
        assert_eq!(repeats.count("a", "buy  THIS ???", 1000.0), 2);
        assert_eq!(repeats.count("b", "buy this", 1000.0), 1);
        assert_eq!(repeats.count("a", "buy that", 1000.0), 1);
        assert_eq!(repeats.count("a", "buy this", 30_000.0), 2);
        assert_eq!(repeats.count("a", "buy this", 90_000.0), 1);
    }

    #[test]
    fn memory_is_bounded() {
        let mut repeats = Repeats::default();
        for number in 0..3000 {
            repeats.count("a", &number.to_string(), 0.0);
        }
        assert!(repeats.recent.len() <= MOST);
    }

    #[test]
    fn a_run_is_found_through_spaces() {
        assert_eq!(longest_run("loool"), 3);
        assert_eq!(longest_run("a a a a"), 4);
        assert_eq!(longest_run(""), 0);
    }
}
