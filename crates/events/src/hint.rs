/// The candidate most like `word`, for "did you mean" in errors; none if nothing is close.
///
/// Close means a Jaro-Winkler similarity of at least 0.8.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(similarity, _)| *similarity >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_finger_finds_the_word_meant() {
        let words = ["chat.message", "channel.follow", "obs.connected"];
        assert_eq!(nearest("chat.mesage", words), Some("chat.message"));
        assert_eq!(nearest("zzz", words), None);
    }
}
