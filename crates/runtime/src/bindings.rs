//! The contract in Rust, generated from `wit/`.

#![allow(missing_docs, reason = "generated; `wit/` holds the documentation")]

wasmtime::component::bindgen!({
    path: "../../wit",
    world: "pato:platform/plugin",
    ownership: Borrowing { duplicate_if_necessary: true },
    imports: {
        "pato:platform/services.call": async,
        "pato:platform/plugins.call": async,
        "pato:platform/storage.get": async,
        "pato:platform/storage.set": async,
        "pato:platform/storage.delete": async,
        "pato:platform/storage.keys": async,
        "pato:platform/storage.transact": async,
        "pato:platform/http.send": async,
    },
    exports: { default: async },
});
