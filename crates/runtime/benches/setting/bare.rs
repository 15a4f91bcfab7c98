use wasmtime::component::{Component, Func, InstancePre, Linker, ResourceTable, Val};
use wasmtime::{Engine, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use self::contract::exports::pato::platform::event_handler::{Guest, GuestIndices};
use self::contract::pato::platform::types::{EventFlags, EventParam};
use super::CHAT_LINE;

#[allow(missing_docs, reason = "generated")]
mod contract {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "pato:platform/plugin",
        ownership: Borrowing { duplicate_if_necessary: true },
        exports: { default: async },
    });
}

/// The plugin on Wasmtime alone: no limits, no epochs, no metrics, nothing to call.
pub struct Bare {
    store: Store<State>,
    handler: Guest,
}

struct State {
    wasi: WasiCtx,
    table: ResourceTable,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl Bare {
    /// Compiles and instantiates the component.
    pub async fn start(bytes: &[u8]) -> Self {
        let (before, mut store) = prepare(bytes);
        let instance = before.instantiate_async(&mut store).await.unwrap();
        let indices = GuestIndices::new(&before).unwrap();
        let handler = indices.load(&mut store, &instance).unwrap();
        Self { store, handler }
    }

    /// Hands over one event, as the runtime would.
    pub async fn call(&mut self) {
        let events = [EventParam {
            id: "12345",
            topic: "chat.message",
            source: "twitch",
            account: None,
            time: 0.0,
            cause: None,
            flags: EventFlags::empty(),
            data: CHAT_LINE,
        }];
        let call = self.handler.call_handle_events(&mut self.store, &events);
        call.await.unwrap().unwrap();
    }
}

/// A function of an interface, on Wasmtime alone.
pub struct BareFunction {
    store: Store<State>,
    function: Func,
}

impl BareFunction {
    /// Compiles and instantiates the component, and finds the function in the interface.
    pub async fn start(bytes: &[u8], (interface, function): (&str, &str)) -> Self {
        let (before, mut store) = prepare(bytes);
        let instance = before.instantiate_async(&mut store).await.unwrap();
        let interface = instance
            .get_export_index(&mut store, None, interface)
            .unwrap();
        let function = instance.get_export_index(&mut store, Some(&interface), function);
        let function = instance.get_func(&mut store, function.unwrap()).unwrap();
        Self { store, function }
    }

    /// Calls it.
    pub async fn call(&mut self, arguments: &[Val]) {
        let mut results = [Val::Bool(false)];
        let call = self
            .function
            .call_async(&mut self.store, arguments, &mut results);
        call.await.unwrap();
        assert!(matches!(results, [Val::Result(Ok(_))]));
    }
}

fn prepare(bytes: &[u8]) -> (InstancePre<State>, Store<State>) {
    let engine = Engine::default();
    let component = Component::new(&engine, bytes).unwrap();
    let mut linker = Linker::<State>::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
    linker.define_unknown_imports_as_traps(&component).unwrap();
    let state = State {
        wasi: WasiCtx::builder().build(),
        table: ResourceTable::new(),
    };
    let store = Store::new(&engine, state);
    (linker.instantiate_pre(&component).unwrap(), store)
}
