//! Who asks a connector next.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pato_runtime::ServiceError;
use tokio::sync::oneshot;

/// How many calls a connector works on at the same time.
const AT_ONCE: usize = 8;

/// How many calls of one caller may wait.
const WAITING: usize = 64;

/// What a caller with too many waiting calls is told to wait.
const PAUSE: Duration = Duration::from_secs(1);

/// Lets a few calls through at a time, and where more wait, one of each caller in turn: a plugin that
/// asks for much delays itself, and the others by one call each.
#[derive(Default)]
pub(crate) struct Turnstile {
    queue: Arc<Mutex<Queue>>,
}

#[derive(Default)]
struct Queue {
    inside: usize,
    /// Callers in the order of their turns, each with its calls in the order they came. None is empty.
    waiting: VecDeque<(String, VecDeque<oneshot::Sender<Pass>>)>,
}

/// The right to have one call worked on. Dropping it lets the next one in.
pub(crate) struct Pass {
    queue: Arc<Mutex<Queue>>,
}

impl Turnstile {
    /// Waits for its turn.
    ///
    /// # Errors
    ///
    /// If too many calls of that caller wait already.
    pub(crate) async fn enter(&self, caller: &str) -> Result<Pass, ServiceError> {
        let turn = {
            let mut queue = lock(&self.queue);
            if queue.inside < AT_ONCE {
                queue.inside += 1;
                return Ok(self.pass());
            }
            queue.wait(caller)?
        };
        // The other end is dropped only together with the queue.
        turn.await
            .map_err(|_| ServiceError::Unavailable("the connector was taken down".into()))
    }

    fn pass(&self) -> Pass {
        Pass {
            queue: Arc::clone(&self.queue),
        }
    }
}

impl Queue {
    fn wait(&mut self, caller: &str) -> Result<oneshot::Receiver<Pass>, ServiceError> {
        let (sender, receiver) = oneshot::channel();
        match self.waiting.iter_mut().find(|(known, _)| known == caller) {
            Some((_, calls)) => {
                calls.retain(|call| !call.is_closed());
                if calls.len() >= WAITING {
                    return Err(ServiceError::RateLimited(PAUSE));
                }
                calls.push_back(sender);
            }
            None => {
                let calls = VecDeque::from([sender]);
                self.waiting.push_back((caller.to_owned(), calls));
            }
        }
        Ok(receiver)
    }

    /// The next call in turn; none if none waits.
    fn next(&mut self) -> Option<oneshot::Sender<Pass>> {
        while let Some((caller, mut calls)) = self.waiting.pop_front() {
            let next = loop {
                match calls.pop_front() {
                    Some(call) if call.is_closed() => {}
                    next => break next,
                }
            };
            if !calls.is_empty() {
                self.waiting.push_back((caller, calls));
            }
            if next.is_some() {
                return next;
            }
        }
        None
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut queue = lock(&self.queue);
        let Some(next) = queue.next() else {
            queue.inside -= 1;
            return;
        };
        drop(queue);
        let pass = Pass {
            queue: Arc::clone(&self.queue),
        };
        // If nobody waits for it any more, it comes back, and being dropped lets the next one in.
        drop(next.send(pass));
    }
}

fn lock(queue: &Mutex<Queue>) -> MutexGuard<'_, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;

    /// Lets a caller ask so many times, and waits until all its calls wait; each tells its name when its
    /// turn has come, and ends.
    async fn ask(
        turnstile: &Arc<Turnstile>,
        caller: &str,
        times: usize,
        told: &mpsc::UnboundedSender<String>,
    ) {
        for _ in 0..times {
            let (turnstile, caller, told) =
                (Arc::clone(turnstile), caller.to_owned(), told.clone());
            tokio::spawn(async move {
                let pass = turnstile.enter(&caller).await.unwrap();
                told.send(caller).unwrap();
                drop(pass);
            });
        }
        let waiting = || {
            let queue = lock(&turnstile.queue);
            let calls = queue.waiting.iter().find(|(known, _)| known == caller);
            calls.map_or(0, |(_, calls)| calls.len())
        };
        while waiting() < times {
            tokio::task::yield_now().await;
        }
    }

    async fn full(turnstile: &Turnstile) -> Vec<Pass> {
        let mut passes = Vec::new();
        for _ in 0..AT_ONCE {
            passes.push(turnstile.enter("first").await.unwrap());
        }
        passes
    }

    #[tokio::test]
    async fn callers_take_turns_however_much_one_of_them_asks() {
        let turnstile = Arc::new(Turnstile::default());
        let passes = full(&turnstile).await;
        let (told, mut turns) = mpsc::unbounded_channel();
        ask(&turnstile, "greedy", 50, &told).await;
        ask(&turnstile, "modest", 2, &told).await;
        drop(passes);
        let mut order = Vec::new();
        for _ in 0..52 {
            order.push(turns.recv().await.unwrap());
        }
        let modest = order.iter().rposition(|caller| caller == "modest").unwrap();
        assert!(modest < AT_ONCE + 4, "{order:?}");
        // All is free again.
        assert_eq!(full(&turnstile).await.len(), AT_ONCE);
    }

    #[tokio::test]
    async fn who_asks_without_end_is_told_to_wait() {
        let turnstile = Arc::new(Turnstile::default());
        let _passes = full(&turnstile).await;
        let (told, _turns) = mpsc::unbounded_channel();
        ask(&turnstile, "greedy", WAITING, &told).await;
        let refused = turnstile.enter("greedy").await;
        assert!(matches!(refused, Err(ServiceError::RateLimited(PAUSE))));
        let other = tokio::time::timeout(Duration::from_millis(20), turnstile.enter("modest"));
        assert!(other.await.is_err(), "it waits, and is not refused");
    }

    #[tokio::test]
    async fn a_call_that_is_given_up_gives_its_turn_to_the_next() {
        let turnstile = Arc::new(Turnstile::default());
        let passes = full(&turnstile).await;
        let given_up = tokio::spawn({
            let turnstile = Arc::clone(&turnstile);
            async move { turnstile.enter("a").await.map(drop) }
        });
        while lock(&turnstile.queue).waiting.is_empty() {
            tokio::task::yield_now().await;
        }
        given_up.abort();
        let _ = given_up.await;
        let (told, mut turns) = mpsc::unbounded_channel();
        ask(&turnstile, "b", 1, &told).await;
        drop(passes);
        assert_eq!(turns.recv().await.unwrap(), "b");
        assert_eq!(full(&turnstile).await.len(), AT_ONCE);
    }
}
