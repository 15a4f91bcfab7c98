use std::path::PathBuf;
use std::time::Duration;

use crate::configuration::CacheConfiguration;

/// What is run, and what it is given. By default a program has 4 GiB of memory and nothing else.
#[derive(Debug, Clone)]
pub struct ExecOptions {
    /// The exported function to call; none runs the program as a command.
    pub function: Option<String>,
    /// How the program is called in its arguments: usually the name of its file.
    pub name: String,
    /// The arguments of the command, or those of the function.
    pub arguments: Vec<String>,
    /// Its environment, as names and values.
    pub environment: Vec<(String, String)>,
    /// The folders that it sees.
    pub directories: Vec<DirectoryGrant>,
    /// The servers that it can connect to. Only components know a network.
    pub network: Vec<NetworkGrant>,
    /// How much it may do, in Wasmtime's fuel: about one for each instruction. None does not count.
    pub fuel: Option<u64>,
    /// How long it may run. Compiling does not count.
    pub time_limit: Option<Duration>,
    /// Linear memory in bytes, of all its memories together. Growing beyond it fails in the program.
    pub memory: u64,
    /// Where compiled code is kept; none compiles each time.
    pub cache: Option<CacheConfiguration>,
}

impl Default for ExecOptions {
    fn default() -> Self {
        Self {
            function: None,
            name: "program".into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            directories: Vec::new(),
            network: Vec::new(),
            fuel: None,
            time_limit: None,
            memory: 4 << 30,
            cache: None,
        }
    }
}

/// A folder that a program sees. Nothing outside of it can be reached, neither by `..` nor by a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryGrant {
    /// Where it is.
    pub host: PathBuf,
    /// Under which path the program finds it.
    pub guest: String,
    /// Whether the program may only read.
    pub read_only: bool,
}

/// A server that a program can connect to and send datagrams to. It can listen nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkGrant {
    /// Its name or address. The program can look up this name, and no other.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The command ended with this code.
    Exited(i32),
    /// The function returned.
    Returned {
        /// What: WebAssembly's own numbers for a core module, WAVE for a component.
        values: Vec<String>,
        /// Whether it is a `result`, and that is an error.
        failed: bool,
    },
}
