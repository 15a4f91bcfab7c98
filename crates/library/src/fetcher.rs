use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

use http::HeaderMap;
use pato_packages::{Digest, Inspected, PublicKey};
use tempfile::TempPath;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::configuration::FetcherConfiguration;
use crate::download::Download;
use crate::error::{FetchError, Refusal};
use crate::network::{Client, Retry};
use crate::oci::{self, OciReference};
use crate::progress::{Progress, Reporter};
use crate::source::{InstallLink, Source};
use crate::{local, registry};

/// What was promised of a package. What comes must keep all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// SHA-256 of all its bytes.
    pub sha256: Option<Digest>,
    /// How many bytes it has.
    pub size: Option<u64>,
    /// Whose signature it bears.
    pub publisher: Option<PublicKey>,
}

/// A package that is whole, and is what was promised.
#[derive(Debug)]
pub struct Fetched {
    /// Where it lies. The file goes when this is dropped, unless it is persisted elsewhere.
    pub file: TempPath,
    /// What it is.
    pub inspected: Inspected,
    /// Where it came from: what was asked for, with the version that was found.
    pub from: Source,
}

/// Brings packages and indexes here. One for the whole host; calls may overlap.
pub struct Fetcher {
    pub(crate) configuration: FetcherConfiguration,
    pub(crate) client: Client,
    /// How many times something was fetched, so that each has jitter of its own.
    calls: AtomicU64,
}

impl Fetcher {
    /// Sets TLS up.
    ///
    /// # Errors
    ///
    /// If an additional certificate authority or the proxy can't be used.
    pub fn new(configuration: FetcherConfiguration) -> Result<Self, FetchError> {
        Ok(Self {
            client: Client::new(&configuration)?,
            configuration,
            calls: AtomicU64::new(0),
        })
    }

    /// Brings a package here. Whatever happens, nothing stays in the temporary folder but the file of the
    /// answer.
    ///
    /// # Errors
    ///
    /// If it can't be had, is no package, or not the promised one. [`FetchError::Cancelled`] soon after
    /// `cancel`.
    pub async fn fetch(
        &self,
        source: &Source,
        expected: &Expected,
        progress: &watch::Sender<Progress>,
        cancel: &CancellationToken,
    ) -> Result<Fetched, FetchError> {
        self.fetch_first(std::slice::from_ref(source), expected, progress, cancel)
            .await
    }

    /// As [`fetch`](Self::fetch), from the first of several places that has it: the mirrors of an index.
    ///
    /// # Errors
    ///
    /// As there; if all places fail, [`FetchError::NoMirror`] with what each did.
    pub async fn fetch_first(
        &self,
        sources: &[Source],
        expected: &Expected,
        progress: &watch::Sender<Progress>,
        cancel: &CancellationToken,
    ) -> Result<Fetched, FetchError> {
        let reporter = Reporter::new(progress);
        let fetched = self
            .within_limits(cancel, async {
                let mut failures = Vec::new();
                for source in sources {
                    match self.fetch_one(source, expected, &reporter).await {
                        Ok(fetched) => return Ok(fetched),
                        Err(error) => failures.push(error),
                    }
                    reporter.forgotten();
                }
                Err(one_or_all(failures))
            })
            .await?;
        reporter.done();
        Ok(fetched)
    }

    /// Runs until it ends, is cancelled, or has taken longer than anything may.
    pub(crate) async fn within_limits<T>(
        &self,
        cancel: &CancellationToken,
        work: impl Future<Output = Result<T, FetchError>>,
    ) -> Result<T, FetchError> {
        let within = self.configuration.limits.total;
        match cancel.run_until_cancelled(timeout(within, work)).await {
            None => Err(FetchError::Cancelled),
            Some(Ok(result)) => result,
            Some(Err(_)) => Err(FetchError::TimedOut {
                at: "all tries together".to_owned(),
                what: "the end",
                within,
            }),
        }
    }

    /// A count of tries with its own jitter.
    pub(crate) fn retry(&self) -> Retry {
        let mut seed = DefaultHasher::new();
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        (self.configuration.seed, call).hash(&mut seed);
        Retry::new(self.configuration.retries, seed.finish())
    }

    async fn fetch_one(
        &self,
        source: &Source,
        expected: &Expected,
        progress: &Reporter<'_>,
    ) -> Result<Fetched, FetchError> {
        let (source, expected) = match source {
            Source::Link(link) => (&link.source, &with_promises(expected, link)?),
            other => (other, expected),
        };
        let ((file, inspected), from) = match source {
            Source::Path(path) => {
                let fetched = local::fetch(&self.configuration, progress, path).await?;
                (fetched, source.clone())
            }
            Source::Web(url) => {
                let fetched = self
                    .download(url, HeaderMap::new(), expected.size, progress)
                    .await?;
                (fetched, source.clone())
            }
            Source::Oci(reference) => self.fetch_oci(reference, expected, progress).await?,
            Source::Package(name) => {
                let reference = registry::resolve(self, name, progress).await?;
                self.fetch_oci(&reference, expected, progress).await?
            }
            Source::Plugin { .. } | Source::Link(_) => {
                return Err(FetchError::Forbidden(Refusal::new(
                    source.to_string(),
                    "a place to fetch from",
                    "a name, which only an index can turn into one",
                    "add the index that has it, or give the address",
                )));
            }
        };
        check(&from, expected, &inspected)?;
        Ok(Fetched {
            file,
            inspected,
            from,
        })
    }

    async fn fetch_oci(
        &self,
        reference: &OciReference,
        expected: &Expected,
        progress: &Reporter<'_>,
    ) -> Result<((TempPath, Inspected), Source), FetchError> {
        let layer = oci::locate(self, reference, progress).await?;
        let from = Source::Oci(reference.clone());
        if let Some(promised) = &expected.sha256 {
            check_digest(&from, promised, &layer.sha256)?;
        }
        let fetched = self
            .download(&layer.url, layer.headers, Some(layer.size), progress)
            .await?;
        check_digest(&from, &layer.sha256, &fetched.1.sha256)?;
        Ok((fetched, from))
    }

    async fn download(
        &self,
        url: &Url,
        headers: HeaderMap,
        expected_size: Option<u64>,
        progress: &Reporter<'_>,
    ) -> Result<(TempPath, Inspected), FetchError> {
        let (configuration, client) = (&self.configuration, &self.client);
        Download::new(configuration, client, progress, url, headers, expected_size)?
            .run(&mut self.retry())
            .await
    }
}

/// What a caller and a link promise together.
fn with_promises(expected: &Expected, link: &InstallLink) -> Result<Expected, FetchError> {
    let differ = |what: &str, known: String, said: String| {
        FetchError::Different(Refusal::new(
            link.to_string(),
            format!("the {what} {known}"),
            said,
            "do not follow this link; take the one of the plugin's own page",
        ))
    };
    let mut all = expected.clone();
    match (&all.sha256, &link.sha256) {
        (Some(known), Some(said)) if known != said => {
            return Err(differ("SHA-256", known.to_string(), said.to_string()));
        }
        (None, said) => all.sha256.clone_from(said),
        _ => {}
    }
    match (&all.publisher, &link.publisher) {
        (Some(known), Some(said)) if known != said => {
            return Err(differ("publisher", known.to_string(), said.to_string()));
        }
        (None, said) => all.publisher.clone_from(said),
        _ => {}
    }
    Ok(all)
}

fn check(from: &Source, expected: &Expected, found: &Inspected) -> Result<(), FetchError> {
    if let Some(size) = expected.size
        && size != found.size
    {
        return Err(FetchError::Different(Refusal::new(
            from.to_string(),
            format!("{size} bytes, as was promised"),
            found.size.to_string(),
            "do not install it; tell whoever published it",
        )));
    }
    if let Some(sha256) = &expected.sha256 {
        check_digest(from, sha256, &found.sha256)?;
    }
    let signer = found.signature.as_ref().map(|signature| &signature.key);
    match &expected.publisher {
        Some(publisher) if signer != Some(publisher) => Err(FetchError::Different(Refusal::new(
            from.to_string(),
            format!("the signature of {publisher}"),
            match signer {
                Some(other) => format!("one of {other}"),
                None => "none".to_owned(),
            },
            "do not install it before its author has told you why the key is another",
        ))),
        _ => Ok(()),
    }
}

fn check_digest(from: &Source, expected: &Digest, found: &Digest) -> Result<(), FetchError> {
    if expected == found {
        return Ok(());
    }
    Err(FetchError::Different(Refusal::new(
        from.to_string(),
        format!("the SHA-256 {expected}, as was promised"),
        found.to_string(),
        "do not install it; tell whoever published it",
    )))
}

pub(crate) fn one_or_all(mut failures: Vec<FetchError>) -> FetchError {
    match (failures.pop(), failures.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            failures.extend(last);
            FetchError::NoMirror(failures)
        }
    }
}
