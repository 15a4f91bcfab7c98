use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use wasmtime::ResourceLimiter;

/// Refuses memory beyond the limit, and counts what is used.
pub(crate) struct MemoryLimiter {
    memory: u64,
    table_elements: u64,
    usage: Arc<MemoryUsage>,
}

/// Linear memory of a plugin, in bytes, of all its memories together.
#[derive(Debug, Default)]
pub(crate) struct MemoryUsage {
    pub(crate) now: AtomicU64,
    pub(crate) peak: AtomicU64,
    /// How often it asked for more than it may have.
    pub(crate) refused: AtomicU64,
    /// Whether that happened in the present Store.
    pub(crate) at_limit: AtomicBool,
}

impl MemoryLimiter {
    pub(crate) fn new(memory: u64, table_elements: u64, usage: Arc<MemoryUsage>) -> Self {
        usage.now.store(0, Ordering::Relaxed);
        usage.at_limit.store(false, Ordering::Relaxed);
        Self {
            memory,
            table_elements,
            usage,
        }
    }
}

impl Drop for MemoryLimiter {
    fn drop(&mut self) {
        self.usage.now.store(0, Ordering::Relaxed);
    }
}

impl ResourceLimiter for MemoryLimiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current) as u64;
        let wanted = self.usage.now.load(Ordering::Relaxed).saturating_add(more);
        if wanted > self.memory {
            self.usage.refused.fetch_add(1, Ordering::Relaxed);
            self.usage.at_limit.store(true, Ordering::Relaxed);
            return Ok(false);
        }
        self.usage.now.store(wanted, Ordering::Relaxed);
        self.usage.peak.fetch_max(wanted, Ordering::Relaxed);
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired as u64 <= self.table_elements)
    }
}
