//! Artefacts in container registries, as `wkg` pushes them: a manifest with one layer, which is the
//! component. <https://github.com/opencontainers/distribution-spec/blob/main/spec.md>
//!
//! The protocol is spoken here and not by the crate `oci-client`, because that makes its own HTTP client:
//! redirects, the addresses that names resolve to, and the length of manifests would go unchecked. Of the
//! protocol, only three requests are needed.

mod manifest;
mod reference;
mod token;

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use pato_packages::Digest;
use reqwest::StatusCode;
use semver::Version;
use serde::Deserialize;
use url::Url;

use self::manifest::Layer;
use self::reference::parse_digest;
pub use self::reference::{OciReference, Target};
use self::token::Token;
use crate::error::{FetchError, Refusal};
use crate::fetcher::Fetcher;
use crate::network::Answer;
use crate::progress::Reporter;

/// The longest manifest that the specification lets registries take, in bytes.
const MAX_MANIFEST_BYTES: u64 = 4 * 1024 * 1024;

/// The most bytes in a page of tags, and the most pages.
const MAX_TAGS_BYTES: u64 = 1024 * 1024;
const MAX_TAG_PAGES: usize = 20;

/// The digest that a registry says of a manifest.
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");

/// Where a component lies, and what it must be.
pub(crate) struct Blob {
    pub(crate) url: Url,
    /// To be sent with each request for it.
    pub(crate) headers: HeaderMap,
    pub(crate) size: u64,
    pub(crate) sha256: Digest,
}

/// Reads the manifest that a reference means, and finds the component in it.
pub(crate) async fn locate(
    fetcher: &Fetcher,
    reference: &OciReference,
    progress: &Reporter<'_>,
) -> Result<Blob, FetchError> {
    let mut repository = Repository::new(fetcher, reference.registry(), reference.repository())?;
    let target = match reference.target() {
        Target::Tag(tag) => tag.clone(),
        Target::Digest(digest) => format!("sha256:{digest}"),
    };
    let url = repository.url(&format!("manifests/{target}"))?;
    let mut retry = fetcher.retry();
    let layer = loop {
        progress.connecting();
        match repository.layer(&url, reference).await {
            Ok(layer) => break layer,
            Err(error) => retry.after(error, progress).await?,
        }
    };
    Ok(Blob {
        url: repository.url(&format!("blobs/sha256:{}", layer.sha256))?,
        headers: repository.authorization(),
        size: layer.size,
        sha256: layer.sha256,
    })
}

/// The highest version that the tags of a repository name; a pre-release only if there is no other.
pub(crate) async fn highest_version(
    fetcher: &Fetcher,
    registry: &str,
    name: &str,
    progress: &Reporter<'_>,
) -> Result<Version, FetchError> {
    let mut repository = Repository::new(fetcher, registry, name)?;
    let mut retry = fetcher.retry();
    let tags = loop {
        progress.connecting();
        match repository.tags().await {
            Ok(tags) => break tags,
            Err(error) => retry.after(error, progress).await?,
        }
    };
    let versions = tags.iter().filter_map(|tag| Version::parse(tag).ok());
    versions
        .max_by_key(|version| (version.pre.is_empty(), version.clone()))
        .ok_or_else(|| {
            FetchError::Answer(Refusal::new(
                format!("{registry}/{name}"),
                "a tag that is a version",
                format!("{} tags, none of them one", tags.len()),
                "name the tag: `oci://registry/name:tag`",
            ))
        })
}

/// A repository, and the token for it if one is needed.
struct Repository<'a> {
    fetcher: &'a Fetcher,
    base: Url,
    name: &'a str,
    token: Option<Token>,
}

impl<'a> Repository<'a> {
    fn new(fetcher: &'a Fetcher, registry: &str, name: &'a str) -> Result<Self, FetchError> {
        Ok(Self {
            base: fetcher.client.base_of(registry)?,
            fetcher,
            name,
            token: None,
        })
    }

    fn url(&self, path: &str) -> Result<Url, FetchError> {
        let url = self.base.join(&format!("v2/{}/{path}", self.name));
        url.map_err(|error| FetchError::Setup(error.to_string()))
    }

    fn authorization(&self) -> HeaderMap {
        let token = self.token.as_ref().map(Token::header);
        token
            .map(|value| (header::AUTHORIZATION, value))
            .into_iter()
            .collect()
    }

    /// Asks, and asks again with a token if that is what is missing.
    async fn get(&mut self, url: &Url, accept: HeaderValue) -> Result<Answer, FetchError> {
        let client = &self.fetcher.client;
        for may_ask_for_token in [true, false] {
            let mut headers = self.authorization();
            headers.insert(header::ACCEPT, accept.clone());
            let answer = client.get(url, headers).await?;
            match answer.status() {
                StatusCode::OK => return Ok(answer),
                StatusCode::UNAUTHORIZED if may_ask_for_token => {
                    self.token = Some(Token::ask(client, &answer, self.name).await?);
                }
                _ => return Err(answer.refused()),
            }
        }
        Err(FetchError::Setup(format!(
            "{url}: a token was asked for twice"
        )))
    }

    async fn layer(&mut self, url: &Url, reference: &OciReference) -> Result<Layer, FetchError> {
        let answer = self
            .get(url, HeaderValue::from_static(manifest::ACCEPTED))
            .await?;
        let at = answer.at();
        let said = answer.header(&CONTENT_DIGEST).map(str::to_owned);
        let body = answer.whole(MAX_MANIFEST_BYTES).await?;
        let found = Digest::of(&body);
        let promised = match reference.target() {
            Target::Digest(digest) => Some(*digest),
            Target::Tag(_) => said.and_then(|said| parse_digest(&said).ok()),
        };
        match promised {
            Some(promised) if promised != found => Err(FetchError::Different(Refusal::new(
                at,
                format!("a manifest with the SHA-256 {promised}"),
                found.to_string(),
                "do not install it; tell whoever runs the registry",
            ))),
            _ => manifest::only_layer(&at, &body),
        }
    }

    async fn tags(&mut self) -> Result<Vec<String>, FetchError> {
        #[derive(Deserialize)]
        struct Page {
            tags: Option<Vec<String>>,
        }
        let mut all = Vec::new();
        let mut next = Some(self.url("tags/list")?);
        for _ in 0..MAX_TAG_PAGES {
            let Some(url) = next.take() else { break };
            let answer = self
                .get(&url, HeaderValue::from_static("application/json"))
                .await?;
            let at = answer.at();
            let link = answer.header(&header::LINK).and_then(next_page);
            next = link
                .map(|link| self.fetcher.client.follow(&answer, &link))
                .transpose()?;
            let body = answer.whole(MAX_TAGS_BYTES).await?;
            let page: Page = serde_json::from_slice(&body).map_err(|error| {
                FetchError::Answer(Refusal::new(
                    at,
                    "a list of tags",
                    error.to_string(),
                    "name the tag: `oci://registry/name:tag`",
                ))
            })?;
            all.extend(page.tags.unwrap_or_default());
        }
        Ok(all)
    }
}

/// The address in `<…>; rel="next"`.
fn next_page(link: &str) -> Option<String> {
    let (address, relation) = link.trim().strip_prefix('<')?.split_once('>')?;
    relation.contains("next").then(|| address.to_owned())
}
