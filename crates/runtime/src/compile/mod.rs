//! From a component to code that runs: quickly first, well later.
//!
//! What was never compiled here is compiled by the baseline compiler, which takes a fraction of the
//! time and makes slower code; the plugin starts with that. The optimising compiler then works in the
//! background, and the plugin's next start takes what it made: after a trap, after a stop, or in the
//! next run of the host, out of the cache. Where the baseline compiler can't (another processor, an
//! instruction that it does not know), the optimising one is waited for.

mod background;
mod cache;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};

use pato_packages::BinaryKind;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;
use tokio_util::task::TaskTracker;
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Module};

use self::background::Background;
pub(crate) use self::cache::{Artifact, CompiledCode, hexadecimal};
use crate::configuration::CacheConfiguration;
use crate::engine::Engines;
use crate::error::RuntimeError;
use crate::handlers::Plan;
use crate::host::{self, HostState};

/// Which compiler made the code that a plugin runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// The quick one: the plugin's first start did not wait for the other.
    Baseline,
    /// The optimising one.
    Optimized,
}

/// One compiler, with what its code is linked to.
struct Stage {
    tier: Tier,
    engine: Engine,
    linker: Linker<HostState>,
}

impl Stage {
    fn new(tier: Tier, engine: Engine) -> Result<Self, RuntimeError> {
        let mut linker = Linker::new(&engine);
        host::link(&mut linker).map_err(|error| RuntimeError::Engine(format!("{error:#}")))?;
        Ok(Self {
            tier,
            engine,
            linker,
        })
    }

    /// Compiles and links.
    fn compile(&self, bytes: &[u8]) -> Result<Plan, RuntimeError> {
        let component = compile_with(|| Component::from_binary(&self.engine, bytes))?;
        self.plan(&component)
    }

    fn plan(&self, component: &Component) -> Result<Plan, RuntimeError> {
        Plan::new(&self.linker, component, self.tier)
    }
}

/// Compiles a component or a core module.
pub(crate) fn compile_artifact(
    engine: &Engine,
    kind: BinaryKind,
    bytes: &[u8],
) -> Result<Artifact, RuntimeError> {
    compile_with(|| match kind {
        BinaryKind::Component => Component::from_binary(engine, bytes).map(Artifact::Component),
        BinaryKind::Module => Module::from_binary(engine, bytes).map(Artifact::Module),
    })
}

/// A compiler that panics has failed, like one that says so.
fn compile_with<T>(work: impl FnOnce() -> wasmtime::Result<T>) -> Result<T, RuntimeError> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(compiled)) => Ok(compiled),
        Ok(Err(error)) => Err(RuntimeError::Compile(format!("{error:#}"))),
        Err(_) => Err(RuntimeError::Compile("the compiler failed".into())),
    }
}

/// Both compilers and the cache, shared with the background.
struct Workshop {
    /// None where there is no baseline compiler, or it is not wanted.
    baseline: Option<Stage>,
    optimized: Stage,
    cache: Option<CompiledCode>,
}

impl Workshop {
    /// What the cache has, optimised if possible.
    fn cached(&self, hash: &str) -> Option<Plan> {
        let cache = self.cache.as_ref()?;
        let stages = [Some(&self.optimized), self.baseline.as_ref()];
        let mut stages = stages.into_iter().flatten();
        stages.find_map(|stage| match cache.load(&stage.engine, hash)? {
            Artifact::Component(component) => stage.plan(&component).ok(),
            Artifact::Module(_) => None,
        })
    }

    /// Code as soon as possible.
    fn compile(&self, bytes: &[u8]) -> Result<Plan, RuntimeError> {
        if let Some(stage) = &self.baseline {
            match stage.compile(bytes) {
                Ok(plan) => return Ok(plan),
                Err(error) => tracing::debug!(%error, "the baseline compiler gives up"),
            }
        }
        self.optimized.compile(bytes)
    }

    /// Writes code into the cache; optimised code takes the place of the other.
    fn keep(&self, hash: &str, plan: &Plan) {
        let Some(cache) = &self.cache else {
            return;
        };
        if let Err(error) = cache.save(&Artifact::Component(plan.component().clone()), hash) {
            // The plugin runs all the same; the next start compiles it again.
            tracing::warn!(%error, "compiled code was not kept");
            return;
        }
        if let (Tier::Optimized, Some(baseline)) = (plan.tier(), &self.baseline) {
            cache.remove(&baseline.engine, hash);
        }
    }
}

/// Compiles components, or takes them from the cache.
pub(crate) struct Compiler {
    workshop: Arc<Workshop>,
    background: Arc<Background>,
    /// Waits for files that are being written.
    tasks: TaskTracker,
    /// Components that are loaded now or being compiled, so that several plugins share them.
    loaded: Mutex<HashMap<String, Weak<OnceCell<Arc<Program>>>>>,
}

/// A component with the best code of it that there is.
struct Program {
    hash: String,
    plan: RwLock<Plan>,
    /// The component itself, as long as there may be better code.
    bytes: Mutex<Option<Arc<[u8]>>>,
}

impl Program {
    fn plan(&self) -> Plan {
        let plan = self.plan.read().unwrap_or_else(PoisonError::into_inner);
        plan.clone()
    }

    fn bytes(&self) -> Option<Arc<[u8]>> {
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        bytes.clone()
    }

    fn improve(&self, plan: Plan) {
        *self.plan.write().unwrap_or_else(PoisonError::into_inner) = plan;
        self.leave();
    }

    /// There will be no better code.
    fn leave(&self) {
        *self.bytes.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// A compiled component. While one is held, loading the same bytes again costs nothing.
#[derive(Clone)]
pub(crate) struct Code {
    program: Arc<Program>,
    _loaded: Arc<OnceCell<Arc<Program>>>,
}

impl Code {
    /// What the next start runs.
    pub(crate) fn plan(&self) -> Plan {
        self.program.plan()
    }
}

impl Compiler {
    pub(crate) fn new(
        engines: Engines,
        cache: Option<&CacheConfiguration>,
        tasks: TaskTracker,
    ) -> Result<Self, RuntimeError> {
        let baseline = engines.baseline;
        let baseline = baseline.map(|engine| Stage::new(Tier::Baseline, engine));
        let workshop = Arc::new(Workshop {
            baseline: baseline.transpose()?,
            optimized: Stage::new(Tier::Optimized, engines.optimized)?,
            cache: cache.map(CompiledCode::open).transpose()?,
        });
        Ok(Self {
            background: Arc::new(Background::new(Arc::clone(&workshop))),
            workshop,
            tasks,
            loaded: Mutex::default(),
        })
    }

    /// The compiled component. Compiling runs on a thread of its own; whoever asks for the same bytes
    /// meanwhile waits for that.
    pub(crate) async fn compile(&self, bytes: Arc<[u8]>) -> Result<Code, RuntimeError> {
        let hash = hexadecimal(&Sha256::digest(&bytes));
        let cell = {
            let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
            loaded.retain(|_, cell| cell.strong_count() > 0);
            let known = loaded.get(&hash).and_then(Weak::upgrade);
            known.unwrap_or_else(|| {
                let cell = Arc::new(OnceCell::new());
                loaded.insert(hash.clone(), Arc::downgrade(&cell));
                cell
            })
        };
        let program = cell
            .get_or_try_init(|| self.load_or_compile(hash, bytes))
            .await?;
        Ok(Code {
            program: Arc::clone(program),
            _loaded: Arc::clone(&cell),
        })
    }

    async fn load_or_compile(
        &self,
        hash: String,
        bytes: Arc<[u8]>,
    ) -> Result<Arc<Program>, RuntimeError> {
        let (workshop, component) = (Arc::clone(&self.workshop), Arc::clone(&bytes));
        let work = move || match workshop.cached(&hash) {
            Some(plan) => Ok((hash, plan, true)),
            None => Ok((hash, workshop.compile(&component)?, false)),
        };
        let done = tokio::task::spawn_blocking(work).await;
        let (hash, plan, cached) =
            done.unwrap_or_else(|error| Err(RuntimeError::Compile(error.to_string())))?;
        let better = plan.tier() == Tier::Baseline;
        let program = Arc::new(Program {
            hash,
            plan: RwLock::new(plan),
            bytes: Mutex::new(better.then_some(bytes)),
        });
        if better || !cached {
            self.finish(&program, cached);
        }
        Ok(program)
    }

    /// What the plugin's start need not wait for: the file, and better code.
    fn finish(&self, program: &Arc<Program>, cached: bool) {
        let (workshop, background) = (Arc::clone(&self.workshop), Arc::clone(&self.background));
        let program = Arc::clone(program);
        self.tasks.spawn_blocking(move || {
            let plan = program.plan();
            if !cached {
                workshop.keep(&program.hash, &plan);
            }
            // After that, so that the lesser code is never written when the better is there.
            if plan.tier() == Tier::Baseline {
                background.add(&program);
            }
        });
    }

    /// Gives up what is compiled in the background. What is being compiled now ends by itself, and is
    /// thrown away.
    pub(crate) fn stop(&self) {
        self.background.stop();
    }
}

impl Drop for Compiler {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(test)]
mod tests;
