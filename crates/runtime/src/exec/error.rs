use std::path::PathBuf;
use std::time::Duration;

use pato_packages::PackageError;

use crate::error::RuntimeError;

/// Why a program was not run, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// It is no WebAssembly.
    #[error(transparent)]
    Binary(#[from] PackageError),
    /// It does not compile, or this machine can't run it.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// It imports what nobody offers.
    #[error(
        "it imports what is not offered here: {}; {remedy}",
        .names.join(", ")
    )]
    UnknownImports {
        /// What, by name.
        names: Vec<String>,
        /// What to do.
        remedy: &'static str,
    },
    /// It imports something by the right name, in another shape.
    #[error("it does not fit the WASI that is offered here: {0}; build it against WASI 0.2")]
    Link(String),
    /// It is no command.
    #[error(
        "it is no command: it exports no {wanted}; {}",
        match .functions.is_empty() {
            true => "it exports no function either".to_owned(),
            false => format!("name one of its functions with --call: {}", .functions.join(", ")),
        }
    )]
    NoCommand {
        /// The export that a command has.
        wanted: &'static str,
        /// What could be called.
        functions: Vec<String>,
    },
    /// It has no such function.
    #[error(
        "it exports no function `{name}`{}",
        match (.nearest, .functions.as_slice()) {
            (Some(near), _) => format!("; did you mean `{near}`?"),
            (None, []) => "; it exports none at all".to_owned(),
            (None, functions) => format!("; it exports {}", functions.join(", ")),
        }
    )]
    UnknownFunction {
        /// As given.
        name: String,
        /// The one most like it.
        nearest: Option<String>,
        /// All there are.
        functions: Vec<String>,
    },
    /// It has several.
    #[error("several functions are called `{name}`: write one of {}", .functions.join(", "))]
    AmbiguousFunction {
        /// As given.
        name: String,
        /// Their full names.
        functions: Vec<String>,
    },
    /// Too few or too many arguments.
    #[error("`{function}` takes {wanted}, and {given} came")]
    ArgumentCount {
        /// The function.
        function: String,
        /// Its parameters, in words.
        wanted: String,
        /// How many arguments came.
        given: usize,
    },
    /// An argument of another type.
    #[error("argument `{given}` for `{parameter}`: {problem}")]
    Argument {
        /// The parameter's name and type.
        parameter: String,
        /// As given.
        given: String,
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// A type that has no text form.
    #[error("`{function}` can't be called from here: {problem}")]
    Uncallable {
        /// The function.
        function: String,
        /// Why.
        problem: String,
    },
    /// A folder can't be opened.
    #[error("can't open the folder {} for it: {source}", path.display())]
    Directory {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A core module with a network.
    #[error(
        "a core module knows no network, as WASI preview 1 has none: build it for wasm32-wasip2, or \
         leave --net out"
    )]
    NoNetwork,
    /// It ended by its own fault.
    #[error("it was stopped: {reason}")]
    Trapped {
        /// Why.
        reason: String,
        /// Where, as far as it has names.
        backtrace: Option<String>,
    },
    /// It ran too long.
    #[error("it was stopped: it did not end within {} s (--timeout)", limit.as_secs_f64())]
    OutOfTime {
        /// How long it may run.
        limit: Duration,
    },
    /// It did too much.
    #[error("it was stopped: it used up its fuel of {limit} (--fuel)")]
    OutOfFuel {
        /// How much it had.
        limit: u64,
    },
}
