//! `pato key …`: the keys by which authors sign.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anstream::println;
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use owo_colors::OwoColorize;
use pato_packages::PublicKey;
use pato_packages::signing::{KeyPair, SecretKey};
use serde_json::json;
use zeroize::Zeroizing;

use crate::output::Output;

/// The largest file that is read as a key, in bytes.
const MAX_KEY_BYTES: u64 = 4096;

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key to sign your plugins with; a password protects it
    New(NewOptions),
    /// Show a public key, and the words by which people compare it
    Show(ShowOptions),
}

#[derive(Debug, Args)]
pub(crate) struct NewOptions {
    /// Where to write the secret key; the public one is written beside it, and ends in .pub
    #[arg(long, value_name = "FILE", default_value = "pato.key")]
    out: PathBuf,

    #[command(flatten)]
    password: PasswordOptions,
}

#[derive(Debug, Args)]
pub(crate) struct ShowOptions {
    /// A public key, or a secret one
    file: PathBuf,

    #[command(flatten)]
    password: PasswordOptions,
}

#[derive(Debug, Args)]
pub(crate) struct PasswordOptions {
    /// Read the key's password from standard input instead of asking
    #[arg(long)]
    password_stdin: bool,
}

/// `pato key …`
pub(crate) fn perform(command: KeyCommand, output: &Output) -> anyhow::Result<()> {
    match command {
        KeyCommand::New(options) => new(&options, output),
        KeyCommand::Show(options) => show(&options, output),
    }
}

/// Reads a secret key, and asks for its password if it has one.
pub(crate) fn read_secret(path: &Path, options: &PasswordOptions) -> anyhow::Result<SecretKey> {
    let text = read(path)?;
    let key = || -> anyhow::Result<SecretKey> {
        let password = match SecretKey::is_encrypted(&text)? {
            true => options.take("Password of the key", false)?,
            false => Zeroizing::default(),
        };
        Ok(SecretKey::read(&text, &password)?)
    };
    key().with_context(|| path.display().to_string())
}

fn new(options: &NewOptions, output: &Output) -> anyhow::Result<()> {
    let public_path = options.out.with_added_extension("pub");
    for path in [&options.out, &public_path] {
        if path.exists() {
            bail!(
                "{} is there already, and no key is ever overwritten: choose another --out",
                path.display()
            );
        }
    }
    let password = options.password.take("Password for the new key", true)?;
    if password.is_empty() {
        output.note(&format!(
            "{} without a password, whoever gets at the file can sign as you",
            "warning:".yellow().bold()
        ));
    }
    let pair = KeyPair::generate(&password)?;
    write_new(&options.out, &pair.secret_file, true)?;
    write_new(&public_path, &pair.public_file(), false)?;
    let result = json!({
        "secret_file": options.out,
        "public_file": public_path,
        "public_key": pair.public,
        "words": pair.public.words().join(" "),
    });
    output.result(&result, |_| {
        println!(
            "{} holds the secret key: keep it, and a copy of it.",
            options.out.display()
        );
        println!("{} holds the public key.", public_path.display());
        println!();
        introduce(&pair.public);
    })
}

fn show(options: &ShowOptions, output: &Output) -> anyhow::Result<()> {
    let key = match read(&options.file)?.parse::<PublicKey>() {
        Ok(public) => public,
        Err(_) => read_secret(&options.file, &options.password)?.public(),
    };
    let result = json!({ "public_key": key, "words": key.words().join(" ") });
    output.result(&result, |_| introduce(&key))
}

fn introduce(key: &PublicKey) {
    println!("Public key: {}", key.to_string().bold());
    println!("In words:   {}", key.words().join(" ").bold());
    println!();
    println!(
        "Write this into the pato.toml of your plugins, and sign them with `pato plugin sign`:"
    );
    println!();
    println!("publisher = \"{key}\"");
}

impl PasswordOptions {
    fn take(&self, prompt: &str, is_new: bool) -> anyhow::Result<Zeroizing<String>> {
        if self.password_stdin {
            let mut line = Zeroizing::new(String::new());
            std::io::stdin()
                .lock()
                .read_line(&mut line)
                .context("can't read the password")?;
            return Ok(Zeroizing::new(
                line.trim_end_matches(['\r', '\n']).to_owned(),
            ));
        }
        if !std::io::stdin().is_terminal() {
            bail!(
                "there is no terminal to ask for a password: give it on standard input, with --password-stdin"
            );
        }
        let password = Zeroizing::new(rpassword::prompt_password(format!("{prompt}: "))?);
        if is_new {
            let again = Zeroizing::new(rpassword::prompt_password("The same again: ")?);
            if *again != *password {
                bail!("these were two different passwords: nothing was written");
            }
        }
        Ok(password)
    }
}

fn read(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    let read = || -> anyhow::Result<String> {
        let size = fs::metadata(path)?.len();
        if size > MAX_KEY_BYTES {
            bail!("this is no key: it has {size} bytes");
        }
        Ok(fs::read_to_string(path)?)
    };
    let text = read().with_context(|| format!("can't read {}", path.display()))?;
    Ok(Zeroizing::new(text))
}

fn write_new(path: &Path, text: &str, is_secret: bool) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if is_secret {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = is_secret;
    let write = |mut file: File| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    let written = options.open(path).and_then(write);
    written.with_context(|| format!("can't write {}", path.display()))
}
