use wasm_encoder::{
    CodeSection, Component, ComponentExportKind, ComponentExportSection, ComponentInstanceSection,
    CustomSection, DataSection, ExportKind, Function, FunctionSection, MemorySection, MemoryType,
    Module, ModuleSection, TypeSection,
};

/// The manifest of a plugin, whatever it does.
pub(crate) fn manifest(version: &str, publisher: Option<&str>) -> String {
    let mut text = format!(
        "id = \"alerts\"\nname = \"Alerts\"\nversion = \"{version}\"\napi_version = \"0.1\"\n"
    );
    if let Some(publisher) = publisher {
        text.push_str(&format!("publisher = \"{publisher}\"\n"));
    }
    text
}

/// A component with this manifest at its beginning and a module of about `size` bytes, half of which is
/// code and half is data.
pub(crate) fn component(manifest: &str, size: usize) -> Vec<u8> {
    /// Bytes of one function.
    const FUNCTION: usize = 800;
    let count = u32::try_from(size / 2 / FUNCTION).unwrap();
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    for number in 0..count {
        functions.function(0);
        let mut function = Function::new([]);
        for step in 0..FUNCTION / 8 {
            let value = i32::MAX - i32::try_from(number).unwrap() - i32::try_from(step).unwrap();
            function.instructions().i32_const(value).drop();
        }
        function.instructions().end();
        code.function(&function);
    }
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1024,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut exports = wasm_encoder::ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0);
    let mut data = DataSection::new();
    let noise = (0..size / 2).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8);
    data.active(0, &wasm_encoder::ConstExpr::i32_const(0), noise);
    let mut module = Module::new();
    module
        .section(&types)
        .section(&functions)
        .section(&memories)
        .section(&exports)
        .section(&code)
        .section(&data);

    let mut instances = ComponentInstanceSection::new();
    instances.export_items(Vec::<(&str, ComponentExportKind, u32)>::new());
    let mut handlers = ComponentExportSection::new();
    let handler = "pato:platform/life-cycle@0.1.0";
    handlers.export(handler, ComponentExportKind::Instance, 0, None);
    let mut component = Component::new();
    component
        .section(&CustomSection {
            name: "pato:manifest".into(),
            data: manifest.as_bytes().into(),
        })
        .section(&ModuleSection(&module))
        .section(&instances)
        .section(&handlers);
    component.finish()
}
