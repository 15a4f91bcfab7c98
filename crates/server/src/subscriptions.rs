use pato_events::{Event, Pattern, PatternError};

use pato_events::wire::Subscribe;

/// The most subscriptions of one client.
pub(crate) const MAX_SUBSCRIPTIONS: usize = 256;

/// What one client wants to hear.
#[derive(Default)]
pub(crate) struct Subscriptions(Vec<Subscribe>);

impl Subscriptions {
    /// Adds one. The answer is the pattern to subscribe to on the bus; it may select more than is
    /// wanted, for in the wire protocol a star may be part of a segment.
    ///
    /// # Errors
    ///
    /// If there are too many, or it could match nothing.
    pub(crate) fn add(&mut self, wanted: Subscribe) -> Result<Pattern, String> {
        let pattern = bus_pattern(&wanted).map_err(|error| error.to_string())?;
        if let Some(same) = self.0.iter_mut().find(|same| is_same(same, &wanted)) {
            same.details = wanted.details;
        } else if self.0.len() == MAX_SUBSCRIPTIONS {
            return Err(format!(
                "one client may have {MAX_SUBSCRIPTIONS} subscriptions: use `*` to cover several"
            ));
        } else {
            self.0.push(wanted);
        }
        Ok(pattern)
    }

    /// Removes one. The answer is the pattern to unsubscribe from, unless another one needs it.
    ///
    /// # Errors
    ///
    /// If there is none like it.
    pub(crate) fn remove(&mut self, unwanted: &Subscribe) -> Result<Option<Pattern>, String> {
        let before = self.0.len();
        self.0.retain(|known| !is_same(known, unwanted));
        if self.0.len() == before {
            return Err(format!(
                "there is no subscription to module `{}`, name `{}`",
                unwanted.module, unwanted.name
            ));
        }
        let pattern = bus_pattern(unwanted).map_err(|error| error.to_string())?;
        let needed = self
            .0
            .iter()
            .any(|other| bus_pattern(other).is_ok_and(|p| p == pattern));
        Ok((!needed).then_some(pattern))
    }

    /// Whether the client wants the event, and if so, whether with details.
    pub(crate) fn wants(&self, event: &Event) -> Option<bool> {
        let topic = event.topic.as_str();
        let (module, name) = topic.split_once('.').unwrap_or((topic, ""));
        self.0
            .iter()
            .filter(|wanted| {
                (wanted.module == "*" || wanted.module == module) && glob(&wanted.name, name)
            })
            .map(|wanted| wanted.details)
            .reduce(|a, b| a || b)
    }
}

fn is_same(a: &Subscribe, b: &Subscribe) -> bool {
    a.module == b.module && a.name == b.name
}

fn bus_pattern(wanted: &Subscribe) -> Result<Pattern, PatternError> {
    match (wanted.module.as_str(), wanted.name.as_str()) {
        ("*", _) => Pattern::new("**"),
        (module, "") => Pattern::new(module),
        (module, name) if name.contains('*') => Pattern::new(&format!("{module}.**")),
        (module, name) => Pattern::new(&format!("{module}.{name}")),
    }
}

/// Whether `text` matches `pattern`, in which `*` stands for any text. Takes at most the product of
/// both lengths in steps.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wanted(module: &str, name: &str) -> Subscribe {
        Subscribe {
            module: module.into(),
            name: name.into(),
            details: false,
        }
    }

    #[test]
    fn a_star_in_a_name_stands_for_any_text() {
        assert!(glob("*", "") && glob("*", "a.b") && glob("", "") && !glob("", "a"));
        assert!(glob("mess*", "message") && !glob("mess*", "notice"));
        assert!(glob("*-changed", "scene-changed") && !glob("*-changed", "changed"));
        assert!(glob("a*b*c", "a-b-b-c") && !glob("a*b*c", "a-c"));
        assert!(!glob("a*a", "a"));
    }

    #[test]
    fn the_bus_is_asked_for_all_that_could_match() {
        assert_eq!(
            bus_pattern(&wanted("chat", "message")).unwrap().as_str(),
            "chat.message"
        );
        assert_eq!(
            bus_pattern(&wanted("chat", "mess*")).unwrap().as_str(),
            "chat.**"
        );
        assert_eq!(bus_pattern(&wanted("*", "message")).unwrap().as_str(), "**");
        assert!(bus_pattern(&wanted("ch*", "message")).is_err());
    }

    #[test]
    fn a_pattern_that_another_subscription_needs_stays() {
        let mut subscriptions = Subscriptions::default();
        subscriptions.add(wanted("chat", "mess*")).unwrap();
        subscriptions.add(wanted("chat", "not*")).unwrap();
        assert_eq!(
            subscriptions.remove(&wanted("chat", "mess*")).unwrap(),
            None
        );
        let last = subscriptions.remove(&wanted("chat", "not*")).unwrap();
        assert_eq!(last.unwrap().as_str(), "chat.**");
        assert!(subscriptions.remove(&wanted("chat", "not*")).is_err());
    }

    proptest! {
        #[test]
        fn globs_agree_with_a_plain_search(pattern in "[ab*]{0,6}", text in "[ab]{0,8}") {
            fn slow(pattern: &[u8], text: &[u8]) -> bool {
                match pattern.split_first() {
                    None => text.is_empty(),
                    Some((b'*', rest)) => (0..=text.len()).any(|skip| slow(rest, &text[skip..])),
                    Some((first, rest)) => {
                        text.split_first().is_some_and(|(head, tail)| head == first && slow(rest, tail))
                    }
                }
            }
            prop_assert_eq!(glob(&pattern, &text), slow(pattern.as_bytes(), text.as_bytes()));
        }
    }
}
