//! Fetching indexes: cached, signed, and never older than what was seen before.

use http::header::{self, HeaderMap, HeaderValue};
use jiff::Timestamp;
use pato_packages::index::{Index, IndexError, MAX_INDEX_BYTES};
use pato_packages::{MAX_SIGNATURE_BYTES, PublicKey, verify};
use reqwest::StatusCode;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::error::{FetchError, Refusal};
use crate::fetcher::{Fetcher, one_or_all};
use crate::network::shown;
use crate::progress::{Progress, Reporter};

/// Where an index lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexPlace {
    /// Its address, and then those of its mirrors. Where an index is taken from is what its relative
    /// addresses are meant from.
    pub urls: Vec<Url>,
    /// The key that it named when it was added. From then on it must be signed by this one.
    pub key: Option<PublicKey>,
}

/// What is kept of an index from one time to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexState {
    /// Where it came from.
    pub from: Url,
    /// How the server there names this version of it.
    pub etag: Option<String>,
    /// Its serial; none lower is accepted.
    pub serial: u64,
    /// The file itself, for when there is no network.
    pub body: String,
    /// When a server last said that this is how it is.
    pub fetched_at: Timestamp,
}

impl IndexState {
    /// The index as it was then.
    ///
    /// # Errors
    ///
    /// If this Pato can't read it.
    pub fn index(&self) -> Result<Index, IndexError> {
        Index::parse(self.body.as_bytes(), &self.from)
    }
}

/// An index, and what to keep of it.
#[derive(Debug)]
pub struct FetchedIndex {
    /// What it says.
    pub index: Index,
    /// To be kept and handed in the next time.
    pub state: IndexState,
    /// How new it is.
    pub freshness: Freshness,
}

/// How new an index is.
#[derive(Debug)]
pub enum Freshness {
    /// It is another than before.
    New,
    /// A server said that it is still the same.
    Unchanged,
    /// Nobody could be asked, for this reason: it is what was known before.
    Offline(FetchError),
}

impl Fetcher {
    /// Asks for an index. Where no server answers, what is `known` is the answer.
    ///
    /// # Errors
    ///
    /// If there is no index and none is known; or if there is one that can't be right: unreadable, older
    /// than what is known, not signed by its key, or with other bytes under a version that is known. Then
    /// what is known stays the best.
    pub async fn index(
        &self,
        place: &IndexPlace,
        known: Option<&IndexState>,
        now: Timestamp,
        progress: &watch::Sender<Progress>,
        cancel: &CancellationToken,
    ) -> Result<FetchedIndex, FetchError> {
        let reporter = Reporter::new(progress);
        let work = async {
            let mut failures = Vec::new();
            for url in &place.urls {
                match self
                    .index_from(url, place.key.as_ref(), known, now, &reporter)
                    .await
                {
                    Ok(fetched) => return Ok(fetched),
                    Err(error) => failures.push(error),
                }
            }
            Err(one_or_all(failures))
        };
        let fetched = match (self.within_limits(cancel, work).await, known) {
            (Err(error), Some(known)) if error.is_outage() => FetchedIndex {
                index: read(&known.from, known.body.as_bytes())?,
                state: known.clone(),
                freshness: Freshness::Offline(error),
            },
            (other, _) => other?,
        };
        reporter.done();
        Ok(fetched)
    }

    async fn index_from(
        &self,
        url: &Url,
        key: Option<&PublicKey>,
        known: Option<&IndexState>,
        now: Timestamp,
        progress: &Reporter<'_>,
    ) -> Result<FetchedIndex, FetchError> {
        let mut retry = self.retry();
        loop {
            progress.connecting();
            match self.ask_for_index(url, key, known, now).await {
                Ok(fetched) => return Ok(fetched),
                Err(error) => retry.after(error, progress).await?,
            }
        }
    }

    async fn ask_for_index(
        &self,
        url: &Url,
        key: Option<&PublicKey>,
        known: Option<&IndexState>,
        now: Timestamp,
    ) -> Result<FetchedIndex, FetchError> {
        let mut headers = HeaderMap::new();
        // A tag means something only to the server that gave it.
        let same = known.filter(|known| known.from == *url);
        let tag = same.and_then(|known| known.etag.as_deref());
        if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(tag).ok()) {
            headers.insert(header::IF_NONE_MATCH, tag);
        }
        let answer = self.client.get(url, headers).await?;
        let etag = answer.header(&header::ETAG).map(str::to_owned);
        match (answer.status(), same) {
            (StatusCode::OK, _) => {}
            (StatusCode::NOT_MODIFIED, Some(known)) => {
                return Ok(FetchedIndex {
                    index: read(url, known.body.as_bytes())?,
                    state: IndexState {
                        fetched_at: now,
                        ..known.clone()
                    },
                    freshness: Freshness::Unchanged,
                });
            }
            _ => return Err(answer.refused()),
        }
        let body = answer.whole(MAX_INDEX_BYTES as u64).await?;
        let index = read(url, &body)?;
        self.check_signature(url, &index, &body, key).await?;
        if let Some(known) = known {
            check_not_older(url, &index, known)?;
            check_same_bytes(url, &index, known)?;
        }
        let body = String::from_utf8(body)
            .map_err(|error| unreadable(url, error.utf8_error().to_string()))?;
        let is_same = known.is_some_and(|known| known.body == body);
        Ok(FetchedIndex {
            state: IndexState {
                from: url.clone(),
                etag,
                serial: index.serial,
                body,
                fetched_at: now,
            },
            index,
            freshness: if is_same {
                Freshness::Unchanged
            } else {
                Freshness::New
            },
        })
    }

    /// Whoever can change the file on the server can't sign it.
    async fn check_signature(
        &self,
        url: &Url,
        index: &Index,
        body: &[u8],
        pinned: Option<&PublicKey>,
    ) -> Result<(), FetchError> {
        let refused = |expected: String, came: String| {
            FetchError::Different(Refusal::new(
                shown(url),
                expected,
                came,
                "do not go on with it before whoever publishes it has told you why",
            ))
        };
        let named = index.key.as_ref();
        if let Some(pinned) = pinned
            && named != Some(pinned)
        {
            let came = match named {
                Some(other) => format!("the key {other} ({})", other.words().join(" ")),
                None => "no key".to_owned(),
            };
            let words = pinned.words().join(" ");
            return Err(refused(
                format!("the key {pinned} ({words}), as before"),
                came,
            ));
        }
        let Some(key) = named else {
            return Ok(());
        };
        let mut beside = url.clone();
        beside.set_path(&format!("{}.minisig", url.path()));
        let answer = self.client.get(&beside, HeaderMap::new()).await?;
        let expected = || format!("a signature of {key} in {}", shown(&beside));
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Err(refused(expected(), "none".to_owned())),
            _ => return Err(answer.refused()),
        }
        let signature = answer.whole(MAX_SIGNATURE_BYTES as u64).await?;
        let signature = String::from_utf8_lossy(&signature);
        verify(key, body, &signature)
            .map(drop)
            .map_err(|error| refused(expected(), format!("one that does not hold ({error})")))
    }
}

fn read(url: &Url, body: &[u8]) -> Result<Index, FetchError> {
    Index::parse(body, url).map_err(|error| unreadable(url, error.to_string()))
}

fn unreadable(url: &Url, came: String) -> FetchError {
    FetchError::Answer(Refusal::new(
        shown(url),
        "an index of plugins",
        came,
        "look at the address, or tell whoever publishes it",
    ))
}

fn check_not_older(url: &Url, index: &Index, known: &IndexState) -> Result<(), FetchError> {
    if index.serial >= known.serial {
        return Ok(());
    }
    Err(FetchError::Different(Refusal::new(
        shown(url),
        format!("the serial {} or a higher one", known.serial),
        format!("{}, an older index", index.serial),
        "what was known before stays in force; tell whoever publishes it",
    )))
}

/// What was published stays what it was, else nobody could say what others have installed.
fn check_same_bytes(url: &Url, index: &Index, known: &IndexState) -> Result<(), FetchError> {
    // One that an older Pato kept and this one can't read tells nothing.
    let Ok(before) = known.index() else {
        return Ok(());
    };
    for plugin in &before.plugins {
        for version in &plugin.versions {
            let now = index.plugin(&plugin.id);
            let now = now.and_then(|plugin| plugin.version(&version.version));
            if let Some(now) = now.filter(|now| now.sha256 != version.sha256) {
                let at = format!("{}, `{}` {}", shown(url), plugin.id, version.version);
                return Err(FetchError::Different(Refusal::new(
                    at,
                    format!("the SHA-256 {}, as before", version.sha256),
                    now.sha256.to_string(),
                    "what was known before stays in force; a changed plugin needs a new version",
                )));
            }
        }
    }
    Ok(())
}
