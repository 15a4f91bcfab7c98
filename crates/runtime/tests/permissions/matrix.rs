//! Each capability: works when granted, refused when not requested, refused when not granted, refused
//! after the grant was revoked while the plugin runs, works again when it is granted again.

use std::collections::BTreeSet;

use pato_permissions::Grants;
use pato_runtime::{LoadOptions, PluginHandle};
use serde_json::{Value, json};

use crate::kit::{
    Host, SocketServer, WebServer, command, granted_to, grants, manifest, ok, refusal, requesting,
};

/// One way to use a capability.
struct Row {
    command: &'static str,
    parameters: Value,
    /// What is requested and granted.
    permission: String,
    /// What the call needs of it.
    wanted: String,
    /// What a manifest without it would have to say.
    line: String,
}

fn rows(web: &WebServer, sockets: &SocketServer) -> Vec<Row> {
    let row = |command, parameters, permission: &str, wanted: &str, line: &str| Row {
        command,
        parameters,
        permission: permission.to_owned(),
        wanted: wanted.to_owned(),
        line: format!("under [permissions] in pato.toml write: {line}"),
    };
    let storage = |command, parameters| {
        let (permission, line) = ("storage:64KiB", "storage = \"1MiB\"");
        row(command, parameters, permission, permission, line)
    };
    let timer = |command| {
        let parameters = json!({ "milliseconds": 3_600_000 });
        row(command, parameters, "timers", "timers", "timers = true")
    };
    let (http, websocket) = (web.address, sockets.address);
    vec![
        row(
            "publish",
            json!({ "topic": "probe.published", "data": {} }),
            "publish:probe.**",
            "publish:probe.published",
            "publish = [\"probe.published\"]",
        ),
        row(
            "publish-state",
            json!({ "topic": "probe.state", "data": {} }),
            "publish:probe.**",
            "publish:probe.state",
            "publish = [\"probe.state\"]",
        ),
        row(
            "subscribe",
            json!({ "pattern": "probe.*" }),
            "subscribe:probe.**",
            "subscribe:probe.*",
            "subscribe = [\"probe.*\"]",
        ),
        row(
            "snapshot",
            json!({ "pattern": "probe.state" }),
            "subscribe:probe.**",
            "subscribe:probe.state",
            "subscribe = [\"probe.state\"]",
        ),
        row(
            "call",
            json!({ "action": "chat.send", "parameters": { "text": "hello" } }),
            "call:chat.send",
            "call:chat.send",
            "call = [\"chat.send\"]",
        ),
        storage("storage-set", json!({ "key": "name", "value": "kept" })),
        storage("storage-get", json!({ "key": "name" })),
        storage("storage-keys", json!({ "prefix": "" })),
        storage(
            "storage-transact",
            json!({ "set": { "a": "1" }, "delete": ["name"] }),
        ),
        storage("storage-delete", json!({ "key": "a" })),
        row(
            "http",
            json!({ "method": "GET", "url": web.url() }),
            &format!("http:{http}"),
            &format!("http:{http}"),
            &format!("network.http = [\"{http}\"]"),
        ),
        row(
            "websocket-connect",
            json!({ "url": sockets.url() }),
            &format!("websocket:{websocket}"),
            &format!("websocket:{websocket}"),
            &format!("network.websocket = [\"{websocket}\"]"),
        ),
        timer("timer-after"),
        timer("timer-every"),
    ]
}

impl Row {
    async fn works(&self, plugin: &PluginHandle) {
        ok(plugin, self.command, self.parameters.clone()).await;
    }

    /// It is refused with exactly this text.
    async fn is_denied(&self, plugin: &PluginHandle, text: &str) {
        let refused = refusal(plugin, self.command, self.parameters.clone()).await;
        assert_eq!(
            refused,
            ("denied".to_owned(), text.to_owned()),
            "{}",
            self.command
        );
    }

    /// The line that grants what the call needs.
    fn grant_line(&self) -> String {
        format!("pato plugin grant capabilities {}", self.wanted)
    }
}

/// What calls have brought about outside of the plugin.
fn traces(host: &Host, web: &WebServer) -> (usize, usize, Value, u64) {
    (
        host.services.calls().len(),
        web.requests().len(),
        json!(host.storage.of("capabilities")),
        host.bus.metrics().published,
    )
}

struct Set {
    host: Host,
    web: WebServer,
    _sockets: SocketServer,
    rows: Vec<Row>,
    options: LoadOptions,
}

impl Set {
    async fn new() -> Self {
        let (web, sockets) = (WebServer::start().await, SocketServer::start().await);
        let rows = rows(&web, &sockets);
        let (http, websocket) = (rows[10].permission.clone(), rows[11].permission.clone());
        let manifest = requesting(manifest("capabilities"), &[&http, &websocket]);
        Self {
            host: Host::start(),
            web,
            _sockets: sockets,
            rows,
            options: granted_to(manifest),
        }
    }

    fn all(&self) -> Grants {
        self.options.grants.clone()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_requested_and_granted_works() {
    let set = Set::new().await;
    let plugin = set.host.load("capabilities", set.options.clone()).await;
    for row in &set.rows {
        row.works(&plugin).await;
    }
    assert_eq!(plugin.metrics().denials, 0);
    assert_eq!(set.host.services.calls().len(), 1);
    assert_eq!(set.web.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_requested_is_refused_with_the_line_for_the_manifest() {
    let set = Set::new().await;
    let denied = set.host.listen("plugin.denied");
    // Even with all of it granted: the manifest bounds what a plugin can do.
    for grants in [Grants::default(), set.all()] {
        let options = LoadOptions {
            grants,
            ..LoadOptions::default()
        };
        let plugin = set.host.load("ungranted", options).await;
        let before = traces(&set.host, &set.web);
        // What its `init` tried was told already.
        denied.arrived();
        for row in &set.rows {
            row.is_denied(&plugin, &row.line).await;
        }
        let told = denied.arrived();
        for denial in &told {
            assert_eq!(denial["plugin"], "ungranted");
            assert_eq!(denial["declared"], false);
        }
        let host_rows = ["http", "websocket-connect"];
        for row in set
            .rows
            .iter()
            .filter(|row| host_rows.contains(&row.command))
        {
            let denial = told
                .iter()
                .find(|denial| denial["permission"] == row.wanted);
            assert_eq!(denial.unwrap()["remedy"], row.line);
        }
        let after = traces(&set.host, &set.web);
        let news = u64::try_from(told.len()).unwrap();
        assert_eq!(
            after,
            (before.0, before.1, before.2, before.3 + news),
            "nothing happened but the refusals"
        );
        plugin.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_granted_is_refused_with_the_line_that_grants_it() {
    let set = Set::new().await;
    let denied = set.host.listen("plugin.denied");
    let mut options = set.options.clone();
    options.grants = Grants::default();
    let plugin = set.host.load("capabilities", options).await;
    let before = traces(&set.host, &set.web);
    for row in &set.rows {
        row.is_denied(&plugin, &row.grant_line()).await;
    }
    let told = denied.arrived();
    let wanted: BTreeSet<_> = set.rows.iter().map(|row| &row.wanted).collect();
    assert_eq!(told.len(), wanted.len(), "each permission is told once");
    for row in &set.rows {
        let expected = json!({
            "plugin": "capabilities",
            "permission": row.wanted,
            "declared": true,
            "remedy": row.grant_line(),
        });
        assert!(told.contains(&expected), "{expected} is not in {told:?}");
    }
    let after = traces(&set.host, &set.web);
    assert_eq!(
        (&after.0, &after.1, &after.2),
        (&before.0, &before.1, &before.2)
    );
    assert_eq!(plugin.metrics().denials, set.rows.len() as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_line_that_is_shown_really_grants() {
    let set = Set::new().await;
    for row in &set.rows {
        let mut options = set.options.clone();
        options.grants = Grants::default();
        let plugin = set.host.load("capabilities", options).await;
        let (_, text) = refusal(&plugin, row.command, row.parameters.clone()).await;
        let permission = text
            .strip_prefix("pato plugin grant capabilities ")
            .unwrap();
        plugin.set_grants(&grants(&[permission]));
        row.works(&plugin).await;
        plugin.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grant_that_is_revoked_while_the_plugin_runs_ends_at_once_and_only_it() {
    let set = Set::new().await;
    let plugin = set.host.load("capabilities", set.options.clone()).await;
    let permissions: BTreeSet<_> = set.rows.iter().map(|row| &row.permission).collect();
    for revoked in permissions {
        let mut rest = set.all();
        rest.remove(&revoked.parse().unwrap()).unwrap();
        plugin.set_grants(&rest);
        for row in &set.rows {
            match row.permission == *revoked {
                true => row.is_denied(&plugin, &row.grant_line()).await,
                false => row.works(&plugin).await,
            }
        }
        plugin.set_grants(&set.all());
        for row in set.rows.iter().filter(|row| row.permission == *revoked) {
            row.works(&plugin).await;
        }
    }
    assert_eq!(plugin.metrics().restarts, 0, "all of it without a restart");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_and_the_log_need_no_permission() {
    let set = Set::new().await;
    let mut options = set.options.clone();
    options.grants = Grants::default();
    let plugin = set.host.load("capabilities", options).await;
    let greeting = ok(&plugin, "settings-get", json!({ "key": "greeting" })).await;
    assert_eq!(greeting, "Hello");
    assert_eq!(
        ok(&plugin, "settings-all", json!({})).await,
        json!({ "greeting": "Hello", "volume": 50 })
    );
    ok(&plugin, "log", json!({ "message": "all is well" })).await;
    assert_eq!(crate::kit::log(&plugin), ["all is well"]);
    assert_eq!(plugin.metrics().denials, 0);

    let (kind, text) = refusal(&plugin, "settings-get", json!({ "key": "volumes" })).await;
    assert_eq!(kind, "not-found");
    assert!(text.contains("did you mean `volume`?"), "{text}");
}

#[tokio::test]
async fn the_same_refusal_is_told_at_most_once_a_minute() {
    let host = Host::start();
    let denied = host.listen("plugin.denied");
    let mut options = granted_to(manifest("capabilities"));
    options.grants = Grants::default();
    let plugin = host.load("capabilities", options).await;
    let ask = async |key: &str| {
        let answer = command(&plugin, "storage-get", json!({ "key": key })).await;
        assert_eq!(answer["error"]["kind"], "denied");
    };
    tokio::time::pause();
    for key in ["a", "b", "c"] {
        ask(key).await;
    }
    assert_eq!(denied.arrived().len(), 1);
    tokio::time::advance(std::time::Duration::from_secs(50)).await;
    ask("d").await;
    assert!(denied.arrived().is_empty());
    tokio::time::advance(std::time::Duration::from_secs(11)).await;
    ask("e").await;
    assert_eq!(denied.arrived().len(), 1);
    assert_eq!(plugin.metrics().denials, 5, "each one is counted");
}
