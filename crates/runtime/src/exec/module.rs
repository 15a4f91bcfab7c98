//! Core modules: WASI preview 1, and functions of numbers.

use std::str::FromStr;

use wasmtime::{Linker, Module, Store, Val, ValType};
use wasmtime_wasi::p1::{self, WasiP1Ctx};

use super::function::{FunctionName, find, names, wrong_count};
use super::{ExecError, ExecOptions, Outcome, State, ended, fault, store, wasi};

/// What a command exports.
const START: &str = "_start";

/// What has to be called before any function of a module that is no command.
/// <https://github.com/WebAssembly/WASI/blob/main/legacy/application-abi.md>
const INITIALIZE: &str = "_initialize";

type Own = State<WasiP1Ctx>;

pub(super) async fn run(module: &Module, options: &ExecOptions) -> Result<Outcome, ExecError> {
    let function = match &options.function {
        Some(text) => Some(find(&functions(module), text)?.name.clone()),
        None => None,
    };
    if function.is_none() && module.get_export(START).is_none() {
        return Err(ExecError::NoCommand {
            wanted: "`_start`",
            functions: names(&functions(module)),
        });
    }
    let wasi = wasi::builder(options)?.build_p1();
    let mut store = store(module.engine(), wasi, options)?;
    let linker = link(module, &mut store)?;
    match function {
        None => {
            let result = start(&linker, module, &mut store, START).await;
            ended(result.map(|_| 0), &store, options)
        }
        Some(name) => call(&linker, module, &mut store, options, &name).await,
    }
}

fn functions(module: &Module) -> Vec<FunctionName> {
    let exports = module.exports();
    let functions = exports.filter(|export| export.ty().func().is_some());
    functions
        .map(|export| FunctionName {
            interface: None,
            name: export.name().to_owned(),
        })
        .collect()
}

fn link(module: &Module, store: &mut Store<Own>) -> Result<Linker<Own>, ExecError> {
    let mut linker = Linker::new(module.engine());
    p1::add_to_linker_async(&mut linker, |state: &mut Own| &mut state.wasi)
        .map_err(|error| ExecError::Link(format!("{error:#}")))?;
    let unknown: Vec<_> = module
        .imports()
        .filter(|import| linker.get_by_import(&mut *store, import).is_none())
        .map(|import| format!("{}.{}", import.module(), import.name()))
        .collect();
    match unknown.is_empty() {
        true => Ok(linker),
        false => Err(ExecError::UnknownImports {
            names: unknown,
            remedy: "a core module gets `wasi_snapshot_preview1` and nothing else",
        }),
    }
}

/// Instantiates, and calls an export that takes and returns nothing.
async fn start(
    linker: &Linker<Own>,
    module: &Module,
    store: &mut Store<Own>,
    name: &str,
) -> wasmtime::Result<wasmtime::Instance> {
    let instance = linker.instantiate_async(&mut *store, module).await?;
    if module.get_export(name).is_some() {
        let function = instance.get_typed_func::<(), ()>(&mut *store, name)?;
        function.call_async(&mut *store, ()).await?;
    }
    Ok(instance)
}

async fn call(
    linker: &Linker<Own>,
    module: &Module,
    store: &mut Store<Own>,
    options: &ExecOptions,
    name: &str,
) -> Result<Outcome, ExecError> {
    let arguments = arguments(module, name, &options.arguments)?;
    let called = async {
        let instance = start(linker, module, store, INITIALIZE).await?;
        let function = instance
            .get_func(&mut *store, name)
            .ok_or_else(|| wasmtime::Error::msg("the function is gone"))?;
        let mut results = vec![Val::I32(0); function.ty(&*store).results().len()];
        function
            .call_async(&mut *store, &arguments, &mut results)
            .await?;
        Ok::<_, wasmtime::Error>(results)
    };
    match called.await {
        Ok(results) => Ok(Outcome::Returned {
            values: results.iter().map(shown).collect(),
            failed: false,
        }),
        // A function may end the program as well.
        Err(error) if error.is::<wasmtime_wasi::I32Exit>() => ended(Err(error), store, options),
        Err(error) => Err(fault(&error, store, options)),
    }
}

fn arguments(module: &Module, name: &str, given: &[String]) -> Result<Vec<Val>, ExecError> {
    let ty = module.get_export(name).and_then(|ty| ty.func().cloned());
    let types: Vec<ValType> = ty.map(|ty| ty.params().collect()).unwrap_or_default();
    if types.len() != given.len() {
        let parameters: Vec<_> = types.iter().map(ToString::to_string).collect();
        return Err(wrong_count(name, &parameters, given.len()));
    }
    types
        .iter()
        .zip(given)
        .map(|(ty, text)| argument(name, ty, text))
        .collect()
}

fn argument(function: &str, ty: &ValType, text: &str) -> Result<Val, ExecError> {
    let value = match ty {
        // WebAssembly's integers have no sign; both readings of their bits are taken.
        ValType::I32 => integer::<i32, u32>(text, u32::cast_signed).map(Val::I32),
        ValType::I64 => integer::<i64, u64>(text, u64::cast_signed).map(Val::I64),
        ValType::F32 => text
            .parse()
            .ok()
            .map(|value: f32| Val::F32(value.to_bits())),
        ValType::F64 => text
            .parse()
            .ok()
            .map(|value: f64| Val::F64(value.to_bits())),
        other => {
            return Err(ExecError::Uncallable {
                function: function.to_owned(),
                problem: format!("{other} can't be written as an argument"),
            });
        }
    };
    value.ok_or_else(|| ExecError::Argument {
        parameter: ty.to_string(),
        given: text.to_owned(),
        problem: "write a number that fits".into(),
    })
}

fn integer<S: FromStr, U: FromStr>(text: &str, signed: fn(U) -> S) -> Option<S> {
    text.parse().ok().or_else(|| text.parse().ok().map(signed))
}

fn shown(value: &Val) -> String {
    match value {
        Val::I32(value) => value.to_string(),
        Val::I64(value) => value.to_string(),
        Val::F32(bits) => f32::from_bits(*bits).to_string(),
        Val::F64(bits) => f64::from_bits(*bits).to_string(),
        Val::V128(value) => format!("{:#034x}", value.as_u128()),
        other => format!("{other:?}"),
    }
}
