use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, Weak};

use pato_events::catalogue::host::{PluginDependency, PluginState};
use pato_permissions::{Allowed, PluginId};

use super::edges::{CallEdge, CalledFunction, Counts, Edge};
use super::{Interface, Signature};
use crate::handle::PluginHandle;
use crate::plugin::{Shared, lock};

/// The plugins that are loaded, by their ids, and which of them waits for which.
#[derive(Default)]
pub(crate) struct Plugins {
    loaded: Mutex<BTreeMap<PluginId, PluginHandle>>,
    waiting: Mutex<Vec<(Arc<Shared>, Arc<Shared>)>>,
}

/// While it is there, one plugin waits for another.
pub(crate) struct Waiting {
    plugins: Weak<Plugins>,
    caller: Arc<Shared>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(plugins) = self.plugins.upgrade() {
            lock(&plugins.waiting).retain(|(caller, _)| !Arc::ptr_eq(caller, &self.caller));
        }
    }
}

impl Plugins {
    pub(crate) fn loaded(&self) -> MutexGuard<'_, BTreeMap<PluginId, PluginHandle>> {
        lock(&self.loaded)
    }

    pub(crate) fn get(&self, id: &PluginId) -> Option<PluginHandle> {
        self.loaded().get(id).cloned()
    }

    /// Lets `caller` wait for `callee`, unless that one waits for `caller`, be it through others.
    ///
    /// # Errors
    ///
    /// The plugins that would wait for each other, in words.
    pub(crate) fn wait(
        self: &Arc<Self>,
        caller: &Arc<Shared>,
        callee: &Arc<Shared>,
    ) -> Result<Waiting, String> {
        let mut waiting = lock(&self.waiting);
        let mut chain = vec![caller.id.as_str()];
        let mut last = callee;
        loop {
            chain.push(last.id.as_str());
            if Arc::ptr_eq(last, caller) {
                return Err(format!(
                    "these would wait for each other for ever: {}; answer first, and call later",
                    chain.join(" -> ")
                ));
            }
            let next = waiting.iter().find(|(one, _)| Arc::ptr_eq(one, last));
            match next {
                Some((_, next)) => last = next,
                None => break,
            }
        }
        waiting.push((Arc::clone(caller), Arc::clone(callee)));
        Ok(Waiting {
            plugins: Arc::downgrade(self),
            caller: Arc::clone(caller),
        })
    }

    /// The plugin that serves a function of an import, and what that is called in it: the first by its id of
    /// those that run and that `caller` may call; else of those that it may call; else of all.
    ///
    /// # Errors
    ///
    /// Why there is none, in words.
    pub(crate) fn provider(
        &self,
        caller: &Shared,
        interface: &Interface,
        function: &str,
    ) -> Result<(PluginHandle, String), String> {
        let wanted = interface.functions.get(function);
        let allowed = caller.allowed();
        let rank = |plugin: &PluginHandle| {
            let scope = format!("{}.{}", plugin.id(), interface.scope(function));
            let runs = plugin.state() == PluginState::Running;
            (allowed.check_plugin(&scope).is_err(), !runs)
        };
        let loaded = self.loaded();
        let serving = loaded.values().filter_map(|plugin| {
            let exports = &plugin.shared.interfaces;
            let (own, signature) = exports.export_for(&interface.name, function)?;
            let fits = wanted.is_some_and(|wanted| wanted.text == signature.text);
            (fits && plugin.id() != &caller.id).then(|| (plugin, own.symbol(function)))
        });
        match serving.min_by_key(|(plugin, _)| rank(plugin)) {
            Some((plugin, symbol)) => Ok((plugin.clone(), symbol)),
            None => Err(nobody(&loaded, caller, interface, function, wanted)),
        }
    }

    /// Tells of every plugin whose imports are served differently than when that was last told.
    pub(crate) fn tell_dependencies(&self) {
        let importing: Vec<_> = {
            let loaded = self.loaded();
            let imports = |plugin: &&PluginHandle| !plugin.shared.interfaces.imports.is_empty();
            loaded.values().filter(imports).cloned().collect()
        };
        for plugin in importing {
            let shared = &plugin.shared;
            shared.tell_dependencies(|| {
                let imports = shared.interfaces.imports.iter();
                imports
                    .map(|import| self.dependency(shared, import))
                    .collect()
            });
        }
    }

    /// Whether an import is served now, by whom, or why not.
    fn dependency(&self, caller: &Shared, interface: &Interface) -> PluginDependency {
        let mut answer = PluginDependency {
            interface: interface.name.as_str().to_owned(),
            provider: None,
            available: true,
            reason: None,
        };
        for function in interface.functions.keys() {
            match self.provider(caller, interface, function) {
                Ok((plugin, _)) => {
                    if plugin.state() != PluginState::Running || plugin.is_paused() {
                        answer.available = false;
                        answer.reason = Some(format!("`{}` does not run now", plugin.id()));
                    }
                    answer.provider = Some(plugin.id().to_string());
                }
                Err(reason) => {
                    answer.available = false;
                    answer.reason = Some(reason);
                    return answer;
                }
            }
        }
        answer
    }

    /// Who calls what in whom: all that plugins import of each other, and the commands that they called.
    pub(crate) fn edges(&self) -> Vec<CallEdge> {
        let loaded: Vec<_> = self.loaded().values().cloned().collect();
        let edges = loaded
            .iter()
            .flat_map(|plugin| self.edges_of(&plugin.shared));
        edges.collect()
    }

    fn edges_of(&self, caller: &Shared) -> Vec<CallEdge> {
        let mut counted = caller.edges.snapshot();
        for interface in &caller.interfaces.imports {
            for function in interface.functions.keys() {
                let provider = self.provider(caller, interface, function);
                let edge = Edge {
                    callee: provider.ok().map(|(plugin, _)| plugin.id().clone()),
                    interface: Some(interface.name.as_str().to_owned()),
                    function: function.clone(),
                };
                counted.entry(edge).or_default();
            }
        }
        let mut edges: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (edge, counts) in counted {
            let functions = edges.entry((edge.callee, edge.interface)).or_default();
            functions.push((edge.function, counts));
        }
        let allowed = caller.allowed();
        let edges = edges.into_iter().map(|((callee, interface), functions)| {
            let import = interface.as_ref().and_then(|name| {
                let mut imports = caller.interfaces.imports.iter();
                imports.find(|import| import.name.as_str() == name)
            });
            let dependency = import.map(|import| self.dependency(caller, import));
            let runs = |id: &PluginId| {
                self.get(id)
                    .is_some_and(|one| one.state() == PluginState::Running)
            };
            let functions = functions.into_iter().map(|(name, counts)| {
                let scope = callee.as_ref().map(|callee| match import {
                    Some(import) => format!("{callee}.{}", import.scope(&name)),
                    None => format!("{callee}.{name}"),
                });
                called(name, scope, &counts, &allowed)
            });
            CallEdge {
                caller: caller.id.to_string(),
                available: match &dependency {
                    Some(dependency) => dependency.available,
                    None => callee.as_ref().is_some_and(runs),
                },
                reason: dependency.and_then(|dependency| dependency.reason),
                functions: functions.collect(),
                callee: callee.map(|callee| callee.to_string()),
                interface,
            }
        });
        edges.collect()
    }
}

fn called(
    name: String,
    scope: Option<String>,
    counts: &Counts,
    allowed: &Allowed,
) -> CalledFunction {
    let checked = scope.as_ref().map(|scope| allowed.check_plugin(scope));
    CalledFunction {
        name,
        requested: match &checked {
            Some(Ok(())) => true,
            Some(Err(denial)) => denial.declared,
            None => false,
        },
        granted: matches!(checked, Some(Ok(()))),
        permission: scope.map(|scope| format!("plugin:{scope}")),
        calls: counts.calls,
        failures: counts.failures,
        last_failure: counts.last_failure.clone(),
    }
}

/// Why no plugin serves a function of an import: what comes nearest to it.
fn nobody(
    loaded: &BTreeMap<PluginId, PluginHandle>,
    caller: &Shared,
    interface: &Interface,
    function: &str,
    wanted: Option<&Signature>,
) -> String {
    let (name, wanted) = (
        interface.name.as_str(),
        wanted.map_or("", |wanted| &wanted.text),
    );
    let others = loaded.values().filter(|plugin| plugin.id() != &caller.id);
    let like = others.flat_map(|plugin| {
        let exports = plugin.shared.interfaces.exports.iter();
        let same = exports.filter(|own| own.name.path() == interface.name.path());
        same.map(move |own| (plugin.id(), own))
    });
    // One of the right version says more.
    let nearest = like.max_by_key(|(_, own)| own.name.serves(&interface.name));
    match nearest {
        None => {
            format!("no plugin that is loaded offers `{name}`: install or enable one that does")
        }
        Some((id, own)) if !own.name.serves(&interface.name) => format!(
            "`{id}` offers `{}`, and `{name}` is asked for: update the one that is behind",
            own.name.as_str()
        ),
        Some((id, own)) => match own.functions.get(function) {
            None => format!(
                "`{}` of `{id}` has no `{function}`: update `{id}`",
                own.name.as_str()
            ),
            Some(offered) => format!(
                "`{function}` of `{id}` is `{}`, and `{}` calls it as `{wanted}`: build both from the \
                 same WIT",
                offered.text, caller.id
            ),
        },
    }
}
