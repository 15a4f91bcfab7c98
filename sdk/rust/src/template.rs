/// Fills the places of a text, such as `{user}`, with what `value` says. A place that it does not know
/// stays as it is, and what is put in is not looked at again: nobody can smuggle a place in.
pub fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let place = after.split_once('}');
        match place.and_then(|(name, after)| Some((value(name)?, after))) {
            Some((value, after)) => {
                filled.push_str(&value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str) -> String {
        fill(template, |name| (name == "a").then(|| "{a}".into()))
    }

    #[test]
    fn places_are_filled_once_and_what_is_no_place_stays() {
        assert_eq!(filled("{a} and {a}"), "{a} and {a}");
        assert_eq!(fill("{a}{b}", |_| Some("x".into())), "xx");
        assert_eq!(filled("{ {b} {{a}} { }"), "{ {b} {{a}} { }");
        assert_eq!(filled("{"), "{");
    }
}
