//! Container registries: the program that most of them run, and what only a hostile one would say.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use pato_library::{Expected, FetchError};
use pato_packages::Digest;
use pato_test_servers::faults::HttpFault;
use pato_test_servers::files::{File, FileServer};
use pato_test_servers::http::{Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::component::{component, manifest};
use crate::setting::Setting;

const IMAGE: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// The reference implementation of the distribution protocol, as Debian names it.
const PROGRAM: &str = "docker-registry";

/// A running registry; ends when dropped.
struct Registry {
    child: Child,
    address: String,
    folder: TempDir,
    client: reqwest::Client,
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Registry {
    /// Starts it on a port of its choice, without asking for a login; none if it is not installed and need
    /// not be.
    fn start() -> Option<Self> {
        Self::start_with("")
    }

    fn start_with(more: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().display();
        let configuration = format!(
            "version: 0.1\nstorage: {{filesystem: {{rootdirectory: '{root}'}}}}\n\
             http: {{addr: '127.0.0.1:0'}}\n{more}\n"
        );
        let path = folder.path().join("registry.yml");
        fs::write(&path, configuration).unwrap();
        let child = Command::new(PROGRAM)
            .arg("serve")
            .arg(&path)
            .env("OTEL_TRACES_EXPORTER", "none")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = match child {
            Ok(child) => child,
            Err(error) => {
                let is_required = std::env::var_os("PATO_REQUIRE_REGISTRY").is_some();
                assert!(
                    !is_required,
                    "{PROGRAM}: {error}; install it with `cargo xtask setup`"
                );
                eprintln!(
                    "\n*** SKIPPED: no test against a real registry: {PROGRAM}: {error} ***\n"
                );
                return None;
            }
        };
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines.find_map(|line| {
            let line = line.unwrap();
            let (_, rest) = line.split_once("listening on ")?;
            let address = rest
                .split(|character: char| !character.is_ascii_digit() && !".:".contains(character));
            address.into_iter().next().map(str::to_owned)
        });
        // A full pipe would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]);
        Some(Self {
            child,
            address: address.expect("it listens"),
            folder,
            client: client.build().unwrap(),
        })
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/v2/{path}", self.address)
    }

    /// Uploads as the distribution protocol has it: ask for a place, then put everything there.
    async fn push_blob(&self, name: &str, bytes: &[u8]) -> Digest {
        let digest = Digest::of(bytes);
        let begin = self
            .client
            .post(self.url(&format!("{name}/blobs/uploads/")));
        let place = begin.bearer_auth("x").send().await.unwrap();
        let place = place.headers()["location"].to_str().unwrap().to_owned();
        let mut place = url::Url::parse(&place).unwrap();
        place
            .query_pairs_mut()
            .append_pair("digest", &format!("sha256:{digest}"));
        let put = self.client.put(place).bearer_auth("x").body(bytes.to_vec());
        assert_eq!(put.send().await.unwrap().status(), 201);
        digest
    }

    async fn push_manifest(
        &self,
        name: &str,
        tag: &str,
        media_type: &str,
        manifest: &Value,
    ) -> Digest {
        let body = serde_json::to_vec(manifest).unwrap();
        let digest = Digest::of(&body);
        let put = self
            .client
            .put(self.url(&format!("{name}/manifests/{tag}")));
        let put = put
            .bearer_auth("x")
            .header("content-type", media_type)
            .body(body);
        let answer = put.send().await.unwrap();
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
        digest
    }

    /// Pushes what `wkg oci push` does.
    async fn push(&self, name: &str, tag: &str, package: &[u8]) -> Digest {
        let config = self.push_blob(name, CONFIG).await;
        let layer = self.push_blob(name, package).await;
        let manifest = image(config, &[(layer, package.len())]);
        self.push_manifest(name, tag, IMAGE, &manifest).await
    }

    /// Where it keeps the bytes of a blob.
    fn file_of(&self, digest: &Digest) -> PathBuf {
        let digest = digest.to_string();
        let blobs = self.folder.path().join("docker/registry/v2/blobs/sha256");
        let (first, _) = digest.split_at(2);
        blobs.join(first).join(&digest).join("data")
    }

    fn source(&self, rest: &str) -> String {
        format!("oci://{}/{rest}", self.address)
    }
}

const CONFIG: &[u8] =
    br#"{"created":"2026-11-21T12:00:00Z","architecture":"wasm","os":"wasip2","layerDigests":[]}"#;

fn image(config: Digest, layers: &[(Digest, usize)]) -> Value {
    let layers: Vec<_> = layers
        .iter()
        .map(|(digest, size)| {
            json!({"mediaType": "application/wasm", "digest": format!("sha256:{digest}"), "size": size})
        })
        .collect();
    json!({
        "schemaVersion": 2,
        "mediaType": IMAGE,
        "config": {
            "mediaType": "application/vnd.wasm.config.v0+json",
            "digest": format!("sha256:{config}"),
            "size": CONFIG.len(),
        },
        "layers": layers,
    })
}

#[tokio::test]
async fn a_pushed_component_comes_by_tag_and_by_digest() {
    let setting = Setting::new(300 * 1024).await;
    let Some(registry) = Registry::start() else {
        return;
    };
    let digest = registry.push("me/alerts", "1.0.0", &setting.package).await;
    for rest in [
        "me/alerts:1.0.0".to_owned(),
        format!("me/alerts@sha256:{digest}"),
    ] {
        let source = registry.source(&rest).parse().unwrap();
        let fetched = setting.fetch(&source, &Expected::default()).await.unwrap();
        assert!(fs::read(&fetched.file).unwrap() == setting.package);
        assert_eq!(fetched.from, source);
    }
    for (rest, reason) in [
        ("me/alerts:2.0.0", "404"),
        ("me/alerts", "404"),
        ("nobody/nothing:1", "404"),
        (&format!("me/alerts@sha256:{}", Digest::of(b"other")), "404"),
    ] {
        let (_, words) = setting
            .refused(&registry.source(rest), &Expected::default())
            .await;
        assert!(words.contains(reason), "{words}");
    }
    let promised = Expected {
        sha256: Some(Digest::of(b"other")),
        ..Expected::default()
    };
    let (error, words) = setting
        .refused(&registry.source("me/alerts:1.0.0"), &promised)
        .await;
    assert!(matches!(error, FetchError::Different(_)), "{words}");
}

#[tokio::test]
async fn what_is_no_single_component_is_refused_by_what_it_is() {
    let setting = Setting::new(1024).await;
    let Some(registry) = Registry::start() else {
        return;
    };
    let name = "me/alerts";
    let image_digest = registry.push(name, "good", &setting.package).await;
    let config = registry.push_blob(name, CONFIG).await;
    let layer = registry.push_blob(name, &setting.package).await;
    let size = setting.package.len();

    let two = image(config, &[(layer, size), (config, CONFIG.len())]);
    registry.push_manifest(name, "two", IMAGE, &two).await;
    registry
        .push_manifest(name, "none", IMAGE, &image(config, &[]))
        .await;
    let mut container = image(config, &[(layer, size)]);
    container["config"]["mediaType"] = "application/vnd.oci.image.config.v1+json".into();
    registry
        .push_manifest(name, "container", IMAGE, &container)
        .await;
    let mut packed = image(config, &[(layer, size)]);
    packed["layers"][0]["mediaType"] = "application/vnd.oci.image.layer.v1.tar+gzip".into();
    registry.push_manifest(name, "packed", IMAGE, &packed).await;
    let size_of_image = serde_json::to_vec(&image(config, &[(layer, size)]))
        .unwrap()
        .len();
    let list = json!({
        "schemaVersion": 2,
        "mediaType": INDEX,
        "manifests": [{
            "mediaType": IMAGE,
            "digest": format!("sha256:{image_digest}"),
            "size": size_of_image,
            "platform": {"architecture": "wasm", "os": "wasip2"},
        }],
    });
    registry.push_manifest(name, "list", INDEX, &list).await;
    for (tag, reason) in [
        ("two", "exactly one layer, but found 2"),
        ("none", "exactly one layer, but found 0"),
        ("container", "image.config"),
        ("packed", "tar+gzip"),
        ("list", "a list of 1 images"),
    ] {
        let source = registry.source(&format!("{name}:{tag}"));
        let (error, words) = setting.refused(&source, &Expected::default()).await;
        assert!(matches!(error, FetchError::Answer(_)), "{words}");
        assert!(words.contains(reason), "{words}");
    }
}

#[tokio::test]
async fn a_layer_that_is_gone_or_is_not_what_the_manifest_says_is_refused() {
    let setting = Setting::new(20 * 1024).await;
    let Some(registry) = Registry::start() else {
        return;
    };
    registry.push("me/alerts", "1", &setting.package).await;
    let source = registry.source("me/alerts:1");
    let file = registry.file_of(&Digest::of(&setting.package));
    let other = component(&manifest("2.0.0", None), 20 * 1024);
    assert_eq!(other.len(), setting.package.len());
    fs::write(&file, &other).unwrap();
    let (error, words) = setting.refused(&source, &Expected::default()).await;
    assert!(matches!(error, FetchError::Different(_)), "{words}");
    assert!(words.contains(&Digest::of(&other).to_string()), "{words}");
    fs::write(&file, &other[..other.len() - 1]).unwrap();
    setting.refused(&source, &Expected::default()).await;
    fs::remove_file(&file).unwrap();
    let (_, words) = setting.refused(&source, &Expected::default()).await;
    assert!(words.contains("404"), "{words}");
}

#[tokio::test]
async fn a_registry_that_gives_tokens_to_everybody_is_read_with_one() {
    let setting = Setting::new(20 * 1024).await;
    setting
        .files
        .put("/token", File::new(r#"{"token":"t0ken"}"#, "t"));
    let realm = setting.url("/token");
    let silly = format!("auth: {{silly: {{realm: '{realm}', service: us}}}}");
    let Some(registry) = Registry::start_with(&silly) else {
        return;
    };
    registry.push("me/alerts", "1", &setting.package).await;
    let source = registry.source("me/alerts:1").parse().unwrap();
    drop(setting.fetch(&source, &Expected::default()).await.unwrap());
    let asked = setting.server.calls().pop().unwrap();
    assert_eq!(asked.query("service"), Some("us"));
    assert_eq!(asked.query("scope"), Some("repository:me/alerts:pull"));
    for (token, reason) in [
        ("{}", "without `token`"),
        ("<html>", "a token"),
        (r#"{"token":"a\nb"}"#, "characters"),
    ] {
        setting.files.put("/token", File::new(token, "t"));
        let (_, words) = setting
            .refused(&registry.source("me/alerts:1"), &Expected::default())
            .await;
        assert!(words.contains(reason), "{words}");
    }
}

/// A registry of files, for what the real one can't be made to say.
async fn fake(setting: &Setting) -> String {
    let layer = Digest::of(&setting.package);
    let manifest = image(Digest::of(CONFIG), &[(layer, setting.package.len())]);
    setting.files.put(
        "/v2/a/manifests/1",
        File::new(serde_json::to_vec(&manifest).unwrap(), "m"),
    );
    let blob = format!("/v2/a/blobs/sha256:{layer}");
    setting
        .files
        .put(&blob, File::new(setting.package.clone(), "b"));
    blob
}

#[tokio::test]
async fn a_token_stays_with_the_registry_and_is_asked_for_where_one_may_ask() {
    let setting = Setting::new(20 * 1024).await;
    let blob = fake(&setting).await;
    let source = format!("oci://{}/a:1", setting.server.address());
    let challenge = |challenge: &str| {
        let answer = Response::new(StatusCode::UNAUTHORIZED);
        HttpFault::Answer(answer.with_header("www-authenticate", challenge))
    };
    setting
        .files
        .put("/token", File::new(r#"{"access_token":"t0ken"}"#, "t"));
    let (elsewhere, files) = FileServer::start().await.unwrap();
    files.put("/b", File::new(setting.package.clone(), "b"));
    let bearer = format!("Bearer realm=\"{}\",service=\"us\"", setting.url("/token"));
    let faults = setting.server.faults();
    faults.next("GET /v2/a/manifests/1", 1, challenge(&bearer));
    let away = Response::new(StatusCode::TEMPORARY_REDIRECT);
    let away = away.with_header("location", &format!("{}/b", elsewhere.url()));
    faults.next(&format!("GET {blob}"), 1, HttpFault::Answer(away));
    drop(
        setting
            .fetch(&source.parse().unwrap(), &Expected::default())
            .await
            .unwrap(),
    );
    let asked = setting.server.calls();
    let tokens: Vec<_> = asked
        .iter()
        .map(|call| (call.path.as_str(), call.token("bearer")))
        .collect();
    let expected = [
        ("/v2/a/manifests/1", None),
        ("/token", None),
        ("/v2/a/manifests/1", Some("t0ken")),
        (&*blob, Some("t0ken")),
    ];
    assert_eq!(tokens, expected);
    assert_eq!(elsewhere.calls()[0].header("authorization"), None);

    for (text, reason) in [
        ("Basic realm=\"us\"", "a login (Basic)"),
        ("", "no word of how"),
        ("Bearer realm=\"https://10.0.0.1/token\"", "10.0.0.1"),
        ("Bearer realm=\"http://example.com/token\"", "`https:`"),
        (&bearer, "401"),
    ] {
        faults.next("GET /v2/a/manifests/1", 2, challenge(text));
        let (_, words) = setting.refused(&source, &Expected::default()).await;
        assert!(words.contains(reason), "{text}: {words}");
        faults.clear();
    }
}

#[tokio::test]
async fn a_manifest_that_is_not_the_promised_one_or_far_too_long_is_refused() {
    let setting = Setting::new(1024).await;
    fake(&setting).await;
    let host = setting.server.address();
    let other = Digest::of(b"other");
    let manifest = json!({"schemaVersion": 2});
    let path = format!("/v2/a/manifests/sha256:{other}");
    setting.files.put(
        &path,
        File::new(serde_json::to_vec(&manifest).unwrap(), "m"),
    );
    let source = format!("oci://{host}/a@sha256:{other}");
    let (error, words) = setting.refused(&source, &Expected::default()).await;
    assert!(matches!(error, FetchError::Different(_)), "{words}");
    assert!(words.contains("a manifest with the SHA-256"), "{words}");
    let source = format!("oci://{host}/a:1");
    let said = Response::new(StatusCode::OK)
        .with_header("docker-content-digest", &format!("sha256:{other}"))
        .with_body("{}");
    setting
        .server
        .faults()
        .next("GET /v2/a/manifests/1", 1, HttpFault::Answer(said));
    let (error, words) = setting.refused(&source, &Expected::default()).await;
    assert!(matches!(error, FetchError::Different(_)), "{words}");
    setting
        .files
        .put("/v2/a/manifests/1", File::new(vec![b' '; 5 << 20], "m"));
    let (_, words) = setting.refused(&source, &Expected::default()).await;
    assert!(words.contains("at most 4194304 bytes"), "{words}");
}

#[tokio::test]
async fn a_name_is_found_as_wkg_finds_it() {
    let Some(registry) = Registry::start() else {
        return;
    };
    let (metadata, files) = FileServer::start().await.unwrap();
    let host = metadata.address().to_string();
    let setting = Setting::with(1024, |configuration| {
        let namespaces = [("me".to_owned(), host)];
        configuration.registries.namespaces = namespaces.into_iter().collect();
        configuration.registries.default = Some(registry.address.clone());
    })
    .await;
    let place = json!({"oci": {"registry": registry.address, "namespacePrefix": "plugins/"}});
    let path = "/.well-known/wasm-pkg/registry.json";
    files.put(path, File::new(place.to_string(), "p"));
    for tag in ["1.2.0", "1.10.0", "2.0.0-beta", "latest"] {
        registry
            .push("plugins/me/alerts", tag, &setting.package)
            .await;
    }
    registry.push("you/alerts", "0.1.0", &setting.package).await;
    for (name, found) in [
        ("me:alerts", "plugins/me/alerts:1.10.0"),
        ("me:alerts@1.2.0", "plugins/me/alerts:1.2.0"),
        ("me:alerts@2.0.0-beta", "plugins/me/alerts:2.0.0-beta"),
        // A registry that says nothing of itself keeps its packages itself.
        ("you:alerts", "you/alerts:0.1.0"),
    ] {
        let fetched = setting
            .fetch(&name.parse().unwrap(), &Expected::default())
            .await;
        let fetched = fetched.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(fetched.from, registry.source(found).parse().unwrap());
    }
    let (_, words) = setting.refused("me:nothing", &Expected::default()).await;
    assert!(words.contains("404"), "{words}");
    let (_, words) = setting
        .refused("me:alerts@3.0.0", &Expected::default())
        .await;
    assert!(words.contains("404"), "{words}");
    files.put(path, File::new(r#"{"preferredProtocol":"warg"}"#, "p"));
    let (_, words) = setting.refused("me:alerts", &Expected::default()).await;
    assert!(
        words.contains("`warg`") && words.contains("oci://"),
        "{words}"
    );
    let bare = Setting::new(1024).await;
    let (_, words) = bare.refused("me:alerts", &Expected::default()).await;
    assert!(
        words.contains("a registry for the namespace `me`"),
        "{words}"
    );
}
