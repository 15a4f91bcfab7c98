//! The configuration that holds for a command: all layers, its own options last.

use std::path::Path;

use anyhow::Context;
use pato_host::{DataDirectory, Layers, ObsSection};

use crate::arguments::RunOptions;

/// The layers around this process, and the options over them.
pub(crate) fn layers(directory: &DataDirectory, options: &RunOptions) -> anyhow::Result<Layers> {
    let folder = std::env::current_dir().context("can't tell in which folder this is")?;
    layers_in(&folder, directory, options)
}

/// The same as seen from another folder.
pub(crate) fn layers_in(
    folder: &Path,
    directory: &DataDirectory,
    options: &RunOptions,
) -> anyhow::Result<Layers> {
    let file = directory.configuration();
    let mut layers = Layers::read(&file, Some(folder), std::env::vars_os())?;
    apply(&mut layers, options);
    Ok(layers)
}

fn apply(layers: &mut Layers, options: &RunOptions) {
    if let Some(channel) = &options.twitch {
        layers.set(&["twitch", "channel"], channel.as_str(), "--twitch");
    }
    if let Some(server) = &options.twitch_server {
        layers.set(&["twitch", "server"], server.as_str(), "--twitch-server");
    }
    if let Some(url) = &options.obs {
        let first = toml::Table::from_iter([("url".to_owned(), url.as_str().into())]);
        let known = layers.get(&["obs"]).and_then(toml::Value::as_array);
        // The one without a name is called `obs`, and this is another address of it.
        let is_other = |obs: &&toml::Value| {
            let name = obs.get("name").and_then(toml::Value::as_str);
            name.is_some_and(|name| name != ObsSection::default().name)
        };
        let others = known.into_iter().flatten().filter(is_other).cloned();
        let all: Vec<_> = std::iter::once(toml::Value::Table(first))
            .chain(others)
            .collect();
        layers.set(&["obs"], all, "--obs");
    }
    if let Some(rate) = options.simulate {
        layers.set(&["simulator", "rate"], rate, "--simulate");
    }
    if let Some(seed) = options.seed {
        // The option takes no more than TOML can say.
        let seed = i64::try_from(seed).unwrap_or(i64::MAX);
        layers.set(&["simulator", "seed"], seed, "--seed");
    }
    if options.network {
        layers.set(&["network", "open"], true, "--network");
    }
    if let Some(address) = options.listen {
        layers.set(&["server", "address"], address.to_string(), "--listen");
    }
}
