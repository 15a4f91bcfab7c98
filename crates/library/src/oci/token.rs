//! Tokens for those who have no account. <https://distribution.github.io/distribution/spec/auth/token/>

use http::HeaderMap;
use http::header::{self, HeaderValue};
use reqwest::StatusCode;
use serde::Deserialize;
use url::Url;

use crate::error::{FetchError, Refusal};
use crate::network::{Answer, Client};

/// The longest answer of a token server, in bytes.
const MAX_TOKEN_BYTES: u64 = 64 * 1024;

/// What lets one read a repository, for a few minutes.
pub(super) struct Token(HeaderValue);

impl Token {
    /// Asks whom the refusal of a registry names.
    pub(super) async fn ask(
        client: &Client,
        refusal: &Answer,
        repository: &str,
    ) -> Result<Self, FetchError> {
        let url = Self::server(client, refusal, repository)?;
        let answer = client.get(&url, HeaderMap::new()).await?;
        if answer.status() != StatusCode::OK {
            return Err(answer.refused());
        }
        let at = answer.at();
        read(&answer.whole(MAX_TOKEN_BYTES).await?).map_err(|came| {
            FetchError::Answer(Refusal::new(
                at,
                "a token for everybody",
                came,
                "ask whoever published it for a public address",
            ))
        })
    }

    pub(super) fn header(&self) -> HeaderValue {
        self.0.clone()
    }

    fn server(client: &Client, refusal: &Answer, repository: &str) -> Result<Url, FetchError> {
        let mut came = Vec::new();
        for text in refusal.headers(&header::WWW_AUTHENTICATE) {
            for challenge in http_auth::parse_challenges(text).unwrap_or_default() {
                let parameter = |name: &str| {
                    let mut all = challenge.params.iter();
                    let found = all.find(|(key, _)| key.eq_ignore_ascii_case(name));
                    found.map(|(_, value)| value.to_unescaped())
                };
                let realm =
                    parameter("realm").filter(|_| challenge.scheme.eq_ignore_ascii_case("bearer"));
                if let Some(realm) = realm {
                    // The registry decides where we go next, as with a redirect.
                    let mut url = client.follow(refusal, &realm)?;
                    let scope = format!("repository:{repository}:pull");
                    url.query_pairs_mut()
                        .extend_pairs(parameter("service").map(|service| ("service", service)))
                        .append_pair("scope", &scope);
                    return Ok(url);
                }
                came.push(challenge.scheme.to_owned());
            }
        }
        let came = match came.as_slice() {
            [] => "no word of how".to_owned(),
            schemes => format!("a login ({})", schemes.join(", ").escape_debug()),
        };
        Err(FetchError::Answer(Refusal::new(
            refusal.at(),
            "a registry that everybody may read, or a token for everybody",
            came,
            "ask whoever published it for a public address",
        )))
    }
}

fn read(body: &[u8]) -> Result<Token, String> {
    #[derive(Deserialize)]
    struct Answered {
        token: Option<String>,
        access_token: Option<String>,
    }
    let answered: Answered = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let token = answered.token.or(answered.access_token);
    let token = token.ok_or("an answer without `token`")?;
    let value = HeaderValue::try_from(format!("Bearer {token}"));
    let mut value = value.map_err(|_| "one with characters that no header may have")?;
    value.set_sensitive(true);
    Ok(Token(value))
}
