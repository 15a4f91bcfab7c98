//! One file from one server, over as many connections as it takes.

use http::HeaderMap;
use http::header::{self, HeaderValue};
use pato_packages::{Inspected, ReaderLimits};
use reqwest::StatusCode;
use tempfile::TempPath;
use url::Url;

use crate::configuration::FetcherConfiguration;
use crate::error::{FetchError, Refusal};
use crate::intake::Intake;
use crate::network::{Answer, Client, Retry, shown};
use crate::progress::{Reporter, Speed};
use crate::validator::Validator;

/// A download under way.
pub(crate) struct Download<'a> {
    configuration: &'a FetcherConfiguration,
    client: &'a Client,
    progress: &'a Reporter<'a>,
    url: &'a Url,
    /// Sent with each try.
    headers: HeaderMap,
    /// How many bytes it must have, if that was promised.
    expected_size: Option<u64>,
    intake: Intake,
    /// How many bytes the intake has got.
    received: u64,
    /// How many there will be, if the server says so.
    total: Option<u64>,
    /// Tells whether the server still has the same.
    validator: Option<Validator>,
    /// The most bytes that were ever here. Only what goes beyond is progress, else a server that always
    /// breaks at the same place would be asked for ever.
    furthest: u64,
}

impl<'a> Download<'a> {
    pub(crate) fn new(
        configuration: &'a FetcherConfiguration,
        client: &'a Client,
        progress: &'a Reporter<'a>,
        url: &'a Url,
        headers: HeaderMap,
        expected_size: Option<u64>,
    ) -> Result<Self, FetchError> {
        // An address that may not be asked is refused before anything is written.
        client.check(url)?;
        Ok(Self {
            configuration,
            client,
            progress,
            url,
            headers,
            expected_size,
            intake: intake(configuration, url, progress)?,
            received: 0,
            total: None,
            validator: None,
            furthest: 0,
        })
    }

    /// Downloads, tries again where that can help, and checks what came.
    pub(crate) async fn run(
        mut self,
        retry: &mut Retry,
    ) -> Result<(TempPath, Inspected), FetchError> {
        loop {
            let before = self.furthest;
            self.progress.connecting();
            let Err(error) = self.attempt().await else {
                break;
            };
            if self.furthest > before {
                retry.reset();
            }
            // While nothing has come, an unknown name is most likely misspelt.
            let error = match error {
                FetchError::NameUnknown { name, reason } if self.furthest > 0 => {
                    FetchError::Unreachable { host: name, reason }
                }
                other => other,
            };
            retry.after(error, self.progress).await?;
        }
        self.progress.checking();
        self.intake.finish().await
    }

    /// Takes as much as one connection brings.
    async fn attempt(&mut self) -> Result<(), FetchError> {
        let mut headers = self.headers.clone();
        match &self.validator {
            Some(validator) if self.received > 0 => {
                let range = HeaderValue::try_from(format!("bytes={}-", self.received));
                let range = range.map_err(|error| FetchError::Setup(error.to_string()))?;
                headers.insert(header::RANGE, range);
                headers.insert(header::IF_RANGE, validator.for_if_range());
            }
            // Without one nobody knows whether the rest would belong to what is here.
            _ => self.start_anew()?,
        }
        let mut answer = self.client.get(self.url, headers).await?;
        match answer.status() {
            StatusCode::OK => self.begin(&answer)?,
            StatusCode::PARTIAL_CONTENT if self.received > 0 => self.resume(&answer)?,
            StatusCode::RANGE_NOT_SATISFIABLE if self.received > 0 => return Err(self.replaced()),
            _ => return Err(answer.refused()),
        }
        let mut speed = Speed::new(self.received);
        loop {
            let chunk = self.intake.gathering(answer.chunk(self.received)).await;
            let Some(chunk) = chunk.map_err(|error| self.cut(error))? else {
                break;
            };
            self.received += chunk.len() as u64;
            self.furthest = self.furthest.max(self.received);
            self.check_size(&answer, self.received)?;
            self.intake.push(chunk).await?;
            self.progress
                .receiving(self.received, self.total, &mut speed);
        }
        match self.total {
            Some(total) if self.received < total => Err(self.cut(FetchError::Cut {
                at: answer.at(),
                received: self.received,
                total: None,
                reason: "it ended early".to_owned(),
            })),
            _ => Ok(()),
        }
    }

    /// The whole file comes: because it was asked for, or since the server can't give a part or has another.
    fn begin(&mut self, answer: &Answer) -> Result<(), FetchError> {
        if self.received > 0 {
            self.start_anew()?;
        }
        answer.check_encoding()?;
        self.validator = Validator::of(answer);
        self.total = answer.length();
        let Some(total) = self.total else {
            return Ok(());
        };
        self.check_size(answer, total)?;
        match self.expected_size {
            Some(expected) if total != expected => Err(wrong_size(answer, expected, total)),
            _ => Ok(()),
        }
    }

    /// The rest comes, if it is the rest of what is here.
    fn resume(&mut self, answer: &Answer) -> Result<(), FetchError> {
        answer.check_encoding()?;
        let range = answer.header(&header::CONTENT_RANGE).unwrap_or("none");
        let wanted = format!("bytes {}-", self.received);
        let (_, total) = range.rsplit_once('/').unwrap_or_default();
        let is_rest = range.starts_with(&wanted)
            && self.total.is_none_or(|known| total == known.to_string())
            && Validator::of(answer).is_none_or(|now| Some(now) == self.validator);
        match is_rest {
            true => Ok(()),
            false => Err(self.replaced()),
        }
    }

    fn replaced(&mut self) -> FetchError {
        match self.start_anew() {
            Ok(()) => FetchError::Replaced {
                at: shown(self.url),
            },
            Err(error) => error,
        }
    }

    /// Forgets what came, so that no bytes of two files are ever mixed.
    fn start_anew(&mut self) -> Result<(), FetchError> {
        self.validator = None;
        self.total = None;
        if self.received > 0 {
            self.intake = intake(self.configuration, self.url, self.progress)?;
            self.received = 0;
            self.progress.forgotten();
        }
        Ok(())
    }

    /// Refuses once there is, or will be, more than there may be.
    fn check_size(&self, answer: &Answer, size: u64) -> Result<(), FetchError> {
        let limit = self.configuration.max_bytes;
        match self.expected_size {
            Some(expected) if size > expected => Err(wrong_size(answer, expected, size)),
            _ if size > limit => Err(FetchError::Answer(Refusal::new(
                answer.at(),
                format!("a package of at most {limit} bytes"),
                format!("{size} or more"),
                "ask its author for a smaller one",
            ))),
            _ => Ok(()),
        }
    }

    fn cut(&self, error: FetchError) -> FetchError {
        match error {
            FetchError::Cut { at, reason, .. } => FetchError::Cut {
                at,
                received: self.received,
                total: self.total,
                reason,
            },
            other => other,
        }
    }
}

fn intake(
    configuration: &FetcherConfiguration,
    url: &Url,
    progress: &Reporter<'_>,
) -> Result<Intake, FetchError> {
    let limits = ReaderLimits {
        max_bytes: configuration.max_bytes,
    };
    let folder = &configuration.temporary_folder;
    Intake::start(shown(url), folder, limits, progress.sender().clone())
}

fn wrong_size(answer: &Answer, expected: u64, size: u64) -> FetchError {
    FetchError::Different(Refusal::new(
        answer.at(),
        format!("{expected} bytes, as was promised"),
        format!("{size} or more"),
        "do not install it; tell whoever published it",
    ))
}
