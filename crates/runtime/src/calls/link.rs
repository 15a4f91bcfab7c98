use std::sync::Arc;

use wasmtime::component::Linker;

use super::Interface;
use crate::error::RuntimeError;
use crate::host::HostState;

/// Defines what a component imports of other plugins.
pub(crate) fn link(
    linker: &mut Linker<HostState>,
    imports: &[Arc<Interface>],
) -> Result<(), RuntimeError> {
    let mut imports = imports.iter();
    imports
        .try_for_each(|import| define(linker, import))
        .map_err(|error| RuntimeError::Link(format!("{error:#}")))
}

/// Has each function carry its arguments to whoever offers the interface when it is called.
fn define(linker: &mut Linker<HostState>, interface: &Arc<Interface>) -> wasmtime::Result<()> {
    let mut instance = linker.instance(interface.name.as_str())?;
    for name in interface.functions.keys() {
        let interface = Arc::clone(interface);
        let function: Arc<str> = name.as_str().into();
        instance.func_new_async(name, move |store, _, arguments, results| {
            let caller = store.data().calling();
            let (interface, function) = (Arc::clone(&interface), Arc::clone(&function));
            Box::new(async move {
                let answer = caller.call(&interface, &function, arguments).await;
                // There is one, else the signature would not have been taken.
                if let Some(result) = results.first_mut() {
                    *result = answer;
                }
                Ok(())
            })
        })?;
    }
    Ok(())
}
