//! What plugins call in each other, as a page sees it.

use serde_json::{Value, json};

use super::{Page, add, host};

/// The function `get` of the first edge; nothing while there is none.
fn get(edges: &Value) -> &Value {
    let functions = edges[0]["functions"].as_array();
    let found = functions.and_then(|all| all.iter().find(|one| one["name"] == "get"));
    found.unwrap_or(&Value::Null)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_sees_which_plugins_call_which_and_how_often() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    let mut page = Page::open(&host);
    page.watch("calls", None);
    page.until("calls:", |edges| edges == &json!([])).await;
    add(&host, "gifts").await;
    let alone = page
        .until("calls:", |edges| edges[0]["caller"] == "gifts")
        .await;
    assert_eq!(alone[0]["callee"], json!(null));
    assert_eq!(alone[0]["available"], false);
    add(&host, "points").await;
    page.until("calls:", |edges| edges[0]["callee"] == "points")
        .await;
    let user = || json!({ "user": "ronni" });
    let answer = page.call("gifts", "get", user()).await;
    assert_eq!(answer.unwrap(), json!({ "ok": 0 }));
    let edges = page.until("calls:", |edges| get(edges)["calls"] == 1).await;
    assert_eq!(edges[0]["interface"], "ronni:points/points@1.0.0");

    page.host(
        "plugin.revoke",
        json!({ "id": "gifts", "permissions": ["plugin:points.**"] }),
    )
    .await;
    let edges = page
        .until("calls:", |edges| get(edges)["granted"] == false)
        .await;
    let wanted = get(&edges)["permission"].clone();
    assert_eq!(wanted, "plugin:points.points.get");
    let refused = page.call("gifts", "get", user()).await.unwrap();
    assert_eq!(refused["error"]["kind"], "denied");
    // Less than what was asked for is granted as it stands there.
    let grant = json!({ "id": "gifts", "permissions": [wanted] });
    page.host("plugin.grant", grant).await;
    let answer = page.call("gifts", "get", user()).await;
    assert_eq!(answer.unwrap(), json!({ "ok": 0 }));
    host.shutdown("the test is over").await;
}
