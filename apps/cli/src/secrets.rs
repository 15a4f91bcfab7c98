//! Passwords and tokens: asked for at the terminal without echo, or read from standard input. Never
//! arguments, which every program on the machine can read.

use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal, Read};

use anyhow::{Context, bail};
use pato_host::vault::Secret;
use zeroize::Zeroizing;

/// The most that is read from standard input.
const MAX_BYTES: u64 = 64 * 1024;

/// Where secrets come from.
pub(crate) enum Source {
    /// Asked for one by one.
    Terminal,
    /// Read at the start.
    Given(BTreeMap<String, Secret>),
    /// Nobody can be asked.
    None,
}

impl Source {
    /// Standard input if `from_stdin`, else the terminal if there is one.
    pub(crate) fn open(from_stdin: bool) -> anyhow::Result<Self> {
        if !from_stdin {
            let terminal = std::io::stdin().is_terminal();
            return Ok(if terminal { Self::Terminal } else { Self::None });
        }
        let mut text = Zeroizing::new(String::new());
        std::io::stdin()
            .take(MAX_BYTES)
            .read_to_string(&mut text)
            .context("can't read secrets from standard input")?;
        parse(&text).map(Self::Given)
    }

    /// The secret of that name; none if the user has none.
    pub(crate) fn take(&mut self, name: &str, prompt: &str) -> anyhow::Result<Option<Secret>> {
        match self {
            Self::Terminal => {
                let secret = rpassword::prompt_password(format!("{prompt}: "))?;
                Ok((!secret.is_empty()).then(|| Secret::new(secret)))
            }
            Self::Given(secrets) => Ok(secrets.remove(name)),
            Self::None => Ok(None),
        }
    }

    /// What was given and not taken.
    pub(crate) fn rest(self) -> BTreeMap<String, Secret> {
        match self {
            Self::Given(secrets) => secrets,
            Self::Terminal | Self::None => BTreeMap::new(),
        }
    }
}

/// One secret: asked for at the terminal without echo, or if there is none, the first line of standard
/// input.
pub(crate) fn ask(prompt: &str) -> anyhow::Result<Zeroizing<String>> {
    let secret = Zeroizing::new(if std::io::stdin().is_terminal() {
        rpassword::prompt_password(format!("{prompt}: "))?
    } else {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    });
    anyhow::ensure!(!secret.is_empty(), "nothing was given, so nothing is kept");
    Ok(secret)
}

fn parse(text: &str) -> anyhow::Result<BTreeMap<String, Secret>> {
    let mut secrets = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let Some((name, value)) = line.split_once('=') else {
            bail!(
                "line {} of the secrets on standard input is not NAME=VALUE",
                index + 1
            );
        };
        secrets.insert(name.trim().to_owned(), Secret::new(value.trim().to_owned()));
    }
    Ok(secrets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_lines_of_name_and_value() {
        let secrets = parse("twitch=oauth:a=b\n\n obs = x \n").unwrap();
        assert_eq!(secrets.keys().collect::<Vec<_>>(), ["obs", "twitch"]);
    }

    #[test]
    fn a_wrong_line_is_named_but_not_shown() {
        let message = parse("a=b\nverysecret").unwrap_err().to_string();
        assert!(
            message.contains("line 2") && !message.contains("verysecret"),
            "{message}"
        );
    }
}
