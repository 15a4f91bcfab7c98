//! One engine for each compiler, and the clock that lets them interrupt plugins.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use wasmtime::{
    Config, Engine, EngineWeak, InstanceAllocationStrategy, PoolingAllocationConfig, Strategy,
};

use crate::configuration::RuntimeConfiguration;
use crate::error::RuntimeError;

/// How often a running plugin is looked at: it yields, and is stopped if its time is up.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// How deep a plugin may call into itself, in bytes of stack.
const WASM_STACK: usize = 1 << 20;

/// The stack that a call runs on: the plugin's part, and room for host functions.
const CALL_STACK: usize = 2 << 20;

/// Core instances in one component: its own module, adapters, and what links them.
const CORE_INSTANCES: u32 = 64;

/// Memories in one component: its own, and those of modules that it brings along.
const MEMORIES: u32 = 4;

/// Tables in one component. Python's has one for each of its shared libraries.
const TABLES: u32 = 32;

/// The engines: code of one compiler runs only in its own.
pub(crate) struct Engines {
    /// That of the baseline compiler, where it is wanted and fit for use.
    pub(crate) baseline: Option<Engine>,
    /// That of the optimising compiler.
    pub(crate) optimized: Engine,
}

/// Builds the engines. Plugins live in pools that are reserved at once, so that starting one maps no
/// memory; where the system refuses so large a reservation, each start allocates for itself.
pub(crate) fn build(configuration: &RuntimeConfiguration) -> Result<Engines, RuntimeError> {
    let build = |strategy, pooled| Engine::new(&config(configuration, strategy, pooled));
    let pooled = build(Strategy::Cranelift, true).inspect_err(|error| {
        tracing::warn!(
            error = %format_args!("{error:#}"),
            "no address space for a pool of plugins; each start allocates for itself"
        );
    });
    let is_pooled = pooled.is_ok();
    let optimized = pooled
        .or_else(|_| build(Strategy::Cranelift, false))
        .map_err(|error| RuntimeError::Engine(format!("{error:#}")))?;
    // Elsewhere it is in development: <https://docs.wasmtime.dev/stability-platform-support.html>.
    let fit = cfg!(target_arch = "x86_64") && configuration.baseline;
    let baseline = fit.then(|| build(Strategy::Winch, is_pooled));
    let baseline = baseline.and_then(|engine| {
        engine
            .inspect_err(|error| {
                let error = format_args!("{error:#}");
                tracing::debug!(%error, "there is no baseline compiler here");
            })
            .ok()
    });
    Ok(Engines {
        baseline,
        optimized,
    })
}

fn config(configuration: &RuntimeConfiguration, strategy: Strategy, pooled: bool) -> Config {
    let mut config = Config::new();
    config
        .strategy(strategy)
        .epoch_interruption(true)
        .consume_fuel(configuration.count_instructions)
        .wasm_component_model(true)
        .memory_init_cow(true)
        .max_wasm_stack(WASM_STACK)
        .async_stack_size(CALL_STACK);
    if pooled {
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(configuration)));
    }
    config
}

fn pool(configuration: &RuntimeConfiguration) -> PoolingAllocationConfig {
    let plugins = configuration.max_plugins;
    let memory = usize::try_from(configuration.max_memory).unwrap_or(usize::MAX);
    let mut pool = PoolingAllocationConfig::new();
    // Most components have one memory, few tables and few core instances: the totals are for all
    // plugins together, and a single plugin may take more than its share of them. Where there are few
    // plugins, one that takes all that it may is not to want for it.
    pool.total_component_instances(plugins)
        .total_core_instances(plugins.saturating_mul(8).max(CORE_INSTANCES))
        .total_memories(plugins.saturating_add(plugins / 4).max(MEMORIES))
        .total_tables(plugins.saturating_mul(4).max(TABLES))
        .total_stacks(plugins)
        .max_core_instances_per_component(CORE_INSTANCES)
        .max_memories_per_component(MEMORIES)
        .max_tables_per_component(TABLES)
        .max_tables_per_module(4)
        .max_memory_size(memory)
        .table_elements(configuration.max_table_elements)
        // A stopped plugin's slot gives its pages back.
        .max_unused_warm_slots(16)
        .linear_memory_keep_resident(0)
        .table_keep_resident(0);
    pool
}

/// Advances the engines' epoch every [`TICK`], on a thread of its own: the executor's may all be busy
/// with plugins. It ends when dropped.
pub(crate) struct Ticker {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    pub(crate) fn start(engines: &Engines) -> Result<Self, RuntimeError> {
        let (stop, stopped) = mpsc::channel();
        let all = engines.baseline.iter().chain([&engines.optimized]);
        let engines: Vec<EngineWeak> = all.map(Engine::weak).collect();
        let thread = thread::Builder::new()
            .name("pato-epoch".into())
            .spawn(move || {
                while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                    let engines = engines.iter().filter_map(EngineWeak::upgrade);
                    engines.for_each(|engine| engine.increment_epoch());
                }
            })
            .map_err(|error| RuntimeError::Engine(format!("no thread for the ticker: {error}")))?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // The thread cannot panic, and there is nobody to tell if it did.
            let _ = thread.join();
        }
    }
}
