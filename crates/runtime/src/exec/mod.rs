//! Runs one program to its end: a WASI command, or a function of a component or core module.
//!
//! That is what `pato exec` does, apart from any host: the program is not a plugin, and gets nothing that
//! plugins get. It sees what [`ExecOptions`] grants, and by default that is standard input and output alone.
//! It has an engine of its own, since a host's is made for many small guests.
//!
//! What runs is on a task of its own and yields every 10 ms, so that it can be ended wherever it is: by the
//! time limit, or by dropping the future of [`execute`].

mod component;
mod error;
mod function;
mod module;
mod options;
mod wasi;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use pato_packages::BinaryKind;
use sha2::{Digest, Sha256};
use tokio_util::task::AbortOnDropHandle;
use wasmtime::{Config, Engine, Store, UpdateDeadline};
use wasmtime_wasi::I32Exit;

pub use self::error::ExecError;
pub use self::options::{DirectoryGrant, ExecOptions, NetworkGrant, Outcome};

use crate::compile::{Artifact, CompiledCode, compile_artifact, hexadecimal};
use crate::engine::{Engines, Ticker};
use crate::error::RuntimeError;
use crate::instance::why;
use crate::memory::{MemoryLimiter, MemoryUsage};

/// How deep a program may call into itself, in bytes of stack: what the main thread of a native program
/// usually has.
const WASM_STACK: usize = 8 << 20;

/// The stack that a call runs on: the program's part, and room for host functions.
const CALL_STACK: usize = 9 << 20;

/// Elements of each table. CPython's have some ten thousand.
const TABLE_ELEMENTS: u64 = 10_000_000;

/// Compiles a program, or takes it from the cache, runs it, and says how it ended.
///
/// # Errors
///
/// If it is no WebAssembly, imports what is not offered, has no such function, can't be granted what
/// `options` says, or was ended by a limit or its own fault.
pub async fn execute(bytes: Vec<u8>, options: ExecOptions) -> Result<Outcome, ExecError> {
    let kind = BinaryKind::of(&bytes)?;
    if kind == BinaryKind::Module && !options.network.is_empty() {
        return Err(ExecError::NoNetwork);
    }
    let engine = engine(options.fuel.is_some())?;
    let (compiling, cache) = (engine.clone(), options.cache.clone());
    let work = tokio::task::spawn_blocking(move || {
        let cache = cache.as_ref().map(CompiledCode::open).transpose()?;
        load(&compiling, cache.as_ref(), kind, &bytes)
    });
    let artifact = match work.await {
        Ok(loaded) => loaded?,
        Err(error) => return Err(RuntimeError::Compile(error.to_string()).into()),
    };
    let ticker = Ticker::start(&Engines {
        baseline: None,
        optimized: engine,
    })?;
    let time_limit = options.time_limit;
    let run = async move {
        // As long as it runs, so that it can be ended: also when nobody waits for it any more.
        let _ticker = ticker;
        match artifact {
            Artifact::Component(component) => component::run(&component, &options).await,
            Artifact::Module(module) => module::run(&module, &options).await,
        }
    };
    // On a thread of its own: one that a full pipe blocks keeps nobody from ending it.
    let task = AbortOnDropHandle::new(tokio::spawn(run));
    match within(time_limit, task).await? {
        Ok(outcome) => outcome,
        Err(error) => Err(ExecError::Trapped {
            reason: format!("the host failed: {error}"),
            backtrace: None,
        }),
    }
}

async fn within<T>(limit: Option<Duration>, work: impl Future<Output = T>) -> Result<T, ExecError> {
    match limit {
        None => Ok(work.await),
        Some(limit) => tokio::time::timeout(limit, work)
            .await
            .map_err(|_| ExecError::OutOfTime { limit }),
    }
}

fn engine(count_fuel: bool) -> Result<Engine, RuntimeError> {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .consume_fuel(count_fuel)
        .wasm_component_model(true)
        .memory_init_cow(true)
        .max_wasm_stack(WASM_STACK)
        .async_stack_size(CALL_STACK);
    Engine::new(&config).map_err(|error| RuntimeError::Engine(format!("{error:#}")))
}

/// Takes the compiled code from the cache, or compiles it into the cache.
fn load(
    engine: &Engine,
    cache: Option<&CompiledCode>,
    kind: BinaryKind,
    bytes: &[u8],
) -> Result<Artifact, RuntimeError> {
    let hash = hexadecimal(&Sha256::digest(bytes));
    if let Some(artifact) = cache.and_then(|cache| cache.load(engine, &hash)) {
        return Ok(artifact);
    }
    let artifact = compile_artifact(engine, kind, bytes)?;
    if let Some(cache) = cache
        && let Err(error) = cache.save(&artifact, &hash)
    {
        // The program runs all the same; the next start compiles it again.
        tracing::warn!(%error, "compiled code was not kept");
    }
    Ok(artifact)
}

/// What a program's Store holds: its view of WASI, and its limits.
struct State<W> {
    wasi: W,
    limiter: MemoryLimiter,
    memory: Arc<MemoryUsage>,
}

fn store<W: Send + 'static>(
    engine: &Engine,
    wasi: W,
    options: &ExecOptions,
) -> Result<Store<State<W>>, ExecError> {
    let memory = Arc::<MemoryUsage>::default();
    let limiter = MemoryLimiter::new(options.memory, TABLE_ELEMENTS, Arc::clone(&memory));
    let state = State {
        wasi,
        limiter,
        memory,
    };
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.limiter);
    store.epoch_deadline_callback(|_| Ok(UpdateDeadline::Yield(1)));
    store.set_epoch_deadline(1);
    if let Some(fuel) = options.fuel {
        let set = store.set_fuel(fuel);
        set.map_err(|error| RuntimeError::Engine(format!("{error:#}")))?;
    }
    Ok(store)
}

/// How the program ended: by itself, or for the reason given.
fn ended<W: 'static>(
    result: wasmtime::Result<i32>,
    store: &Store<State<W>>,
    options: &ExecOptions,
) -> Result<Outcome, ExecError> {
    match result {
        Ok(code) => Ok(Outcome::Exited(code)),
        Err(error) => match error.downcast_ref::<I32Exit>() {
            Some(I32Exit(code)) => Ok(Outcome::Exited(*code)),
            None => Err(fault(&error, store, options)),
        },
    }
}

/// Why the program was ended in the middle.
fn fault<W: 'static>(
    error: &wasmtime::Error,
    store: &Store<State<W>>,
    options: &ExecOptions,
) -> ExecError {
    if let (Some(wasmtime::Trap::OutOfFuel), Some(limit)) = (error.downcast_ref(), options.fuel) {
        return ExecError::OutOfFuel { limit };
    }
    let mut reason = why(error);
    let usage = &store.data().memory;
    if usage.at_limit.load(std::sync::atomic::Ordering::Relaxed) {
        let limit = options.memory;
        reason = format!("{reason} (it wanted more than its {limit} bytes of memory: --memory)");
    }
    let backtrace = error.downcast_ref::<wasmtime::WasmBacktrace>();
    ExecError::Trapped {
        reason,
        backtrace: backtrace.map(ToString::to_string),
    }
}
