//! Changing the configuration while the host runs: the file keeps its comments and its order.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, value};
use utoipa::ToSchema;

use super::{Configuration, ConfigurationError};

/// What a page may set of a service. Other addresses of services are for tests, and for the file alone:
/// tokens go there.
const CHANGEABLE: [(&str, &[&str]); 4] = [
    ("twitch", &["channel", "client_id"]),
    (
        "discord",
        &["guild", "channels", "message_content", "members"],
    ),
    ("kick", &["channel", "client_id", "unofficial"]),
    ("vtube", &["url"]),
];

/// How services are set up, as far as a page may see and change it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct ServicesView {
    /// `channel` and `client_id`.
    pub twitch: TwitchView,
    /// `guild`, `channels`, `message_content` and `members`.
    pub discord: DiscordView,
    /// `channel`, `client_id` and `unofficial`.
    pub kick: KickView,
    /// `url`.
    pub vtube: VtubeView,
    /// Each OBS Studio.
    pub obs: Vec<ObsView>,
}

/// How Twitch is set up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct TwitchView {
    /// The channel that is read without an account.
    pub channel: Option<String>,
    /// The application that accounts are added with.
    pub client_id: Option<String>,
}

/// How Discord is set up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct DiscordView {
    /// The server; none means every one that the bot is in.
    pub guild: Option<String>,
    /// The channels whose messages are chat.
    pub channels: Vec<String>,
    /// Whether "Message Content Intent" is switched on at Discord.
    pub message_content: bool,
    /// Whether "Server Members Intent" is switched on at Discord.
    pub members: bool,
}

/// How Kick is set up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct KickView {
    /// The channel.
    pub channel: Option<String>,
    /// The application that the account is added with.
    pub client_id: Option<String>,
    /// Whether it is read without login, in a way that Kick promises nothing about.
    pub unofficial: bool,
}

/// How VTube Studio is set up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct VtubeView {
    /// Where it listens; none means to look for it.
    pub url: Option<String>,
}

/// How an OBS Studio is set up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct ObsView {
    /// What it is called.
    pub name: String,
    /// Where its WebSocket server listens.
    pub url: String,
    /// Whether Pato has its password now.
    pub has_password: bool,
}

impl Configuration {
    pub(crate) fn services(&self, has_password: impl Fn(&str) -> bool) -> ServicesView {
        ServicesView {
            twitch: TwitchView {
                channel: self.twitch.channel.clone(),
                client_id: self.twitch.client_id.clone(),
            },
            discord: DiscordView {
                guild: self.discord.guild.clone(),
                channels: self.discord.channels.clone(),
                message_content: self.discord.message_content,
                members: self.discord.members,
            },
            kick: KickView {
                channel: self.kick.channel.clone(),
                client_id: self.kick.client_id.clone(),
                unofficial: self.kick.unofficial,
            },
            vtube: VtubeView {
                url: self.vtube.url.as_ref().map(ToString::to_string),
            },
            obs: self
                .obs
                .iter()
                .map(|section| ObsView {
                    name: section.name.clone(),
                    url: section.url.to_string(),
                    has_password: has_password(&section.name),
                })
                .collect(),
        }
    }
}

/// The configuration file, opened to be changed.
pub(crate) struct ConfigurationFile<'a> {
    path: &'a Path,
    document: DocumentMut,
}

impl<'a> ConfigurationFile<'a> {
    /// Reads it; one that is not there is empty.
    pub(crate) fn open(path: &'a Path) -> Result<Self, ConfigurationError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(source) => return Err(failed(path, source)),
        };
        let document =
            text.parse()
                .map_err(|error: toml_edit::TomlError| ConfigurationError::Syntax {
                    path: path.to_owned(),
                    message: error.to_string(),
                })?;
        Ok(Self { path, document })
    }

    /// Sets keys of a service; `null` takes one away.
    pub(crate) fn set(
        &mut self,
        section: &str,
        values: &serde_json::Map<String, Value>,
    ) -> Result<(), ConfigurationError> {
        let known = CHANGEABLE.iter().find(|(name, _)| *name == section);
        let Some((name, keys)) = known else {
            return Err(refused(
                "section",
                section,
                "use twitch, discord, kick or vtube",
            ));
        };
        let table = self
            .document
            .entry(name)
            .or_insert(Item::Table(Table::new()));
        let Some(table) = table.as_table_like_mut() else {
            return Err(refused(
                "section",
                section,
                "make it a table in config.toml",
            ));
        };
        for (key, wanted) in values {
            if !keys.contains(&key.as_str()) {
                let remedy = format!("use {} of [{name}]", keys.join(", "));
                return Err(refused("key", key, &remedy));
            }
            match item(wanted) {
                Some(Some(item)) => drop(table.insert(key, item)),
                Some(None) => drop(table.remove(key)),
                None => {
                    return Err(refused(
                        "value",
                        &wanted.to_string(),
                        "use a text, a number, a yes or no, or a list of texts",
                    ));
                }
            }
        }
        Ok(())
    }

    /// Sets whether devices on the network can reach the host.
    pub(crate) fn set_network_open(&mut self, open: bool) -> Result<(), ConfigurationError> {
        let section = self
            .document
            .entry("network")
            .or_insert(Item::Table(Table::new()));
        let Some(table) = section.as_table_like_mut() else {
            return Err(refused(
                "section",
                "network",
                "make it a table in config.toml",
            ));
        };
        table.insert("open", value(open));
        Ok(())
    }

    /// Sets where the OBS of that name is; none takes it away.
    pub(crate) fn set_obs(
        &mut self,
        name: &str,
        url: Option<&str>,
    ) -> Result<(), ConfigurationError> {
        let list = self
            .document
            .entry("obs")
            .or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        let Some(list) = list.as_array_of_tables_mut() else {
            return Err(refused(
                "section",
                "obs",
                "write each as [[obs]] in config.toml",
            ));
        };
        // Without a name it is called `obs`.
        let is_it =
            |table: &Table| table.get("name").and_then(Item::as_str).unwrap_or("obs") == name;
        let Some(url) = url else {
            list.retain(|table| !is_it(table));
            return Ok(());
        };
        if let Some(table) = list.iter_mut().find(|table| is_it(table)) {
            table.insert("url", value(url));
            return Ok(());
        }
        let mut table = Table::new();
        table.insert("name", value(name));
        table.insert("url", value(url));
        list.push(table);
        Ok(())
    }

    /// What it says now, checked like any.
    pub(crate) fn read(&self) -> Result<Configuration, ConfigurationError> {
        let text = self.document.to_string();
        let configuration: Configuration =
            toml::from_str(&text).map_err(|error| ConfigurationError::Syntax {
                path: self.path.to_owned(),
                message: error.to_string(),
            })?;
        configuration.check()?;
        Ok(configuration)
    }

    /// Writes it: whole, or not at all.
    pub(crate) fn write(&self) -> Result<(), ConfigurationError> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let write = || {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(self.document.to_string().as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(self.path).map_err(|error| error.error)?;
            Ok(())
        };
        write().map_err(|source| failed(self.path, source))
    }
}

/// What JSON is in TOML: nothing for `null`, none for what a section has no use for.
fn item(wanted: &Value) -> Option<Option<Item>> {
    Some(match wanted {
        Value::Null => None,
        Value::Bool(yes) => Some(value(*yes)),
        Value::String(text) => Some(value(text)),
        Value::Number(number) => Some(value(number.as_i64()?)),
        Value::Array(texts) => {
            let texts = texts.iter().map(Value::as_str);
            Some(value(texts.collect::<Option<Array>>()?))
        }
        Value::Object(_) => return None,
    })
}

fn refused(name: &'static str, given: &str, remedy: &str) -> ConfigurationError {
    ConfigurationError::Value {
        name,
        value: given
            .chars()
            .take(80)
            .flat_map(char::escape_debug)
            .collect(),
        remedy: remedy.to_owned(),
    }
}

fn failed(path: &Path, source: io::Error) -> ConfigurationError {
    ConfigurationError::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn changed(before: &str, section: &str, values: &Value) -> Result<String, ConfigurationError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, before).unwrap();
        let mut file = ConfigurationFile::open(&path)?;
        file.set(section, values.as_object().unwrap())?;
        file.read()?;
        file.write()?;
        Ok(fs::read_to_string(&path).unwrap())
    }

    #[test]
    fn a_change_keeps_comments_and_all_else() {
        let before = "# mine\n[twitch]\nchannel = \"old\" # of mine\n\n[history]\nevents = 5\n";
        let after = changed(
            before,
            "twitch",
            &json!({ "client_id": "abcdefghijklmnopqrstuvwxyz0123" }),
        )
        .unwrap();
        assert_eq!(
            after,
            "# mine\n[twitch]\nchannel = \"old\" # of mine\nclient_id = \"abcdefghijklmnopqrstuvwxyz0123\"\n\n[history]\nevents = 5\n"
        );
        let after = changed(before, "twitch", &json!({ "channel": null })).unwrap();
        assert!(
            !after.contains("channel") && after.contains("events = 5"),
            "{after}"
        );
        let list = changed("", "discord", &json!({ "channels": ["81384788765712384"] })).unwrap();
        assert_eq!(list, "[discord]\nchannels = [\"81384788765712384\"]\n");
    }

    #[test]
    fn what_a_page_may_not_set_or_what_makes_no_sense_changes_nothing() {
        for (section, values, told) in [
            ("server", json!({ "address": "0.0.0.0:1" }), "use twitch"),
            (
                "twitch",
                json!({ "api": "http://evil.example" }),
                "client_id of [twitch]",
            ),
            ("twitch", json!({ "channel": "a b" }), "twitch.channel"),
            ("twitch", json!({ "channel": { "a": 1 } }), "use a text"),
            ("discord", json!({ "channels": [1] }), "use a text"),
            ("kick", json!({ "unofficial": "yes" }), "invalid type"),
        ] {
            let error = changed("", section, &values).unwrap_err().to_string();
            assert!(error.contains(told), "{section}: {error}");
        }
    }

    #[test]
    fn an_obs_is_added_moved_and_taken_away_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, "[[obs]]\nurl = \"ws://127.0.0.1:4455\"\n").unwrap();
        let mut file = ConfigurationFile::open(&path).unwrap();
        file.set_obs("obs", Some("ws://127.0.0.1:4456")).unwrap();
        file.set_obs("second", Some("ws://127.0.0.1:4457")).unwrap();
        let read = file.read().unwrap();
        let ports = |read: &Configuration| -> Vec<_> {
            read.obs.iter().map(|obs| obs.url.port().unwrap()).collect()
        };
        assert_eq!(ports(&read), [4456, 4457]);
        file.set_obs("obs", None).unwrap();
        assert_eq!(ports(&file.read().unwrap()), [4457]);
        file.set_obs("bad name", Some("ws://127.0.0.1:1")).unwrap();
        assert!(file.read().unwrap_err().to_string().contains("obs.name"));
    }
}
