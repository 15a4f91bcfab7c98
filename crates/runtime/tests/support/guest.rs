use std::fmt::Write;

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// What all modules begin with: memory, the allocator that the host calls, and a place of zeros, which
/// as a result means success. Texts lie from 2,048 on, the heap from 16,384 on.
const PRELUDE: &str = r#"
    (memory (export "memory") 2)
    (global $heap (mut i32) (i32.const 16384))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
        (local $at i32)
        ;; The heap begins anew when it comes near its end: nothing is kept from one call to the next.
        (if (i32.gt_u (i32.add (global.get $heap) (local.get 3)) (i32.const 120000))
            (then (global.set $heap (i32.const 16384))))
        (local.set $at (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
        (global.set $heap (i32.add (local.get $at) (local.get 3)))
        (local.get $at))
"#;

/// A plugin in WebAssembly's text form. Handlers answer with the address of their result.
#[derive(Default)]
pub struct Guest {
    imports: Vec<&'static str>,
    exports: Vec<&'static str>,
    import_functions: String,
    functions: String,
    pub texts: Texts,
}

/// Texts in a guest's memory.
#[derive(Default)]
pub struct Texts {
    data: String,
    length: usize,
}

impl Texts {
    /// The instructions that push the address and length of a text.
    pub fn push(&mut self, text: &str) -> String {
        let at = 2048 + self.length;
        self.length += text.len();
        let escaped: String = text.bytes().map(|byte| format!("\\{byte:02x}")).collect();
        writeln!(self.data, "(data (i32.const {at}) \"{escaped}\")").unwrap();
        format!("(i32.const {at}) (i32.const {})", text.len())
    }
}

impl Guest {
    pub fn new() -> Self {
        Self::default()
    }

    /// Imports a host function under a name; its core signature is that of the canonical ABI.
    pub fn import(mut self, interface: &'static str, function: &str, signature: &str) -> Self {
        if !self.imports.contains(&interface) {
            self.imports.push(interface);
        }
        writeln!(
            self.import_functions,
            r#"(import "pato:platform/{interface}@0.1.0" "{function}" (func ${function} {signature}))"#
        )
        .unwrap();
        self
    }

    /// `$publish`, `$subscribe` and `$snapshot` of the bus.
    pub fn with_events(self) -> Self {
        self.import("events", "publish", "(param i32 i32 i32 i32 i32)")
            .import("events", "subscribe", "(param i32 i32 i32)")
    }

    /// Adds functions, globals and the like.
    pub fn define(mut self, text: &str) -> Self {
        self.functions.push_str(text);
        self
    }

    /// Exports `life-cycle`; `init` is a body that leaves the address of its result.
    pub fn life_cycle(mut self, init: &str, shutdown: &str) -> Self {
        self.exports.push("life-cycle");
        self.define(&format!(
            r#"(func (export "pato:platform/life-cycle@0.1.0#init") (result i32) {init})
            (func (export "pato:platform/life-cycle@0.1.0#shutdown") {shutdown})"#
        ))
    }

    /// Exports `life-cycle` with an `init` that subscribes to a pattern.
    pub fn subscribed_to(mut self, pattern: &str) -> Self {
        let pattern = self.texts.push(pattern);
        self.life_cycle(
            &format!("(call $subscribe {pattern} (i32.const 64)) (i32.const 1024)"),
            "",
        )
    }

    /// Exports `event-handler`. The body runs for each event, whose record is at `$event`.
    pub fn for_each_event(mut self, body: &str) -> Self {
        self.exports.push("event-handler");
        self.define(&format!(
            r#"(func (export "pato:platform/event-handler@0.1.0#handle-events")
                (param $event i32) (param $count i32) (result i32)
                (block $done (loop $next
                    (br_if $done (i32.eqz (local.get $count)))
                    {body}
                    (local.set $event (i32.add (local.get $event) (i32.const 72)))
                    (local.set $count (i32.sub (local.get $count) (i32.const 1)))
                    (br $next)))
                (i32.const 1024))
            (func (export "pato:platform/event-handler@0.1.0#lagged") (param $dropped i32)
                (call $on_lag (local.get $dropped)))"#
        ))
    }

    /// Does nothing about lost events.
    pub fn ignoring_lag(self) -> Self {
        self.define("(func $on_lag (param i32))")
    }

    /// Exports another handler.
    pub fn handler(mut self, interface: &'static str, function: &str, rest: &str) -> Self {
        self.exports.push(interface);
        self.define(&format!(
            r#"(func (export "pato:platform/{interface}@0.1.0#{function}") {rest})"#
        ))
    }

    /// Instructions that publish `{}` under a topic.
    pub fn publishing(&mut self, topic: &str) -> String {
        let (topic, data) = (self.texts.push(topic), self.texts.push("{}"));
        format!("(call $publish {topic} {data} (i32.const 64))")
    }

    /// The component.
    pub fn build(&self) -> Vec<u8> {
        let module = format!(
            "(module {} {PRELUDE} {} {})",
            self.import_functions, self.texts.data, self.functions
        );
        let mut module = wat::parse_str(&module).unwrap_or_else(|error| panic!("{error}"));
        let mut world = String::from("package test:guest;\nworld guest {\n");
        for import in &self.imports {
            writeln!(world, "import pato:platform/{import}@0.1.0;").unwrap();
        }
        for export in &self.exports {
            writeln!(world, "export pato:platform/{export}@0.1.0;").unwrap();
        }
        world.push('}');
        let mut resolve = Resolve::default();
        resolve.push_dir("../../wit").unwrap();
        let package = resolve.push_str("guest.wit", &world).unwrap();
        let world = resolve.select_world(&[package], Some("guest")).unwrap();
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
        ComponentEncoder::default()
            .module(&module)
            .unwrap()
            .validate(true)
            .encode()
            .unwrap_or_else(|error| panic!("{error:#}"))
    }
}
