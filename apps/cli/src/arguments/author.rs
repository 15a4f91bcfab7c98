//! What authors do with their files; no host needs to run.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use pato_host::permissions::ByteSize;
use pato_host::runtime::exec::{DirectoryGrant, NetworkGrant};
use pato_packages::analysis::World;

use super::values::duration;

#[derive(Debug, Args)]
#[command(
    after_help = "The program gets what is granted here and nothing else: no file, no network, no \
                        environment.\n\nExit codes: that of the program; 134 if it trapped, 124 if it used \
                        up its time or fuel, 130 after Ctrl-C; 1 if it could not be run, or its function \
                        returned an error; 2 wrong usage."
)]
pub(crate) struct ExecOptions {
    /// A component, or a core module
    pub(crate) file: PathBuf,

    /// Call this exported function instead: NAME, INTERFACE.NAME or PACKAGE:PATH/INTERFACE@VERSION#NAME
    #[arg(long = "call", value_name = "FUNCTION")]
    pub(crate) function: Option<String>,

    /// Show it a folder of yours, under another path or the same; may be repeated
    #[arg(long = "dir", value_name = "HOST[::GUEST][:ro]", value_parser = directory)]
    pub(crate) directories: Vec<DirectoryGrant>,

    /// Set a variable of its environment; may be repeated
    #[arg(long = "env", value_name = "NAME=VALUE", value_parser = variable)]
    pub(crate) environment: Vec<(String, String)>,

    /// Let it connect to a server; may be repeated
    #[arg(long = "net", value_name = "HOST:PORT", value_parser = server)]
    pub(crate) network: Vec<NetworkGrant>,

    /// End it when it has done so much: about one for each instruction
    #[arg(long, value_name = "NUMBER")]
    pub(crate) fuel: Option<u64>,

    /// End it after this time, such as 5s or 2m
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) timeout: Option<Duration>,

    /// The most memory it can have, such as 64MiB [default: 4GiB]
    #[arg(long, value_name = "SIZE")]
    pub(crate) memory: Option<ByteSize>,

    /// The arguments of the program, or those of the function: texts, numbers, anything else in WAVE
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGS"
    )]
    pub(crate) arguments: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 it fits, 1 it does not, 2 wrong usage.")]
pub(crate) struct VerifyOptions {
    /// A .wasm file, or a folder with manifest.json and module.wasm
    pub(crate) file: PathBuf,

    /// It has to fit this world: plugin, command, library, core-command or core-library [default: any]
    #[arg(long, value_name = "WORLD")]
    pub(crate) world: Option<World>,
}

#[derive(Debug, Args)]
pub(crate) struct InspectOptions {
    /// A .wasm file, or a folder with manifest.json and module.wasm
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 all is as it was, 1 something differs or failed, 2 wrong usage."
)]
pub(crate) struct TestOptions {
    /// The plugin: a .wasm file with its manifest, or a folder with manifest.json and module.wasm
    pub(crate) file: PathBuf,

    /// The folder with the fixtures: NAME.jsonl, and beside each what the plugin did, NAME.snapshot.json
    #[arg(long, value_name = "FOLDER", default_value = "fixtures")]
    pub(crate) fixtures: PathBuf,

    /// Write down what it does now as what it has to do
    #[arg(long)]
    pub(crate) update: bool,
}

/// `HOST[::GUEST][:ro]`
fn directory(text: &str) -> Result<DirectoryGrant, String> {
    let (paths, read_only) = match text.strip_suffix(":ro") {
        Some(paths) => (paths, true),
        None => (text, false),
    };
    let (host, guest) = paths.split_once("::").unwrap_or((paths, paths));
    if host.is_empty() || guest.is_empty() {
        return Err(
            "write the folder, and the path that it gets: ./data::/data, or ./data::/data:ro"
                .into(),
        );
    }
    Ok(DirectoryGrant {
        host: host.into(),
        guest: guest.to_owned(),
        read_only,
    })
}

/// `NAME=VALUE`
fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".into()),
    }
}

/// `HOST:PORT`, where an address of IPv6 stands in brackets.
fn server(text: &str) -> Result<NetworkGrant, String> {
    let remedy = || "write a name or an address with a port: api.example.com:443, or [::1]:8080";
    let (host, port) = text.rsplit_once(':').ok_or_else(remedy)?;
    let port: u16 = port.parse().map_err(|_| remedy())?;
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let host = bare.unwrap_or(host);
    if host.is_empty() || port == 0 || (bare.is_none() && host.contains(':')) {
        return Err(remedy().into());
    }
    Ok(NetworkGrant {
        host: host.to_owned(),
        port,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_may_get_another_path_and_may_be_read_only() {
        let grant = |host: &str, guest: &str, read_only| DirectoryGrant {
            host: host.into(),
            guest: guest.to_owned(),
            read_only,
        };
        for (text, expected) in [
            (".", grant(".", ".", false)),
            ("./a::/b", grant("./a", "/b", false)),
            ("./a::/b:ro", grant("./a", "/b", true)),
            ("a:ro", grant("a", "a", true)),
            (r"C:\a::/b", grant(r"C:\a", "/b", false)),
        ] {
            assert_eq!(directory(text).unwrap(), expected, "{text}");
        }
        for wrong in ["", "::", "a::", "::b", ":ro"] {
            assert!(directory(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_server_has_a_name_and_a_port() {
        for (text, host, port) in [
            ("example.com:443", "example.com", 443),
            ("[::1]:8080", "::1", 8080),
            ("127.0.0.1:1", "127.0.0.1", 1),
        ] {
            let expected = NetworkGrant {
                host: host.to_owned(),
                port,
            };
            assert_eq!(server(text).unwrap(), expected, "{text}");
        }
        for wrong in [
            "",
            "example.com",
            ":443",
            "a:0",
            "a:70000",
            "::1:80",
            "[]:1",
        ] {
            assert!(server(wrong).is_err(), "{wrong}");
        }
        assert!(variable("A=b=c").is_ok_and(|(_, value)| value == "b=c"));
        assert!(variable("=b").is_err() && variable("A").is_err());
    }
}
