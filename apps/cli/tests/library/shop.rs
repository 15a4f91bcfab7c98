//! Authors who pack and sign plugins, and the web server that has them.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use pato_packages::signing::{KeyPair, SecretKey, sign};
use pato_packages::{Digest, pack};
use pato_test_servers::files::{File, FileServer};
use pato_test_servers::http::HttpServer;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::support::{Pato, fixture};

/// What every version of the plugin `witness` asks for, whichever fixture it is made of: so that one can
/// take the place of another.
pub(crate) const RIGHTS: &str = r#"
[permissions]
subscribe = ["test.**"]
publish = ["echo.**", "trap-handler.**"]
storage = "64KiB"

[settings.refuses]
type = "boolean"
default = false
"#;

/// A web server, and the folder that is published on it.
pub(crate) struct Shop {
    server: Option<HttpServer>,
    files: Arc<FileServer>,
    folder: TempDir,
    runtime: Runtime,
}

/// A version of a plugin, made of a fixture.
pub(crate) struct Release<'a> {
    pub(crate) id: &'a str,
    pub(crate) version: &'a str,
    pub(crate) fixture: &'a str,
    /// What else its manifest says.
    pub(crate) rest: &'a str,
    pub(crate) key: Option<&'a SecretKey>,
}

impl<'a> Release<'a> {
    /// A version of `witness`.
    pub(crate) fn witness(version: &'a str, fixture: &'a str, key: &'a SecretKey) -> Self {
        Self {
            id: "witness",
            version,
            fixture,
            rest: RIGHTS,
            key: Some(key),
        }
    }

    /// The same, not signed.
    pub(crate) fn unsigned(version: &'a str, fixture: &'a str) -> Self {
        Self {
            id: "witness",
            version,
            fixture,
            rest: RIGHTS,
            key: None,
        }
    }

    pub(crate) fn pack(&self) -> Vec<u8> {
        let (id, version, rest) = (self.id, self.version, self.rest);
        let publisher = self
            .key
            .map(|key| format!("publisher = \"{}\"\n", key.public()))
            .unwrap_or_default();
        let manifest = format!(
            "id = \"{id}\"\nname = \"{id}\"\nversion = \"{version}\"\napi_version = \"0.1\"\n\
             author = \"Ronni\"\ndescription = \"Sees what happens.\"\n{publisher}{rest}"
        );
        let component = fs::read(fixture(self.fixture)).unwrap();
        let package = pack(&component, &manifest, &[]).unwrap();
        match self.key {
            Some(key) => sign(&package, key).unwrap(),
            None => package,
        }
    }
}

/// A new key of an author.
pub(crate) fn author() -> SecretKey {
    let pair = KeyPair::generate("").unwrap();
    SecretKey::read(&pair.secret_file, "").unwrap()
}

/// A host whose new versions are on trial for so many seconds.
pub(crate) fn pato_with_trial(seconds: u64) -> Pato {
    let mut pato = Pato::new();
    let configuration = format!("[library]\ntrial_seconds = {seconds}\n");
    fs::write(pato.folder().join("config.toml"), configuration).unwrap();
    pato.start(&["--simulate", "0"], "");
    pato
}

impl Shop {
    pub(crate) fn open() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (server, files) = runtime.block_on(FileServer::start()).unwrap();
        Self {
            server: Some(server),
            files,
            folder: tempfile::tempdir().unwrap(),
            runtime,
        }
    }

    pub(crate) fn server(&self) -> &HttpServer {
        self.server.as_ref().unwrap()
    }

    /// Puts a file on the server, and gives its address.
    pub(crate) fn put(&self, name: &str, bytes: impl Into<Vec<u8>>) -> String {
        let bytes = bytes.into();
        let tag = Digest::of(&bytes).to_string();
        self.files.put(&format!("/{name}"), File::new(bytes, &tag));
        format!("{}/{name}", self.server().url())
    }

    /// Puts a file on the server that says more about how it is given.
    pub(crate) fn put_file(&self, name: &str, file: File) -> String {
        self.files.put(&format!("/{name}"), file);
        format!("{}/{name}", self.server().url())
    }

    /// Publishes packages as an author does: with the program, into a folder that is then copied.
    pub(crate) fn publish(&self, packages: &[Vec<u8>]) {
        let author = Pato::new();
        let mut arguments = vec!["plugin".to_owned(), "publish".to_owned()];
        for (number, package) in packages.iter().enumerate() {
            let path = self.folder.path().join(format!("{number}.wasm"));
            fs::write(&path, package).unwrap();
            arguments.push(path.display().to_string());
        }
        arguments.extend(["--to".to_owned(), self.site().display().to_string()]);
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        author.json(&arguments);
        self.serve();
    }

    /// The address of the index.
    pub(crate) fn index(&self) -> String {
        format!("{}/site/index.json", self.server().url())
    }

    /// Changes the index by hand, and raises its serial.
    pub(crate) fn edit_index(&self, edit: impl FnOnce(&mut Value)) {
        let path = self.site().join("index.json");
        let mut index: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        index["serial"] = (index["serial"].as_u64().unwrap() + 1).into();
        edit(&mut index);
        fs::write(&path, serde_json::to_vec(&index).unwrap()).unwrap();
        self.serve();
    }

    /// What the index is now.
    pub(crate) fn index_bytes(&self) -> Vec<u8> {
        fs::read(self.site().join("index.json")).unwrap()
    }

    /// No connection is answered any more.
    pub(crate) fn close(&mut self) {
        let _entered = self.runtime.enter();
        self.server = None;
    }

    fn site(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    fn serve(&self) {
        for file in fs::read_dir(self.site()).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            self.put(&format!("site/{name}"), fs::read(&path).unwrap());
        }
    }
}

/// Nothing is left of what did not become a plugin, and all that is one is there.
pub(crate) fn assert_clean(pato: &Pato) {
    let arriving: Vec<_> = fs::read_dir(pato.folder().join("arriving"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert!(arriving.is_empty(), "left behind: {arriving:?}");
    assert_eq!(components(pato), named_components(pato));
}

/// The files in `plugins/`, as plugin and name.
fn components(pato: &Pato) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for plugin in fs::read_dir(pato.folder().join("plugins")).unwrap() {
        let plugin = plugin.unwrap();
        let id = plugin.file_name().to_string_lossy().into_owned();
        for file in fs::read_dir(plugin.path()).unwrap() {
            let name = file.unwrap().file_name().to_string_lossy().into_owned();
            found.insert((id.clone(), name));
        }
    }
    found
}

/// The files that the database names.
fn named_components(pato: &Pato) -> BTreeSet<(String, String)> {
    let path = pato.folder().join("pato.sqlite");
    let connection = rusqlite::Connection::open(path).unwrap();
    let all = "SELECT id, hash FROM plugins UNION SELECT plugin, hash FROM versions";
    let mut statement = connection.prepare(all).unwrap();
    let row = |row: &rusqlite::Row<'_>| {
        let (id, hash): (String, String) = (row.get(0)?, row.get(1)?);
        Ok((id, format!("{hash}.wasm")))
    };
    let rows = statement.query_map([], row).unwrap();
    rows.collect::<rusqlite::Result<_>>().unwrap()
}
