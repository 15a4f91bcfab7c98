//! Interactions that wait for an answer.
//!
//! Discord gives three seconds for the first answer, and 15 minutes for all
//! (<https://discord.com/developers/docs/interactions/receiving-and-responding>). Who is not answered in
//! time by a plugin is told to wait. The token that an answer needs stays in here.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pato_events::catalogue::discord::InteractionKind;
use tokio::sync::{Mutex as AsyncMutex, Notify};
use tokio::time::{Instant, sleep_until};

use super::lock;

/// After how long the person is told to wait. Leaves a second for the way to Discord.
pub(super) const ACKNOWLEDGE_AFTER: Duration = Duration::from_secs(2);

/// How long Discord takes answers.
const LASTS: Duration = Duration::from_secs(15 * 60);

/// How many are remembered.
const MOST: usize = 1_000;

/// One of them.
pub(super) struct Pending {
    pub(super) id: String,
    pub(super) token: String,
    pub(super) kind: InteractionKind,
    arrived: Instant,
    /// How far the answer has come. Held while an answer is on its way, so that two do not cross.
    pub(super) stage: AsyncMutex<Stage>,
}

/// How far the answer to an interaction has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nobody has answered.
    Open,
    /// The person was told to wait.
    Deferred,
    /// The person was answered; more can follow.
    Answered,
}

/// All of them.
#[derive(Default)]
pub(super) struct Interactions {
    /// Oldest first.
    pending: Mutex<VecDeque<Arc<Pending>>>,
    /// Those that nobody has looked after yet, oldest first.
    fresh: Mutex<VecDeque<Arc<Pending>>>,
    arrived: Notify,
}

impl Interactions {
    /// Takes one in. False if it is there already.
    pub(super) fn arrive(&self, id: &str, token: &str, kind: InteractionKind) -> bool {
        let now = Instant::now();
        let mut pending = lock(&self.pending);
        pending.retain(|pending| pending.arrived + LASTS > now);
        if pending.iter().any(|pending| pending.id == id) {
            return false;
        }
        let one = Arc::new(Pending {
            id: id.to_owned(),
            token: token.to_owned(),
            kind,
            arrived: now,
            stage: AsyncMutex::new(Stage::Open),
        });
        let mut fresh = lock(&self.fresh);
        for queue in [&mut *pending, &mut *fresh] {
            if queue.len() >= MOST {
                queue.pop_front();
            }
            queue.push_back(Arc::clone(&one));
        }
        self.arrived.notify_one();
        true
    }

    /// The one of that id, if it can still be answered.
    pub(super) fn get(&self, id: &str) -> Option<Arc<Pending>> {
        let now = Instant::now();
        let pending = lock(&self.pending);
        let found = pending.iter().find(|pending| pending.id == id);
        found.filter(|found| found.arrived + LASTS > now).cloned()
    }

    /// Waits until someone has to be told to wait. Each is returned once, answered or not.
    pub(super) async fn due(&self) -> Arc<Pending> {
        loop {
            let first = lock(&self.fresh).front().map(|first| first.arrived);
            match first {
                None => self.arrived.notified().await,
                Some(arrived) => {
                    sleep_until(arrived + ACKNOWLEDGE_AFTER).await;
                    let due = lock(&self.fresh).pop_front();
                    if let Some(due) = due {
                        return due;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMAND: InteractionKind = InteractionKind::Command;

    #[tokio::test(start_paused = true)]
    async fn each_comes_due_once_two_seconds_after_it_arrived() {
        let interactions = Interactions::default();
        let begin = Instant::now();
        let arrive = async {
            for id in ["1", "2", "3"] {
                assert!(interactions.arrive(id, "token", COMMAND));
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            assert!(
                !interactions.arrive("1", "token", COMMAND),
                "it comes twice"
            );
        };
        let due = async {
            for (id, after) in [("1", 2_000), ("2", 2_500), ("3", 3_000)] {
                assert_eq!(interactions.due().await.id, id);
                assert_eq!(begin.elapsed(), Duration::from_millis(after));
            }
        };
        tokio::join!(arrive, due);
        let more = tokio::time::timeout(Duration::from_secs(3_600), interactions.due());
        assert!(more.await.is_err(), "nothing more is due");
    }

    #[tokio::test(start_paused = true)]
    async fn one_is_forgotten_when_discord_takes_no_answer_any_more() {
        let interactions = Interactions::default();
        interactions.arrive("1", "token", COMMAND);
        tokio::time::advance(LASTS - Duration::from_secs(1)).await;
        assert!(interactions.get("1").is_some());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(interactions.get("1").is_none());
        assert!(interactions.arrive("2", "token", COMMAND));
        assert_eq!(lock(&interactions.pending).len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_of_them_stays_within_bounds() {
        let interactions = Interactions::default();
        for number in 0..3 * MOST {
            interactions.arrive(&number.to_string(), "token", COMMAND);
        }
        assert_eq!(lock(&interactions.pending).len(), MOST);
        assert_eq!(lock(&interactions.fresh).len(), MOST);
        assert!(interactions.get(&(3 * MOST - 1).to_string()).is_some());
    }
}
