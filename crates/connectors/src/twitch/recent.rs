//! Remembers the last identifiers, to leave out what comes twice.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

/// The last identifiers, up to a number.
#[derive(Debug)]
pub(super) struct Recent {
    order: VecDeque<Arc<str>>,
    known: HashSet<Arc<str>>,
    capacity: usize,
}

impl Recent {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            order: VecDeque::with_capacity(capacity),
            known: HashSet::with_capacity(capacity),
            capacity,
        }
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        self.known.contains(id)
    }

    /// Whether `id` was not known; it is now.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        if self.known.contains(id) {
            return false;
        }
        if self.order.len() >= self.capacity
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        let id: Arc<str> = id.into();
        self.order.push_back(Arc::clone(&id));
        self.known.insert(id);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_forgets_the_oldest_and_stays_within_its_capacity() {
        let mut recent = Recent::new(3);
        assert!(recent.insert("a") && recent.insert("b") && recent.insert("c"));
        assert!(!recent.insert("a"));
        assert!(recent.insert("d"));
        assert!(!recent.contains("a") && recent.contains("b"));
        assert_eq!((recent.order.len(), recent.known.len()), (3, 3));
    }
}
