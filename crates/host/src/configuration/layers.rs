//! The configuration out of its layers: each value comes from the last one that sets it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};
use serde_json::Value as Json;
use toml::{Table, Value};

use super::{Configuration, ConfigurationError};

/// What the names of variables begin with that set a value: `PATO_CONFIG_SERVER__ADDRESS`.
pub const VARIABLE_PREFIX: &str = "PATO_CONFIG_";

/// What a project may set: the code of strangers must not lead tokens elsewhere, or open a door.
const OF_PROJECTS: [&str; 4] = ["simulator", "history", "limits", "plugins"];

/// Where a value comes from, the weakest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueOrigin {
    /// Nobody set it.
    Default,
    /// The file in the data folder.
    File(PathBuf),
    /// The file of the project in which the command was given.
    Project(PathBuf),
    /// A variable of the environment, by its name.
    Variable(String),
    /// An option of the command, such as `--listen`.
    Option(&'static str),
}

impl fmt::Display for ValueOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Project(path) => write!(f, "{} (project)", path.display()),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::Option(name) => write!(f, "option {name}"),
        }
    }
}

impl Serialize for ValueOrigin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A value with its origin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConfiguredValue {
    /// Its keys, with dots between them: `server.address`.
    pub key: String,
    /// The value that holds.
    pub value: Json,
    /// Where it comes from.
    pub origin: ValueOrigin,
}

/// The layers, merged.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    table: Table,
    origins: BTreeMap<String, ValueOrigin>,
}

impl Layers {
    /// Reads the file in the data folder, that of the project around `folder`, if there is one, and the
    /// variables. A file that is not there sets nothing.
    ///
    /// # Errors
    ///
    /// If a file can't be read, a layer holds an unknown key or a value of the wrong kind, or the project's
    /// file sets what a project may not.
    pub fn read(
        file: &Path,
        folder: Option<&Path>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigurationError> {
        let mut layers = Self::default();
        if let Some(table) = read(file)? {
            layers.add(table, &ValueOrigin::File(file.to_owned()));
        }
        if let Some(path) = folder.and_then(project_file)
            && let Some(table) = read(&path)?
        {
            check_project(&table, &path)?;
            layers.add(table, &ValueOrigin::Project(path));
        }
        let mut variables: Vec<_> = variables
            .into_iter()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .filter(|(name, _)| name.starts_with(VARIABLE_PREFIX))
            .collect();
        variables.sort();
        for (name, value) in variables {
            let table = variable(&name, &value.to_string_lossy())?;
            layers.add(table, &ValueOrigin::Variable(name));
        }
        Ok(layers)
    }

    /// Sets a value over all layers so far, for an option of the command.
    pub fn set(&mut self, keys: &[&str], value: impl Into<Value>, option: &'static str) {
        if let Some(table) = nested(keys, value.into()) {
            self.add(table, &ValueOrigin::Option(option));
        }
    }

    /// What was set so far under these keys.
    pub fn get(&self, keys: &[&str]) -> Option<&Value> {
        let (first, rest) = keys.split_first()?;
        let start = self.table.get(*first)?;
        rest.iter().try_fold(start, |value, key| value.get(*key))
    }

    /// The configuration that holds.
    ///
    /// # Errors
    ///
    /// If a value makes no sense, or would be dangerous.
    pub fn configuration(&self) -> Result<Configuration, ConfigurationError> {
        let configuration: Configuration =
            self.table
                .clone()
                .try_into()
                .map_err(|error: toml::de::Error| ConfigurationError::Merged {
                    message: error.to_string().trim_end().to_owned(),
                })?;
        configuration.check()?;
        Ok(configuration)
    }

    /// Every value that holds, with its origin. What is not set and has no default is left out.
    ///
    /// # Errors
    ///
    /// As [`configuration`](Self::configuration).
    pub fn values(&self) -> Result<Vec<ConfiguredValue>, ConfigurationError> {
        let configuration = self.configuration()?;
        let all = serde_json::to_value(&configuration).unwrap_or_default();
        let mut values = Vec::new();
        self.collect("", &all, &mut values);
        Ok(values)
    }

    fn collect(&self, key: &str, value: &Json, into: &mut Vec<ConfiguredValue>) {
        match value {
            Json::Null => {}
            Json::Object(entries) => {
                for (name, value) in entries {
                    self.collect(&joined(key, name), value, into);
                }
            }
            value => into.push(ConfiguredValue {
                key: key.to_owned(),
                value: value.clone(),
                origin: self
                    .origins
                    .get(key)
                    .cloned()
                    .unwrap_or(ValueOrigin::Default),
            }),
        }
    }

    fn add(&mut self, table: Table, origin: &ValueOrigin) {
        merge(&mut self.table, table, "", origin, &mut self.origins);
    }
}

/// Lists are exchanged as a whole: whoever sets one says all that is in it.
fn merge(
    into: &mut Table,
    from: Table,
    key: &str,
    origin: &ValueOrigin,
    origins: &mut BTreeMap<String, ValueOrigin>,
) {
    for (name, value) in from {
        let key = joined(key, &name);
        match (into.get_mut(&name), value) {
            (Some(Value::Table(into)), Value::Table(from)) => {
                merge(into, from, &key, origin, origins);
            }
            (_, Value::Table(from)) => {
                let mut new = Table::new();
                merge(&mut new, from, &key, origin, origins);
                into.insert(name, Value::Table(new));
            }
            (_, value) => {
                origins.insert(key, origin.clone());
                into.insert(name, value);
            }
        }
    }
}

fn joined(key: &str, name: &str) -> String {
    match key {
        "" => name.to_owned(),
        _ => format!("{key}.{name}"),
    }
}

fn nested(keys: &[&str], value: Value) -> Option<Table> {
    let (last, outer) = keys.split_last()?;
    let innermost = Table::from_iter([((*last).to_owned(), value)]);
    Some(outer.iter().rev().fold(innermost, |inner, key| {
        Table::from_iter([((*key).to_owned(), Value::Table(inner))])
    }))
}

/// Reads a file, and checks it by itself, so that an error names the line.
fn read(path: &Path) -> Result<Option<Table>, ConfigurationError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(ConfigurationError::Io {
                path: path.to_owned(),
                source,
            });
        }
    };
    // The parser's own text shows the line, and names the keys it knows.
    let wrong = |error: toml::de::Error| ConfigurationError::Syntax {
        path: path.to_owned(),
        message: error.to_string(),
    };
    toml::from_str::<Configuration>(&text).map_err(wrong)?;
    toml::from_str(&text).map(Some).map_err(wrong)
}

/// `.pato/config.toml` of the project that `folder` lies in: the nearest folder with a manifest.
fn project_file(folder: &Path) -> Option<PathBuf> {
    let mut folders = folder.ancestors();
    let project = folders.find(|folder| folder.join("pato.toml").is_file())?;
    Some(project.join(".pato").join("config.toml"))
}

fn check_project(table: &Table, path: &Path) -> Result<(), ConfigurationError> {
    let foreign = table
        .keys()
        .find(|key| !OF_PROJECTS.contains(&key.as_str()));
    match foreign {
        None => Ok(()),
        Some(key) => Err(ConfigurationError::OfProject {
            path: path.to_owned(),
            key: key.clone(),
            allowed: OF_PROJECTS.join(", "),
        }),
    }
}

/// What a variable sets: a value as in a file, or else a text.
fn variable(name: &str, text: &str) -> Result<Table, ConfigurationError> {
    let path = name.strip_prefix(VARIABLE_PREFIX).unwrap_or(name);
    let path = path.to_ascii_lowercase();
    let mut keys: Vec<String> = path.split("__").map(str::to_owned).collect();
    // The id of a plugin has hyphens, which names of variables can't have.
    if let [first, id, ..] = keys.as_mut_slice()
        && first == "plugins"
    {
        *id = id.replace('_', "-");
    }
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let literal = match text.contains(['\n', '\r']) {
        true => None,
        false => toml::from_str::<Table>(&format!("value = {text}"))
            .ok()
            .and_then(|mut table| table.remove("value")),
    };
    let mut problem = String::new();
    for value in literal.into_iter().chain([Value::String(text.to_owned())]) {
        let Some(table) = nested(&keys, value) else {
            continue;
        };
        match table.clone().try_into::<Configuration>() {
            Ok(_) => return Ok(table),
            Err(error) => problem = error.to_string().trim_end().to_owned(),
        }
    }
    Err(ConfigurationError::Variable {
        name: name.to_owned(),
        problem,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Place(tempfile::TempDir);

    impl Place {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir_all(folder.path().join("project/src")).unwrap();
            fs::create_dir_all(folder.path().join("project/.pato")).unwrap();
            fs::write(folder.path().join("project/pato.toml"), "").unwrap();
            Self(folder)
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        fn read(&self, variables: &[(&str, &str)]) -> Result<Layers, ConfigurationError> {
            let variables = variables
                .iter()
                .map(|(name, value)| (name.into(), value.into()));
            Layers::read(
                &self.path("config.toml"),
                Some(&self.path("project/src")),
                variables,
            )
        }

        fn origin(&self, layers: &Layers, key: &str) -> (Json, ValueOrigin) {
            let values = layers.values().unwrap().into_iter();
            let found = values.filter(|value| value.key == key).collect::<Vec<_>>();
            assert_eq!(found.len(), 1, "{key}");
            (found[0].value.clone(), found[0].origin.clone())
        }
    }

    #[test]
    fn each_layer_wins_over_those_before_it_key_by_key() {
        let place = Place::new();
        let global = "[simulator]\nrate = 1.0\nseed = 2\n[history]\nevents = 5\n[twitch]\nchannel = \"mine\"\n";
        fs::write(place.path("config.toml"), global).unwrap();
        let project = "[simulator]\nseed = 3\n[plugins.my-duck.limits]\nmemory = \"1MiB\"\n";
        fs::write(place.path("project/.pato/config.toml"), project).unwrap();
        let variables = [
            ("PATO_CONFIG_HISTORY__EVENTS", "6"),
            ("PATO_CONFIG_SERVER__ADDRESS", "127.0.0.1:9"),
            ("PATO_CONFIG_TWITCH__CHANNEL", "12345"),
            ("PATO_CONFIG_PLUGINS__MY_DUCK__LIMITS__TRAPS", "2"),
            ("PATO_LOG", "debug"),
        ];
        let mut layers = place.read(&variables).unwrap();
        layers.set(&["history", "events"], 7, "--events");
        let file = ValueOrigin::File(place.path("config.toml"));
        let project = ValueOrigin::Project(place.path("project/.pato/config.toml"));
        let variable = |index: usize| ValueOrigin::Variable(variables[index].0.to_owned());
        for (key, value, origin) in [
            ("simulator.rate", Json::from(1.0), file),
            ("simulator.seed", Json::from(3), project.clone()),
            (
                "history.events",
                Json::from(7),
                ValueOrigin::Option("--events"),
            ),
            ("server.address", Json::from("127.0.0.1:9"), variable(1)),
            ("twitch.channel", Json::from("12345"), variable(2)),
            ("plugins.my-duck.limits.memory", Json::from("1MiB"), project),
            ("plugins.my-duck.limits.traps", Json::from(2), variable(3)),
            ("library.backups", Json::from(10), ValueOrigin::Default),
        ] {
            assert_eq!(place.origin(&layers, key), (value, origin), "{key}");
        }
        let configuration = layers.configuration().unwrap();
        assert_eq!(
            configuration.plugins["my-duck"].limits.memory,
            Some(1 << 20)
        );
    }

    #[test]
    fn a_project_can_neither_lead_tokens_elsewhere_nor_open_a_door() {
        let place = Place::new();
        for text in [
            "[twitch]\napi = \"http://evil.example\"",
            "[network]\nopen = true",
            "[server]\naddress = \"127.0.0.1:1\"",
            "[library]\nproxy = \"http://evil.example\"",
        ] {
            fs::write(place.path("project/.pato/config.toml"), text).unwrap();
            let error = place.read(&[]).unwrap_err().to_string();
            assert!(
                error.contains("simulator, history, limits, plugins"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_folder_that_is_no_project_sets_nothing() {
        let place = Place::new();
        fs::remove_file(place.path("project/pato.toml")).unwrap();
        fs::write(
            place.path("project/.pato/config.toml"),
            "[history]\nevents = 5",
        )
        .unwrap();
        let layers = place.read(&[]).unwrap();
        let expected = Configuration::default().history;
        assert_eq!(layers.configuration().unwrap().history, expected);
    }

    #[test]
    fn a_variable_that_makes_no_sense_is_named() {
        let place = Place::new();
        for (name, value, told) in [
            ("PATO_CONFIG_SERVER__PLACE", "127.0.0.1:1", "`address`"),
            ("PATO_CONFIG_HISTORY__EVENTS", "many", "invalid type"),
            ("PATO_CONFIG_", "1", "unknown field"),
            ("PATO_CONFIG_SERVER", "1", "invalid type"),
            (
                "PATO_CONFIG_SERVER__ADDRESS",
                "1\n[twitch]",
                "socket address",
            ),
        ] {
            let error = place.read(&[(name, value)]).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains(told), "{error}");
        }
    }
}
