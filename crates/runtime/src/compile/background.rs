use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use rayon::{ThreadPool, ThreadPoolBuilder};
use thread_priority::ThreadPriority;

use super::{Program, Workshop};

/// Compiles anew, one component after the other, what the baseline compiler compiled.
///
/// It has one thread, of the lowest priority where the system has such, so that it takes no time from
/// a game or from plugins; it is there only while there is something to compile.
pub(super) struct Background {
    workshop: Arc<Workshop>,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    /// No more than are loaded: what is gone is taken out.
    waiting: VecDeque<Weak<Program>>,
    /// The compiler spreads its work over the pool in which it is called: this one, not the one that
    /// the first start of another plugin waits for.
    pool: Option<ThreadPool>,
    stopped: bool,
}

impl Background {
    pub(super) fn new(workshop: Arc<Workshop>) -> Self {
        Self {
            workshop,
            queue: Mutex::default(),
        }
    }

    /// Queues a component for better code.
    pub(super) fn add(self: &Arc<Self>, program: &Arc<Program>) {
        let mut queue = self.queue();
        if queue.stopped {
            return;
        }
        queue.waiting.retain(|other| other.strong_count() > 0);
        queue.waiting.push_back(Arc::downgrade(program));
        if queue.pool.is_some() {
            return;
        }
        let pool = ThreadPoolBuilder::new()
            .num_threads(1)
            .thread_name(|_| "pato-optimizer".into())
            .start_handler(|_| {
                if let Err(error) = ThreadPriority::Min.set_for_current() {
                    tracing::debug!(?error, "the compiler in the background has usual priority");
                }
            })
            .build();
        match pool {
            Ok(pool) => {
                let own = Arc::clone(self);
                pool.spawn(move || own.work());
                queue.pool = Some(pool);
            }
            // It runs on, only slower; the next one that is loaded tries again.
            Err(error) => tracing::warn!(%error, "no thread to compile plugins in the background"),
        }
    }

    /// Forgets what waits, and throws away what is being compiled.
    pub(super) fn stop(&self) {
        let mut queue = self.queue();
        queue.stopped = true;
        queue.waiting.clear();
    }

    fn work(&self) {
        while let Some(program) = self.next() {
            self.optimize(&program);
        }
    }

    /// The next one that is still loaded; without one the thread ends.
    fn next(&self) -> Option<Arc<Program>> {
        let mut queue = self.queue();
        while let Some(program) = queue.waiting.pop_front() {
            if let Some(program) = program.upgrade() {
                return Some(program);
            }
        }
        queue.pool = None;
        None
    }

    fn optimize(&self, program: &Program) {
        let Some(bytes) = program.bytes() else {
            return;
        };
        let plan = match self.workshop.optimized.compile(&bytes) {
            Ok(plan) => plan,
            Err(error) => {
                tracing::warn!(%error, "a plugin stays with the code of the baseline compiler");
                return program.leave();
            }
        };
        if self.queue().stopped {
            return;
        }
        self.workshop.keep(&program.hash, &plan);
        program.improve(plan);
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
