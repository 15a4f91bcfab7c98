//! Components: WASI 0.2, and functions of any type.

use pato_packages::is_offered_to_programs;
use wasmtime::Store;
use wasmtime::component::types::{self, ComponentItem};
use wasmtime::component::wasm_wave::wasm::{DisplayType, WasmType, WasmTypeKind};
use wasmtime::component::{Component, Func, Instance, Linker, Type, Val};

use super::function::{FunctionName, find, names, wrong_count};
use super::wasi::{self, Wasi};
use super::{ExecError, ExecOptions, Outcome, State, ended, fault, store};

/// What a command exports, but for the last number of its version.
const RUN: &str = "wasi:cli/run@0.2.";

type Own = State<Wasi>;

pub(super) async fn run(
    component: &Component,
    options: &ExecOptions,
) -> Result<Outcome, ExecError> {
    let functions = functions(component);
    let function = match &options.function {
        Some(text) => find(&functions, text)?,
        None => {
            let is_run = |known: &&FunctionName| {
                known.name == "run"
                    && matches!(&known.interface, Some(interface) if interface.starts_with(RUN))
            };
            let command = functions.iter().find(is_run);
            command.ok_or_else(|| ExecError::NoCommand {
                wanted: "`wasi:cli/run@0.2`",
                functions: names(&functions),
            })?
        }
    };
    let linker = link(component)?;
    let ready = linker
        .instantiate_pre(component)
        .map_err(|error| ExecError::Link(format!("{error:#}")))?;
    let mut store = store(component.engine(), Wasi::new(options)?, options)?;
    let instance = match ready.instantiate_async(&mut store).await {
        Ok(instance) => instance,
        Err(error) => return ended(Err(error), &store, options),
    };
    match options.function {
        None => command(&mut store, instance, function, options).await,
        Some(_) => call(&mut store, instance, function, options).await,
    }
}

fn functions(component: &Component) -> Vec<FunctionName> {
    let (ty, engine) = (component.component_type(), component.engine());
    let mut functions = Vec::new();
    for (name, export) in ty.exports(engine) {
        match export.ty {
            ComponentItem::ComponentFunc(_) => functions.push(FunctionName {
                interface: None,
                name: name.to_owned(),
            }),
            ComponentItem::ComponentInstance(instance) => {
                let of_instance = instance
                    .exports(engine)
                    .filter(|(_, export)| matches!(export.ty, ComponentItem::ComponentFunc(_)));
                functions.extend(of_instance.map(|(function, _)| FunctionName {
                    interface: Some(name.to_owned()),
                    name: function.to_owned(),
                }));
            }
            _ => {}
        }
    }
    functions
}

fn link(component: &Component) -> Result<Linker<Own>, ExecError> {
    let ty = component.component_type();
    let imports = ty.imports(component.engine()).map(|(name, _)| name);
    let unknown: Vec<_> = imports
        .filter(|name| !is_offered_to_programs(name))
        .collect();
    if !unknown.is_empty() {
        let of_plugins = |name: &&str| name.starts_with("pato:platform/");
        let remedy = match unknown.iter().any(of_plugins) {
            true => "it is a plugin: `pato plugin install` runs it, and `pato test` tests it",
            false => {
                "a component gets the packages cli, clocks, filesystem, io, random and sockets of WASI 0.2"
            }
        };
        return Err(ExecError::UnknownImports {
            names: unknown.into_iter().map(str::to_owned).collect(),
            remedy,
        });
    }
    let mut linker = Linker::new(component.engine());
    wasi::link(&mut linker).map_err(|error| ExecError::Link(format!("{error:#}")))?;
    Ok(linker)
}

fn export(store: &mut Store<Own>, instance: Instance, function: &FunctionName) -> Option<Func> {
    let interface = match &function.interface {
        Some(interface) => Some(instance.get_export_index(&mut *store, None, interface)?),
        None => None,
    };
    let index = instance.get_export_index(&mut *store, interface.as_ref(), &function.name)?;
    instance.get_func(store, index)
}

/// Runs `wasi:cli/run`.
async fn command(
    store: &mut Store<Own>,
    instance: Instance,
    run: &FunctionName,
    options: &ExecOptions,
) -> Result<Outcome, ExecError> {
    let of_another_shape = || ExecError::Link(format!("`{run}` is not of WASI's shape"));
    let function = export(store, instance, run).ok_or_else(of_another_shape)?;
    let function = function.typed::<(), (Result<(), ()>,)>(&*store);
    let function = function.map_err(|_| of_another_shape())?;
    let result = function.call_async(&mut *store, ()).await;
    let code = result.map(|(result,)| i32::from(result.is_err()));
    ended(code, store, options)
}

async fn call(
    store: &mut Store<Own>,
    instance: Instance,
    name: &FunctionName,
    options: &ExecOptions,
) -> Result<Outcome, ExecError> {
    let uncallable = |problem: String| ExecError::Uncallable {
        function: name.to_string(),
        problem,
    };
    let function = export(store, instance, name);
    let function = function.ok_or_else(|| uncallable("it is no function".into()))?;
    let ty = function.ty(&*store);
    let mut types = ty.params().map(|(_, ty)| ty).chain(ty.results());
    if !types.all(|ty| is_plain(&ty)) {
        let problem = "resources, streams, futures and maps have no text form";
        return Err(uncallable(problem.into()));
    }
    let arguments = arguments(name, &ty, &options.arguments)?;
    let mut results = vec![Val::Bool(false); ty.results().len()];
    let called = function.call_async(&mut *store, &arguments, &mut results);
    if let Err(error) = called.await {
        // A function may end the program as well.
        return match error.is::<wasmtime_wasi::I32Exit>() {
            true => ended(Err(error), store, options),
            false => Err(fault(&error, store, options)),
        };
    }
    let values: wasmtime::Result<Vec<_>> = results.iter().map(Val::to_wave).collect();
    Ok(Outcome::Returned {
        values: values
            .map_err(|error| uncallable(format!("its result can't be written down: {error:#}")))?,
        failed: matches!(results.as_slice(), [Val::Result(Err(_))]),
    })
}

fn arguments(
    name: &FunctionName,
    ty: &types::ComponentFunc,
    given: &[String],
) -> Result<Vec<Val>, ExecError> {
    let parameters: Vec<(String, Type)> = ty
        .params()
        .map(|(parameter, ty)| (format!("{parameter}: {}", DisplayType(&ty)), ty))
        .collect();
    if parameters.len() != given.len() {
        let parameters: Vec<_> = parameters.into_iter().map(|(shown, _)| shown).collect();
        return Err(wrong_count(&name.to_string(), &parameters, given.len()));
    }
    parameters
        .iter()
        .zip(given)
        .map(|((parameter, ty), text)| {
            argument(ty, text).map_err(|problem| ExecError::Argument {
                parameter: parameter.clone(),
                given: text.clone(),
                problem,
            })
        })
        .collect()
}

/// Whether every value of this type can be written down.
fn is_plain(ty: &Type) -> bool {
    let both = |(one, other): (Option<Type>, Option<Type>)| [one, other];
    ty.kind() != WasmTypeKind::Unsupported
        && ty.list_element_type().is_none_or(|ty| is_plain(&ty))
        && ty.option_some_type().is_none_or(|ty| is_plain(&ty))
        && ty.record_fields().all(|(_, ty)| is_plain(&ty))
        && ty.tuple_element_types().all(|ty| is_plain(&ty))
        && ty
            .variant_cases()
            .filter_map(|(_, ty)| ty)
            .all(|ty| is_plain(&ty))
        && ty
            .result_types()
            .map(both)
            .into_iter()
            .flatten()
            .flatten()
            .all(|ty| is_plain(&ty))
}

/// Reads an argument in WAVE. A text needs no quotes, for the shell has taken them off.
fn argument(ty: &Type, text: &str) -> Result<Val, String> {
    let mut characters = text.chars();
    match (ty, characters.next(), characters.next()) {
        (Type::String, first, _) if first != Some('"') => Ok(Val::String(text.to_owned())),
        (Type::Char, Some(only), None) => Ok(Val::Char(only)),
        _ => Val::from_wave(ty, text).map_err(|error| {
            let shape = DisplayType(ty);
            format!("{error:#}; write a {shape} in WAVE, such as `[1, 2]` or `{{name: \"Ronni\"}}`")
        }),
    }
}
