//! Which handlers a component has, and where they are.

use std::collections::HashMap;
use std::sync::Arc;

use wasmtime::Store;
use wasmtime::component::{Component, ComponentExportIndex, Func, Instance, InstancePre, Linker};

use crate::bindings::exports::pato::platform::{
    command_handler, event_handler, life_cycle, migration, settings_handler, timer_handler,
    ui_handler, websocket_handler,
};
use crate::calls::{self, Interfaces};
use crate::compile::Tier;
use crate::error::RuntimeError;
use crate::host::{HandlersPresent, HostState};

/// A component that is linked and ready to be instantiated, again and again.
#[derive(Clone)]
pub(crate) struct Plan {
    pre: InstancePre<HostState>,
    indices: Arc<Indices>,
    interfaces: Arc<Interfaces>,
    tier: Tier,
}

struct Indices {
    life_cycle: Option<life_cycle::GuestIndices>,
    migration: Option<migration::GuestIndices>,
    events: Option<event_handler::GuestIndices>,
    commands: Option<command_handler::GuestIndices>,
    timers: Option<timer_handler::GuestIndices>,
    websockets: Option<websocket_handler::GuestIndices>,
    settings: Option<settings_handler::GuestIndices>,
    ui: Option<ui_handler::GuestIndices>,
    /// Of the functions that other plugins call, by their symbols.
    functions: HashMap<String, ComponentExportIndex>,
}

/// The handlers of one instance; those that the plugin does not have are none.
pub(crate) struct Handlers {
    pub(crate) life_cycle: Option<life_cycle::Guest>,
    pub(crate) migration: Option<migration::Guest>,
    pub(crate) events: Option<event_handler::Guest>,
    pub(crate) commands: Option<command_handler::Guest>,
    pub(crate) timers: Option<timer_handler::Guest>,
    pub(crate) websockets: Option<websocket_handler::Guest>,
    pub(crate) settings: Option<settings_handler::Guest>,
    pub(crate) ui: Option<ui_handler::Guest>,
    indices: Arc<Indices>,
    instance: Instance,
}

impl Plan {
    pub(crate) fn new(
        linker: &Linker<HostState>,
        component: &Component,
        tier: Tier,
    ) -> Result<Self, RuntimeError> {
        let interfaces = Interfaces::of(component)?;
        let mut with_plugins;
        let linker = match interfaces.imports.as_slice() {
            [] => linker,
            imports => {
                with_plugins = linker.clone();
                calls::link(&mut with_plugins, imports)?;
                &with_plugins
            }
        };
        let pre = linker
            .instantiate_pre(component)
            .map_err(|error| RuntimeError::Link(format!("{error:#}")))?;
        macro_rules! find {
            ($handler:ident, $name:literal) => {
                component
                    .get_export_index(None, concat!("pato:platform/", $name, "@0.1.0"))
                    .map(|_| $handler::GuestIndices::new(&pre))
                    .transpose()
                    .map_err(|error| RuntimeError::Handlers(format!("{error:#}")))?
            };
        }
        let indices = Indices {
            life_cycle: find!(life_cycle, "life-cycle"),
            migration: find!(migration, "migration"),
            events: find!(event_handler, "event-handler"),
            commands: find!(command_handler, "command-handler"),
            timers: find!(timer_handler, "timer-handler"),
            websockets: find!(websocket_handler, "websocket-handler"),
            settings: find!(settings_handler, "settings-handler"),
            ui: find!(ui_handler, "ui-handler"),
            functions: functions(component, &interfaces),
        };
        Ok(Self {
            pre,
            indices: Arc::new(indices),
            interfaces: Arc::new(interfaces),
            tier,
        })
    }

    pub(crate) fn present(&self) -> HandlersPresent {
        HandlersPresent {
            events: self.indices.events.is_some(),
            timers: self.indices.timers.is_some(),
            websockets: self.indices.websockets.is_some(),
        }
    }

    /// What it offers to other plugins, and wants of them.
    pub(crate) fn interfaces(&self) -> &Arc<Interfaces> {
        &self.interfaces
    }

    pub(crate) fn component(&self) -> &Component {
        self.pre.component()
    }

    /// Which compiler made it.
    pub(crate) fn tier(&self) -> Tier {
        self.tier
    }

    pub(crate) fn engine(&self) -> &wasmtime::Engine {
        self.pre.engine()
    }

    pub(crate) async fn instantiate(
        &self,
        store: &mut Store<HostState>,
    ) -> wasmtime::Result<Handlers> {
        let instance = self.pre.instantiate_async(&mut *store).await?;
        self.indices.load(store, instance)
    }
}

impl Indices {
    fn load(
        self: &Arc<Self>,
        store: &mut Store<HostState>,
        instance: Instance,
    ) -> wasmtime::Result<Handlers> {
        macro_rules! load {
            ($handler:ident) => {
                match &self.$handler {
                    Some(indices) => Some(indices.load(&mut *store, &instance)?),
                    None => None,
                }
            };
        }
        Ok(Handlers {
            life_cycle: load!(life_cycle),
            migration: load!(migration),
            events: load!(events),
            commands: load!(commands),
            timers: load!(timers),
            websockets: load!(websockets),
            settings: load!(settings),
            ui: load!(ui),
            indices: Arc::clone(self),
            instance,
        })
    }
}

impl Handlers {
    /// A function that other plugins call.
    pub(crate) fn function(&self, store: &mut Store<HostState>, symbol: &str) -> Option<Func> {
        let index = self.indices.functions.get(symbol)?;
        self.instance.get_func(store, index)
    }
}

fn functions(
    component: &Component,
    interfaces: &Interfaces,
) -> HashMap<String, ComponentExportIndex> {
    let mut functions = HashMap::new();
    for interface in &interfaces.exports {
        let Some(instance) = component.get_export_index(None, interface.name.as_str()) else {
            continue;
        };
        for function in interface.functions.keys() {
            if let Some(index) = component.get_export_index(Some(&instance), function) {
                functions.insert(interface.symbol(function), index);
            }
        }
    }
    functions
}
