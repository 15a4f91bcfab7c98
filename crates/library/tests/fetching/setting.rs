use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use pato_library::{
    Expected, FetchError, Fetched, Fetcher, FetcherConfiguration, Progress, Retries, Source,
};
use pato_test_servers::files::{File, FileServer};
use pato_test_servers::http::HttpServer;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::component::{component, manifest};

/// The path of the file that is fetched.
pub const PATH: &str = "/alerts.wasm";

/// The calls for it, as faults name them.
pub const CALLS: &str = "GET /alerts.wasm";

/// A web server with one package, and a fetcher with small limits.
pub struct Setting {
    pub server: HttpServer,
    pub files: Arc<FileServer>,
    pub fetcher: Fetcher,
    pub package: Vec<u8>,
    pub progress: watch::Sender<Progress>,
    pub cancel: CancellationToken,
    folder: TempDir,
}

impl Setting {
    pub async fn new(size: usize) -> Self {
        Self::with(size, |_| {}).await
    }

    pub async fn with(size: usize, configure: impl FnOnce(&mut FetcherConfiguration)) -> Self {
        let (server, files) = FileServer::start().await.unwrap();
        let package = component(&manifest("1.0.0", None), size);
        files.put(PATH, File::new(package.clone(), "one"));
        let folder = tempfile::tempdir().unwrap();
        let mut configuration = configuration(&folder);
        configure(&mut configuration);
        Self {
            fetcher: Fetcher::new(configuration).unwrap(),
            server,
            files,
            package,
            progress: watch::Sender::new(Progress::default()),
            cancel: CancellationToken::new(),
            folder,
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url())
    }

    pub fn source(&self) -> Source {
        self.url(PATH).parse().unwrap()
    }

    /// How often the package was asked for, and from which byte on.
    pub fn ranges(&self) -> Vec<Option<String>> {
        let calls = self.server.calls();
        let asked = calls.iter().filter(|call| call.path == PATH);
        asked
            .map(|call| call.header("range").map(str::to_owned))
            .collect()
    }

    pub async fn fetch(&self, source: &Source, expected: &Expected) -> Result<Fetched, FetchError> {
        let fetched = self
            .fetcher
            .fetch(source, expected, &self.progress, &self.cancel)
            .await;
        match &fetched {
            Ok(fetched) => assert_eq!(self.leftovers(), 1, "only {}", fetched.file.display()),
            Err(_) => self.assert_empty(),
        }
        fetched
    }

    /// Fetches the package, which must be what the server has, byte for byte.
    pub async fn arrives(&self) {
        let fetched = self.fetch(&self.source(), &Expected::default()).await;
        let fetched = fetched.unwrap_or_else(|error| panic!("{error}"));
        assert!(
            fs::read(&fetched.file).unwrap() == self.package,
            "other bytes"
        );
        assert_eq!(fetched.inspected.size, self.package.len() as u64);
        drop(fetched);
        self.assert_empty();
    }

    /// Fetches what must be refused, and gives the words for it. Nothing may be left behind.
    pub async fn refused(&self, source: &str, expected: &Expected) -> (FetchError, String) {
        let source = source.parse().unwrap();
        let error = self.fetch(&source, expected).await.unwrap_err();
        let words = error.to_string();
        (error, words)
    }

    /// Nothing of a failed download stays.
    pub fn assert_empty(&self) {
        assert_eq!(self.leftovers(), 0, "something was left behind");
    }

    fn leftovers(&self) -> usize {
        fs::read_dir(self.folder.path()).unwrap().count()
    }
}

/// Limits that no honest server on this machine reaches, and pauses that nobody notices.
pub fn configuration(folder: &TempDir) -> FetcherConfiguration {
    let mut configuration = FetcherConfiguration::new(folder.path().to_owned(), 7);
    configuration.resolver = Arc::new(Names);
    configuration.retries = Retries {
        at_most: 2,
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(20),
    };
    configuration
}

/// Knows a few names: `*.localhost`, and some that lie.
struct Names;

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let address = match name.as_str() {
            "rebound.example" => "127.0.0.1",
            "router.example" => "192.168.1.1",
            "public.localhost" => "1.1.1.1",
            name if name.ends_with("localhost") => "127.0.0.1",
            _ => {
                let unknown = std::io::Error::other("no such name");
                return Box::pin(std::future::ready(Err(unknown.into())));
            }
        };
        let address = SocketAddr::new(address.parse().unwrap(), 0);
        let found: Addrs = Box::new(std::iter::once(address));
        Box::pin(std::future::ready(Ok(found)))
    }
}
