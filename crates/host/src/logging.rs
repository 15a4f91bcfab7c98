use pato_vault::{RedactingWriter, Vault};
use tracing_subscriber::EnvFilter;

/// Lets everything that is logged go to the standard error output, through the redactor, whatever wrote
/// it. The environment variable `PATO_LOG` says what is logged.
pub fn log_to_standard_error(vault: &Vault) {
    let filter =
        EnvFilter::try_from_env("PATO_LOG").unwrap_or_else(|_| EnvFilter::new("warn,pato=info"));
    let vault = vault.clone();
    // Fails only if a subscriber is set already, which nothing else in a program of Pato's does.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never)
        .with_writer(move || RedactingWriter::new(anstream::stderr(), vault.redactor()))
        .with_target(false)
        .try_init();
}
