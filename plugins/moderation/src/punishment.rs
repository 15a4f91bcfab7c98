use std::collections::HashMap;
use std::fmt;

use pato_sdk::prelude::*;

/// How many people are remembered before those whose strikes are forgiven are thrown away.
const PURGE_AT: usize = 2000;

/// One deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The message goes.
    Delete,
    /// Its author is silent for so many seconds, and all their messages go.
    Timeout(u32),
}

impl Step {
    fn parse(text: &str) -> Option<Self> {
        match text.trim().split_once(' ') {
            None if text.trim() == "delete" => Some(Self::Delete),
            Some(("timeout", seconds)) => {
                let seconds = seconds.trim().parse().ok();
                // Two weeks are the most that Twitch allows.
                seconds
                    .filter(|seconds| (1..=1_209_600).contains(seconds))
                    .map(Self::Timeout)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delete => f.write_str("delete"),
            Self::Timeout(seconds) => write!(f, "timeout {seconds}"),
        }
    }
}

/// Who broke rules how often.
#[derive(Default)]
pub(crate) struct Strikes {
    steps: Vec<Step>,
    forget: f64,
    /// How many, and when the last was.
    people: HashMap<String, (usize, f64)>,
}

impl Strikes {
    /// Sets the steps; a wrong one is logged and left out.
    pub(crate) fn set_steps(&mut self, steps: &[String], forget_minutes: u32) {
        self.steps.clear();
        for text in steps {
            match Step::parse(text) {
                Some(step) => self.steps.push(step),
                None => warn!("the step `{text}` is left out; write `delete` or `timeout 60`"),
            }
        }
        self.forget = f64::from(forget_minutes) * 60_000.0;
    }

    /// Counts a strike; what follows from it. After the last step it stays at that.
    pub(crate) fn next(&mut self, login: &str, now: f64) -> Step {
        let forget = self.forget;
        if self.people.len() >= PURGE_AT {
            self.people.retain(|_, (_, last)| now - *last < forget);
        }
        let (strikes, last) = self.people.entry(login.to_lowercase()).or_insert((0, now));
        if now - *last >= forget {
            *strikes = 0;
        }
        let step = self.steps.get(*strikes).or(self.steps.last());
        *strikes += 1;
        *last = now;
        step.copied().unwrap_or(Step::Delete)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strikes(steps: &[&str]) -> Strikes {
        let mut strikes = Strikes::default();
        let steps: Vec<String> = steps.iter().map(ToString::to_string).collect();
        strikes.set_steps(&steps, 60);
        strikes
    }

    #[test]
    fn steps_go_up_and_stay_at_the_last() {
        let mut strikes = strikes(&["delete", "timeout 60", "timeout 600"]);
        let steps: Vec<_> = (0..4).map(|_| strikes.next("a", 0.0).to_string()).collect();
        assert_eq!(
            steps,
            ["delete", "timeout 60", "timeout 600", "timeout 600"]
        );
        assert_eq!(strikes.next("b", 0.0), Step::Delete);
    }

    #[test]
    fn an_hour_without_offence_is_forgiven() {
        let mut strikes = strikes(&["delete", "timeout 60"]);
        strikes.next("a", 0.0);
        assert_eq!(strikes.next("A", 3_599_999.0), Step::Timeout(60));
        assert_eq!(strikes.next("a", 7_199_999.0), Step::Delete);
    }

    #[test]
    fn wrong_steps_are_left_out_and_none_means_delete() {
        let mut strikes = strikes(&["ban", "timeout", "timeout 0", "timeout 9999999"]);
        assert_eq!(strikes.next("a", 0.0), Step::Delete);
    }
}
