//! Runs plugins: Wasmtime engine, compiled-code cache, one actor per plugin, limits, supervision, host functions.
