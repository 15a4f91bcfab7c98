//! The one place where the token of an account leaves the vault.

use pato_vault::{Destination, Outgoing, Vault};

use super::{TwitchLogin, TwitchServer};
use crate::reconnect::End;

/// The line that says who we are, with its end.
pub(super) fn pass(
    vault: &Vault,
    login: &TwitchLogin,
    server: &TwitchServer,
) -> Result<Outgoing, End> {
    let name = &login.secret;
    let plain = attach(
        vault,
        login,
        server,
        &format!("PASS oauth:{{secret:{name}}}\r\n"),
    )?;
    let line = if plain.as_wire_bytes().starts_with(b"PASS oauth:oauth:") {
        attach(vault, login, server, &format!("PASS {{secret:{name}}}\r\n"))?
    } else {
        plain
    };
    let visible = line.as_wire_bytes().strip_suffix(b"\r\n");
    if visible.is_some_and(|line| line.iter().all(|byte| (b' '..=b'~').contains(byte))) {
        return Ok(line);
    }
    let user = &login.user;
    Err(End::NeedsUser(format!(
        "the token of `{user}` holds a line end or another character that no token has; \
         copy it once more"
    )))
}

fn attach(
    vault: &Vault,
    login: &TwitchLogin,
    server: &TwitchServer,
    template: &str,
) -> Result<Outgoing, End> {
    let destination = Destination::new(&*server.host, server.port);
    let attached = vault.attach(&login.scope, template, &destination);
    attached.map_err(|error| {
        let user = &login.user;
        End::NeedsUser(format!("there is no token for `{user}`: {error}"))
    })
}
