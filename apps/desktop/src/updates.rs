//! Newer versions of Pato itself, which are installed only if they are signed with the key in
//! `tauri.conf.json`. Where that names no endpoint, nothing is ever asked for.

use tauri::{AppHandle, Runtime};
use tauri_plugin_updater::{Update, UpdaterExt};

/// Whether this program was built to look for updates.
pub(crate) fn are_configured<R: Runtime>(app: &AppHandle<R>) -> bool {
    let configuration = app.config().plugins.0.get("updater");
    let endpoints = configuration.and_then(|updater| updater.get("endpoints")?.as_array());
    endpoints.is_some_and(|endpoints| !endpoints.is_empty())
}

/// The newer version, if there is one.
pub(crate) async fn look<R: Runtime>(
    app: &AppHandle<R>,
) -> tauri_plugin_updater::Result<Option<Update>> {
    if !are_configured(app) {
        return Ok(None);
    }
    app.updater()?.check().await
}

/// Downloads a newer version, checks its signature, and puts it in this one's place.
pub(crate) async fn install(update: &Update) -> tauri_plugin_updater::Result<()> {
    update.download_and_install(|_, _| {}, || {}).await
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use minisign::KeyPair;
    use serde_json::json;
    use tauri::test::{MockRuntime, mock_builder, mock_context, noop_assets};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    const NEW: &[u8] = b"the newer program";

    fn signature(keys: &KeyPair, bytes: &[u8]) -> String {
        let signed = minisign::sign(None, &keys.sk, Cursor::new(bytes), None, None).unwrap();
        STANDARD.encode(signed.into_string())
    }

    fn app(keys: &KeyPair, endpoints: &[String]) -> tauri::App<MockRuntime> {
        // Fails only if another test has done it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let key = keys.pk.to_box().unwrap().into_string();
        let mut context = mock_context(noop_assets());
        context.config_mut().version = Some("0.1.0".into());
        context.package_info_mut().version = "0.1.0".parse().unwrap();
        context.config_mut().plugins.0.insert(
            "updater".into(),
            json!({ "pubkey": STANDARD.encode(key), "endpoints": endpoints }),
        );
        let updater = tauri_plugin_updater::Builder::new().build();
        mock_builder().plugin(updater).build(context).unwrap()
    }

    /// Serves the description of a version with that signature, as it is documented, and its file.
    async fn serve(version: &str, signature: String) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let file = json!({ "url": format!("{base}/file"), "signature": signature });
        let system = tauri_plugin_updater::target().unwrap();
        let description = json!({ "version": version, "platforms": { system: file } }).to_string();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let mut request = vec![0; 4096];
                let read = socket.read(&mut request).await.unwrap_or_default();
                let body = match request[..read].starts_with(b"GET /file") {
                    true => NEW,
                    false => description.as_bytes(),
                };
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                let _ = socket.write_all(&[head.as_bytes(), body].concat()).await;
            }
        });
        format!("{base}/newest.json")
    }

    async fn download(keys: &KeyPair, signature: String) -> Result<Vec<u8>, String> {
        let app = app(keys, &[serve("9.0.0", signature).await]);
        let update = look(app.handle()).await.unwrap().expect("9 is newer");
        assert_eq!(update.version, "9.0.0");
        let bytes = update.download(|_, _| {}, || {}).await;
        bytes.map_err(|error| error.to_string())
    }

    fn keys() -> KeyPair {
        KeyPair::generate_unencrypted_keypair().unwrap()
    }

    #[tokio::test]
    async fn an_update_with_the_right_signature_is_taken() {
        let keys = keys();
        let signature = signature(&keys, NEW);
        assert_eq!(download(&keys, signature).await.unwrap(), NEW);
    }

    #[tokio::test]
    async fn an_update_that_is_unsigned_changed_or_signed_by_another_is_refused() {
        let keys = keys();
        for signature in [
            String::new(),
            "nonsense".into(),
            signature(&keys, b"the program that was signed"),
            signature(&self::keys(), NEW),
        ] {
            let refused = download(&keys, signature.clone()).await;
            assert!(refused.is_err(), "{signature}: {refused:?}");
        }
    }

    #[tokio::test]
    async fn what_is_not_newer_is_not_offered_however_well_it_is_signed() {
        let keys = keys();
        for version in ["0.1.0", "0.0.9"] {
            let signature = signature(&keys, NEW);
            let app = app(&keys, &[serve(version, signature).await]);
            assert!(look(app.handle()).await.unwrap().is_none(), "{version}");
        }
    }

    #[tokio::test]
    async fn a_place_that_is_not_there_is_an_error_and_no_reason_to_stop() {
        let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/newest.json", gone.local_addr().unwrap());
        drop(gone);
        assert!(look(app(&keys(), &[endpoint]).handle()).await.is_err());
    }

    #[tokio::test]
    async fn without_an_endpoint_nothing_is_asked_for() {
        let app = app(&keys(), &[]);
        assert!(!are_configured(app.handle()));
        assert!(look(app.handle()).await.unwrap().is_none());
    }
}
