use std::time::Duration;

use tokio::time::Instant;

/// For how long nothing more must be saved before a build begins: editors write several files at once, and
/// one in several steps.
const QUIET: Duration = Duration::from_millis(50);

/// How long a stream of saves is waited out at most, such as the checkout of another branch.
const LONGEST: Duration = Duration::from_millis(500);

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Build the project.
    Build,
    /// End the build under way, and say [`Cycle::built`] once it has ended.
    Cancel,
    /// Load what was built.
    Load,
}

/// Decides what a project's author gets: one build at a time, of what was saved last, and loaded only if
/// nothing was saved since.
///
/// It does nothing itself: whoever holds it tells what happens, and does the [`Step`] that is the answer.
#[derive(Debug)]
pub struct Cycle {
    phase: Phase,
    unbuilt: Option<Unbuilt>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Idle,
    Building,
    Cancelling,
    Loading,
}

/// What no build knows of yet.
#[derive(Debug, Clone, Copy)]
struct Unbuilt {
    /// When the first of it was saved.
    since: Instant,
    /// When it is to be built.
    at: Instant,
}

impl Cycle {
    /// Begins with a build, which is due at once.
    pub fn new() -> Self {
        let now = Instant::now();
        Self {
            phase: Phase::Idle,
            unbuilt: Some(Unbuilt {
                since: now,
                at: now,
            }),
        }
    }

    /// Waits until a build is due. It never ends while one is under way, something is being loaded, or
    /// nothing was saved. May be dropped and called again.
    pub async fn due(&mut self) -> Step {
        match (self.phase, self.unbuilt) {
            (Phase::Idle, Some(unbuilt)) => {
                tokio::time::sleep_until(unbuilt.at).await;
                self.unbuilt = None;
                self.phase = Phase::Building;
                Step::Build
            }
            _ => std::future::pending().await,
        }
    }

    /// Something was saved.
    pub fn saved(&mut self) -> Option<Step> {
        let now = Instant::now();
        let since = self.unbuilt.map_or(now, |unbuilt| unbuilt.since);
        self.unbuilt = Some(Unbuilt {
            since,
            at: (now + QUIET).min(since + LONGEST),
        });
        if self.phase != Phase::Building {
            return None;
        }
        self.phase = Phase::Cancelling;
        Some(Step::Cancel)
    }

    /// The build has ended, well or not.
    pub fn built(&mut self, succeeded: bool) -> Option<Step> {
        // One that ended before it was cancelled is out of date all the same.
        if self.phase == Phase::Building && succeeded {
            self.phase = Phase::Loading;
            return Some(Step::Load);
        }
        self.phase = Phase::Idle;
        None
    }

    /// What was built is loaded, or was refused.
    pub fn loaded(&mut self) {
        self.phase = Phase::Idle;
    }
}

impl Default for Cycle {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{advance, timeout};

    use super::*;

    const MOMENT: Duration = Duration::from_millis(10);
    const LONG: Duration = Duration::from_secs(3_600);

    /// A cycle whose first build is loaded.
    async fn settled() -> Cycle {
        let mut cycle = Cycle::new();
        assert_eq!(cycle.due().await, Step::Build);
        assert_eq!(cycle.built(true), Some(Step::Load));
        cycle.loaded();
        cycle
    }

    async fn is_due_within(cycle: &mut Cycle, time: Duration) -> bool {
        timeout(time, cycle.due()).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_build_begins_at_once_and_no_other_until_something_is_saved() {
        let start = Instant::now();
        let mut cycle = settled().await;
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert!(!is_due_within(&mut cycle, LONG).await);
        assert_eq!(cycle.saved(), None);
        assert!(is_due_within(&mut cycle, LONG).await);
    }

    #[tokio::test(start_paused = true)]
    async fn saves_close_together_are_one_build_after_the_last_of_them() {
        let mut cycle = settled().await;
        let start = Instant::now();
        for _ in 0..5 {
            assert_eq!(cycle.saved(), None);
            assert!(!is_due_within(&mut cycle, MOMENT).await);
        }
        cycle.saved();
        assert_eq!(cycle.due().await, Step::Build);
        assert_eq!(start.elapsed(), MOMENT * 5 + QUIET);
        cycle.built(true);
        cycle.loaded();
        assert!(!is_due_within(&mut cycle, LONG).await);
    }

    #[tokio::test(start_paused = true)]
    async fn saves_that_do_not_end_put_a_build_off_only_so_long() {
        let mut cycle = settled().await;
        let start = Instant::now();
        loop {
            cycle.saved();
            if is_due_within(&mut cycle, MOMENT).await {
                break;
            }
        }
        assert_eq!(start.elapsed(), LONGEST);
    }

    #[tokio::test(start_paused = true)]
    async fn a_save_during_a_build_ends_it_once_and_the_next_waits_for_its_end() {
        let mut cycle = settled().await;
        cycle.saved();
        cycle.due().await;
        assert_eq!(cycle.saved(), Some(Step::Cancel));
        assert_eq!(cycle.saved(), None);
        assert!(!is_due_within(&mut cycle, LONG).await);
        assert_eq!(cycle.built(false), None);
        assert_eq!(cycle.due().await, Step::Build);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_built_from_older_files_is_not_loaded() {
        let mut cycle = settled().await;
        cycle.saved();
        cycle.due().await;
        assert_eq!(cycle.saved(), Some(Step::Cancel));
        // It had ended when it was told to.
        assert_eq!(cycle.built(true), None);
        assert_eq!(cycle.due().await, Step::Build);
        assert_eq!(cycle.built(true), Some(Step::Load));
    }

    #[tokio::test(start_paused = true)]
    async fn a_build_that_failed_is_not_repeated_before_something_is_saved() {
        let mut cycle = Cycle::new();
        cycle.due().await;
        assert_eq!(cycle.built(false), None);
        assert!(!is_due_within(&mut cycle, LONG).await);
        cycle.saved();
        assert!(is_due_within(&mut cycle, QUIET).await);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_saved_while_a_plugin_is_loaded_is_built_after_it() {
        let mut cycle = settled().await;
        cycle.saved();
        cycle.due().await;
        assert_eq!(cycle.built(true), Some(Step::Load));
        assert_eq!(cycle.saved(), None);
        assert!(!is_due_within(&mut cycle, LONG).await);
        cycle.loaded();
        assert!(is_due_within(&mut cycle, MOMENT).await);
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_may_be_given_up_and_begun_again() {
        let mut cycle = settled().await;
        cycle.saved();
        assert!(!is_due_within(&mut cycle, QUIET / 2).await);
        advance(QUIET / 2).await;
        assert!(is_due_within(&mut cycle, Duration::ZERO).await);
    }
}
