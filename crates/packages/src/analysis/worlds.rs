//! Which worlds a binary fits, and what it has to be granted there.

use std::fmt;
use std::str::FromStr;

use pato_permissions::{CONTRACT_VERSION, Manifest};
use serde::{Serialize, Serializer};

use crate::imports::is_offered_to_programs;
use crate::structure::BinaryKind;

/// The module that core modules import WASI preview 1 from.
const PREVIEW1: &str = "wasi_snapshot_preview1.";

/// What a command of WASI 0.2 exports, but for the last number of its version.
const RUN: &str = "wasi:cli/run@0.2.";

/// What a command of preview 1 exports.
const START: &str = "_start";

/// A world that a binary may fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum World {
    /// A plugin of Pato: a component with its manifest, whose signature, if it has one, holds.
    Plugin,
    /// A command of WASI 0.2.
    Command,
    /// A component that exports functions and needs WASI 0.2 at most.
    Library,
    /// A core module that is a command of WASI preview 1.
    CoreCommand,
    /// A core module that exports functions and needs WASI preview 1 at most.
    CoreLibrary,
}

impl World {
    /// All there are.
    pub const ALL: [Self; 5] = [
        Self::Plugin,
        Self::Command,
        Self::Library,
        Self::CoreCommand,
        Self::CoreLibrary,
    ];

    /// Its name, as one types it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plugin => "plugin",
            Self::Command => "command",
            Self::Library => "library",
            Self::CoreCommand => "core-command",
            Self::CoreLibrary => "core-library",
        }
    }

    /// What it is, in words.
    pub fn describe(self) -> String {
        match self {
            Self::Plugin => format!("a plugin: pato:platform/plugin@{CONTRACT_VERSION}"),
            Self::Command => "a command: wasi:cli/command@0.2, for `pato exec`".into(),
            Self::Library => "functions to call, for `pato exec --call`".into(),
            Self::CoreCommand => "a command: WASI preview 1, for `pato exec`".into(),
            Self::CoreLibrary => "functions to call: WASI preview 1, for `pato exec --call`".into(),
        }
    }
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for World {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|world| world.as_str() == text);
        known.ok_or_else(|| format!("there are {}", Self::ALL.map(Self::as_str).join(", ")))
    }
}

impl Serialize for World {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Whether a binary fits a world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorldFit {
    /// The world.
    pub world: World,
    /// Whether it does.
    pub fits: bool,
    /// Why not, and what to do.
    pub reason: Option<String>,
}

/// Something that has to be granted before it works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Need {
    /// The kind of permission, or the option of `pato exec`.
    pub grant: &'static str,
    /// The imports that say so.
    pub imports: Vec<String>,
    /// Whether the manifest asks for it; none for what is no plugin.
    pub requested: Option<bool>,
}

/// What is granted, and the beginnings of imports that have no use without.
type Grants = [(&'static str, &'static [&'static str])];

/// The kinds of permissions of plugins.
const OF_PLUGINS: &Grants = &[
    ("subscribe or publish", &["pato:platform/events@"]),
    ("call", &["pato:platform/services@"]),
    (
        "http",
        &["pato:platform/http@", "wasi:http/outgoing-handler@"],
    ),
    ("websocket", &["pato:platform/websocket@"]),
    ("storage", &["pato:platform/storage@"]),
    ("timers", &["pato:platform/timers@"]),
    ("show", &["pato:platform/ui@"]),
];

/// The options of `pato exec`.
const OF_PROGRAMS: &Grants = &[
    (
        "--dir",
        &[
            "wasi:filesystem/preopens@",
            "wasi_snapshot_preview1.path_open",
            "wasi_snapshot_preview1.fd_prestat_get",
        ],
    ),
    (
        "--env",
        &[
            "wasi:cli/environment@",
            "wasi_snapshot_preview1.environ_get",
        ],
    ),
    ("--net", &["wasi:sockets/tcp@", "wasi:sockets/udp@"]),
];

pub(super) fn needs(imports: &[String], manifest: Option<&Manifest>) -> Vec<Need> {
    let is_plugin = imports
        .iter()
        .any(|import| import.starts_with("pato:platform/"));
    let table = match is_plugin || manifest.is_some() {
        true => OF_PLUGINS,
        false => OF_PROGRAMS,
    };
    let need = |(grant, from): &(&'static str, &[&str])| {
        let wanted = |import: &&String| from.iter().any(|from| import.starts_with(from));
        let imports: Vec<_> = imports.iter().filter(wanted).cloned().collect();
        let requested = manifest.map(|manifest| {
            let mut requests = manifest.permissions.iter();
            requests.any(|request| {
                grant
                    .split(" or ")
                    .any(|kind| kind == request.permission.kind())
            })
        });
        (!imports.is_empty()).then_some(Need {
            grant,
            imports,
            requested,
        })
    };
    table.iter().filter_map(need).collect()
}

/// `plugin` is why it is no plugin that can be installed, if it is none.
pub(super) fn fits(
    kind: BinaryKind,
    imports: &[String],
    exports: &[String],
    has_functions: bool,
    plugin: Result<(), String>,
) -> Vec<WorldFit> {
    let is_served = |import: &&String| match kind {
        BinaryKind::Component => is_offered_to_programs(import),
        BinaryKind::Module => import.starts_with(PREVIEW1),
    };
    let foreign: Vec<_> = imports
        .iter()
        .filter(|import| !is_served(import))
        .map(String::as_str)
        .collect();
    let served = || match foreign.is_empty() {
        true => Ok(()),
        false => Err(format!("nobody serves its imports {}", foreign.join(", "))),
    };
    let either = |is_so: bool, reason: &str| match is_so {
        true => served(),
        false => Err(reason.to_owned()),
    };
    let (command, wanted, library) = match kind {
        BinaryKind::Component => (World::Command, RUN, World::Library),
        BinaryKind::Module => (World::CoreCommand, START, World::CoreLibrary),
    };
    let is_command = exports.iter().any(|export| export.starts_with(wanted));
    let no_command = format!("it exports no `{}`", wanted.trim_end_matches('.'));
    let fit = |world, result: Result<(), String>| WorldFit {
        world,
        fits: result.is_ok(),
        reason: result.err(),
    };
    vec![
        fit(World::Plugin, plugin),
        fit(command, either(is_command, &no_command)),
        fit(
            library,
            either(has_functions, "it exports no function to call"),
        ),
    ]
}
