//! Kick's signature: RSA with SHA-256 by PKCS #1 v1.5, over `id.timestamp.body`.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::Method;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::pki_types::pem::PemObject;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use crate::connector::ConnectorError;
use crate::kick::http::{Http, send};

/// How often the key is asked for at most, if signatures do not fit the one that is known: forgeries
/// shall not make Pato call Kick again and again.
const ASK_EVERY: Duration = Duration::from_secs(300);

/// The same for as long as none is known.
const ASK_AT_FIRST_EVERY: Duration = Duration::from_secs(5);

/// Kick's public key, asked for when it is needed.
pub(in crate::kick) struct PublicKey {
    http: Http,
    url: Url,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// As PKCS #1 has it.
    key: Option<Vec<u8>>,
    asked: Option<Instant>,
}

impl PublicKey {
    pub(in crate::kick) fn new(http: Http, api: &Url) -> Self {
        let mut url = api.clone();
        url.set_path("/public/v1/public-key");
        Self {
            http,
            url,
            known: Mutex::default(),
        }
    }

    /// Whether Kick has signed `message`.
    pub(super) async fn verifies(&self, message: &[u8], signature: &str) -> bool {
        let Ok(signature) = BASE64_STANDARD.decode(signature) else {
            return false;
        };
        let mut known = self.known.lock().await;
        if known.verifies(message, &signature) {
            return true;
        }
        // The key may be new.
        let pause = match known.key {
            Some(_) => ASK_EVERY,
            None => ASK_AT_FIRST_EVERY,
        };
        if known.asked.is_some_and(|asked| asked.elapsed() < pause) {
            return false;
        }
        known.asked = Some(Instant::now());
        match self.ask().await {
            Ok(key) => known.key = Some(key),
            Err(error) => tracing::warn!(%error, "Kick's key for webhooks can't be had"),
        }
        known.verifies(message, &signature)
    }

    async fn ask(&self) -> Result<Vec<u8>, ConnectorError> {
        #[derive(Deserialize)]
        struct Answer {
            public_key: String,
        }
        let request = self.http.request(Method::GET, self.url.clone());
        let answer = send(request, "the public key").await?;
        if !answer.is_success() {
            return Err(ConnectorError::Unavailable(answer.reason()));
        }
        let Answer { public_key } = answer.data("the public key")?;
        from_pem(&public_key)
            .ok_or_else(|| ConnectorError::Failed("what Kick calls its key is none".into()))
    }
}

impl Known {
    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.as_deref().is_some_and(|key| {
            let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key);
            key.verify(message, signature).is_ok()
        })
    }
}

/// The RSA key in a `PUBLIC KEY` of PEM.
fn from_pem(pem: &str) -> Option<Vec<u8>> {
    let info = SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes()).ok()?;
    let info = spki::SubjectPublicKeyInfoRef::try_from(info.as_ref()).ok()?;
    Some(info.subject_public_key.raw_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_key_is_none() {
        for pem in [
            "",
            "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        ] {
            assert_eq!(from_pem(pem), None, "{pem}");
        }
    }
}
