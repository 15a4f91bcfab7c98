//! The code by which a device is paired.

use std::time::Duration;

use tokio::time::Instant;

/// No `0O`, `1IL`, `2Z`, `5S` and `B`, which one takes for another.
pub(super) const ALPHABET: &[u8] = b"346789ACDEFGHJKMNPQRTUVWXY";

/// How many characters a code has: 26^8 codes, of which five can be tried.
pub(super) const LENGTH: usize = 8;

/// How long a code counts.
pub(super) const LIFE: Duration = Duration::from_secs(120);

/// How often somebody may be wrong before there has to be a new code.
const TRIES: u32 = 5;

/// Why a code did not pair a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PairingError {
    /// There is none, it was used, or it is too old.
    #[error("no code counts now: make a new one in Pato's settings on the computer")]
    NoCode,
    /// It is another one.
    #[error("that is not the code; tries left: {left}")]
    Wrong {
        /// How many more may be wrong.
        left: u32,
    },
    /// It was the last try.
    #[error("that was wrong too often: make a new code in Pato's settings on the computer")]
    Spent,
}

/// At most one code, which pairs at most one device.
#[derive(Default)]
pub(super) struct Pairing(Option<Code>);

struct Code {
    text: String,
    made: Instant,
    left: u32,
}

impl Pairing {
    /// Makes a code count, in place of the one before.
    pub(super) fn begin(&mut self, text: String, now: Instant) {
        self.0 = Some(Code {
            text,
            made: now,
            left: TRIES,
        });
    }

    pub(super) fn cancel(&mut self) {
        self.0 = None;
    }

    /// The code that counts, and for how long it still does.
    pub(super) fn current(&self, now: Instant) -> Option<(&str, Duration)> {
        let code = self.0.as_ref()?;
        let left = LIFE.checked_sub(now.duration_since(code.made))?;
        (!left.is_zero()).then_some((&*code.text, left))
    }

    /// Uses the code up, if `given` is it. Small letters, spaces and hyphens are as good.
    pub(super) fn take(&mut self, given: &str, now: Instant) -> Result<(), PairingError> {
        let (text, _) = self.current(now).ok_or(PairingError::NoCode)?;
        let letters = given.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let given: String = letters.take(64).flat_map(char::to_uppercase).collect();
        if same(text, &given) {
            self.cancel();
            return Ok(());
        }
        let code = self.0.as_mut().ok_or(PairingError::NoCode)?;
        code.left = code.left.saturating_sub(1);
        match code.left {
            0 => {
                self.cancel();
                Err(PairingError::Spent)
            }
            left => Err(PairingError::Wrong { left }),
        }
    }
}

/// Compares in a time that does not tell how much was right.
fn same(own: &str, given: &str) -> bool {
    let (own, given) = (own.as_bytes(), given.as_bytes());
    let pairs = own.iter().zip(given);
    own.len() == given.len() && pairs.fold(0, |different, (a, b)| different | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_code(now: Instant) -> Pairing {
        let mut pairing = Pairing::default();
        pairing.begin("ACDE3467".into(), now);
        pairing
    }

    #[tokio::test(start_paused = true)]
    async fn a_code_pairs_once_however_it_is_typed() {
        let now = Instant::now();
        for typed in ["ACDE3467", "acde-3467", " Acde 3467 "] {
            let mut pairing = with_code(now);
            assert_eq!(pairing.take(typed, now), Ok(()), "{typed}");
            assert_eq!(pairing.take(typed, now), Err(PairingError::NoCode));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_code_counts_for_two_minutes() {
        let mut pairing = with_code(Instant::now());
        tokio::time::advance(Duration::from_secs(119)).await;
        let (_, left) = pairing.current(Instant::now()).unwrap();
        assert_eq!(left, Duration::from_secs(1));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(pairing.current(Instant::now()).is_none());
        let late = pairing.take("ACDE3467", Instant::now());
        assert_eq!(late, Err(PairingError::NoCode));
    }

    #[tokio::test(start_paused = true)]
    async fn after_five_wrong_tries_the_right_code_is_worth_nothing() {
        let now = Instant::now();
        let mut pairing = with_code(now);
        for left in (1..5).rev() {
            // What is longer, shorter or empty is as wrong as any.
            let given = "ACDE34677".repeat(left);
            let left = u32::try_from(left).unwrap();
            assert_eq!(pairing.take(&given, now), Err(PairingError::Wrong { left }));
        }
        assert_eq!(pairing.take("", now), Err(PairingError::Spent));
        assert_eq!(pairing.take("ACDE3467", now), Err(PairingError::NoCode));
        pairing.begin("ACDE3467".into(), now);
        assert_eq!(pairing.take("ACDE3467", now), Ok(()));
    }
}
