use crate::destination::Destination;
use crate::secret::{MAX_SECRET_BYTES, MIN_SECRET_BYTES};

/// Why a secret was not taken in or not put out. No message holds any part of a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// No name for a secret.
    #[error(
        "`{name}` is no name for a secret: use 1 to 48 lower-case letters, digits, `-` and `_`, \
         and begin with a letter"
    )]
    Name {
        /// The text as given, cut if it is long.
        name: String,
    },
    /// Too few bytes to be blotted out without blotting out everything.
    #[error(
        "the secret `{name}` has fewer than {MIN_SECRET_BYTES} bytes, and hiding it would hide \
         ordinary words too: choose a longer one"
    )]
    TooShort {
        /// The name of the secret.
        name: String,
    },
    /// More bytes than any token or key has.
    #[error("the secret `{name}` has {length} bytes, and at most {MAX_SECRET_BYTES} are taken")]
    TooLong {
        /// The name of the secret.
        name: String,
        /// Its length in bytes.
        length: usize,
    },
    /// A secret that could never be sent anywhere.
    #[error("the secret `{name}` belongs to no host: name at least one, such as `api.example.com`")]
    NoHosts {
        /// The name of the secret.
        name: String,
    },
    /// No host with an optional port.
    #[error(
        "`{text}` is no host for a secret: write a name or address and a port, such as `api.example.com:443`"
    )]
    Host {
        /// The text as given, cut if it is long.
        text: String,
    },
    /// A placeholder that is not finished, or whose name cannot be one.
    #[error(
        "the placeholder at byte {position} is wrong: write `{{secret:NAME}}`, \
         or `{{{{secret:` for the text itself"
    )]
    Placeholder {
        /// Where it begins, in bytes from the beginning of the template.
        position: usize,
    },
    /// A secret that is not there.
    #[error("`{scope}` has no secret called `{name}`{hint}")]
    Unknown {
        /// Whose secrets were searched.
        scope: String,
        /// The name.
        name: String,
        /// What is there instead: `; it has …`, or that the user has to enter it.
        hint: String,
    },
    /// A secret that does not belong to where the request goes.
    #[error(
        "the secret `{name}` may not go to `{destination}`, it belongs to {}: \
         send the request there, or add `{destination}` to the secret's hosts", listed(.hosts)
    )]
    WrongHost {
        /// The name of the secret.
        name: String,
        /// Where it was to go.
        destination: Destination,
        /// Where it may go.
        hosts: Vec<Destination>,
    },
    /// A line break or another character that no header may hold.
    #[error(
        "the header's value holds a line break or another control character, in the template or in \
         the secret: remove it"
    )]
    Header,
    /// The operating system's keyring does not answer as it should.
    #[error(
        "the system's keyring can't be used ({reason}): unlock it or start one, or go on without \
         remembering the account"
    )]
    Keyring {
        /// What it says.
        reason: String,
    },
}

fn listed(hosts: &[Destination]) -> String {
    let hosts: Vec<String> = hosts.iter().map(|host| format!("`{host}`")).collect();
    hosts.join(", ")
}
