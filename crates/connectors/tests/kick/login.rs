//! Logging in.

use pato_connectors::kick::{KickLoginConfiguration, log_in};
use pato_connectors::{Login, LoginPrompt};
use pato_test_servers::faults::HttpFault;
use pato_test_servers::http::{Response, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

use super::*;

const ASKED: [&str; 3] = ["user:read", "channel:read", "chat:write"];

fn login_configuration(server: &KickServer, redirect: &str) -> KickLoginConfiguration {
    KickLoginConfiguration {
        client_id: CLIENT_ID.into(),
        redirect: redirect.parse().unwrap(),
        scopes: ASKED.map(str::to_owned).to_vec(),
        addresses: KickAddresses::at(&server.url()).unwrap(),
        timing: KickTiming::default(),
    }
}

fn with_secret(server: &KickServer, secret: &str) -> Environment {
    let environment = environment();
    let host = server.address().to_string();
    let secret = Secret::new(secret.to_owned());
    environment
        .vault
        .set(SCOPE, "client-secret", secret, &[host])
        .unwrap();
    environment
}

fn page(login: &dyn Login) -> Url {
    match login.prompt() {
        LoginPrompt::OpenPage { url, code, .. } => {
            assert_eq!(code, None);
            url
        }
        other => panic!("{other:?}"),
    }
}

/// What a browser gets: the status, and the whole answer.
async fn get(url: &Url) -> (u16, String) {
    let mut stream = TcpStream::connect((url.host_str().unwrap(), url.port().unwrap()))
        .await
        .unwrap();
    let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    let host = url.authority();
    let request = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer)
}

/// Where Kick sends the browser after the user has agreed.
async fn agree(page: &Url) -> Url {
    let (status, answer) = get(page).await;
    assert_eq!(status, 302, "{answer}");
    let line = answer
        .lines()
        .find_map(|line| line.strip_prefix("location: "));
    line.unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_login_brings_an_account_that_can_write() {
    for redirect in [
        "http://localhost:0/kick/callback",
        "http://127.0.0.1:0/kick/callback",
    ] {
        let server = KickServer::start(Configuration::default()).await.unwrap();
        let environment = with_secret(&server, CLIENT_SECRET);
        let login = log_in(
            login_configuration(&server, redirect),
            "kick-1",
            environment.clone(),
        );
        let login = login.await.unwrap();
        let page = page(&*login);
        let asked: Vec<_> = page
            .query_pairs()
            .map(|(name, _)| name.into_owned())
            .collect();
        // Kick's page cuts the first 127.0.0.1 out of its address.
        assert_eq!(
            asked.contains(&"redirect".to_owned()),
            redirect.contains("127")
        );
        let back = agree(&page).await;
        let finish = tokio::spawn(login.finish());
        let (status, answer) = get(&back).await;
        assert_eq!(status, 200, "{answer}");
        assert!(answer.contains("You can close this page") && answer.contains("no-store"));
        let account = finish.await.unwrap().unwrap();
        // What was asked for, and no more.
        assert_eq!(account, super::account(&ASKED));
        let redactor = environment.vault.redactor();
        assert!(
            !redactor
                .redact(&format!("{:?}", environment.vault.list()))
                .contains("ACCESS")
        );
        let configuration = KickConfiguration {
            account: Some(account),
            client_id: Some(CLIENT_ID.into()),
            ..configuration(&server)
        };
        let kick = Kick::new(configuration, environment).unwrap();
        let parameters = Payload::parse(r#"{"text":"hello"}"#).unwrap();
        kick.call(Call::new("chat.send", &parameters))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn only_the_answer_to_this_login_ends_the_wait() {
    let server = KickServer::start(Configuration::default()).await.unwrap();
    let environment = with_secret(&server, CLIENT_SECRET);
    let configuration = login_configuration(&server, "http://127.0.0.1:0/kick/callback");
    let login = log_in(configuration, "kick-1", environment).await.unwrap();
    let back = agree(&page(&*login)).await;
    let finish = tokio::spawn(login.finish());
    let mut elsewhere = back.clone();
    elsewhere.set_path("/other");
    assert_eq!(get(&elsewhere).await.0, 404);
    for query in [
        "",
        "code=stolen",
        "code=stolen&state=",
        "code=stolen&state=guessed",
        "error=access_denied&state=guessed",
    ] {
        let mut forged = back.clone();
        forged.set_query(Some(query));
        assert_eq!(get(&forged).await.0, 400, "{query}");
        assert!(!finish.is_finished());
    }
    let mut long = back.clone();
    long.set_query(Some(&"x".repeat(100_000)));
    assert!(get(&long).await.0 >= 400);
    assert_eq!(get(&back).await.0, 200);
    finish.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_answer_as_the_documentation_shows_it_is_understood() {
    let server = KickServer::start(Configuration::default()).await.unwrap();
    let environment = with_secret(&server, CLIENT_SECRET);
    let configuration = login_configuration(&server, "http://127.0.0.1:0/kick/callback");
    let login = log_in(configuration, "kick-1", environment).await.unwrap();
    let back = agree(&page(&*login)).await;
    let token = server.token(&ASKED.join(" "));
    let answer = serde_json::json!({
        "access_token": token.access, "refresh_token": token.refresh, "token_type": "",
        "expires_in": "7200", "scope": "",
    });
    let answer = HttpFault::Answer(Response::json(StatusCode::OK, &answer));
    server.faults().next("POST /oauth/token", 1, answer);
    let finish = tokio::spawn(login.finish());
    get(&back).await;
    assert_eq!(finish.await.unwrap().unwrap(), super::account(&ASKED));
}

#[tokio::test]
async fn a_refusal_and_a_wrong_secret_are_told_with_what_to_type() {
    let server = KickServer::start(Configuration::default()).await.unwrap();
    let configuration = || login_configuration(&server, "http://127.0.0.1:0/kick/callback");
    let environment = with_secret(&server, CLIENT_SECRET);
    let login = log_in(configuration(), "kick-1", environment)
        .await
        .unwrap();
    let mut back = agree(&page(&*login)).await;
    let state: String = back
        .query_pairs()
        .find_map(|(name, value)| (name == "state").then(|| value.into_owned()))
        .unwrap();
    back.set_query(Some(&format!("error=access_denied&state={state}")));
    let finish = tokio::spawn(login.finish());
    assert_eq!(get(&back).await.0, 200);
    let error = finish.await.unwrap().unwrap_err().to_string();
    assert!(
        error.contains("access_denied") && error.contains("pato account add kick"),
        "{error}"
    );

    let environment = with_secret(&server, "not the secret");
    let login = log_in(configuration(), "kick-1", environment)
        .await
        .unwrap();
    let back = agree(&page(&*login)).await;
    let finish = tokio::spawn(login.finish());
    get(&back).await;
    let error = finish.await.unwrap().unwrap_err().to_string();
    assert!(
        error.contains("invalid_client") && !error.contains("not the secret"),
        "{error}"
    );
}

#[tokio::test]
async fn a_login_that_cannot_begin_says_why() {
    let server = KickServer::start(Configuration::default()).await.unwrap();
    let begin = |redirect: &str, environment| {
        let login = log_in(
            login_configuration(&server, redirect),
            "kick-1",
            environment,
        );
        async move { login.await.err().unwrap().to_string() }
    };
    let good = "http://localhost:0/kick/callback";
    let error = begin(good, environment()).await;
    assert!(error.contains("secret of your own application"), "{error}");
    for redirect in [
        "http://example.com:80/kick",
        "https://localhost:9/kick",
        "http://localhost/kick",
        "http://localhost.evil.example:9/kick",
    ] {
        let error = begin(redirect, with_secret(&server, CLIENT_SECRET)).await;
        assert!(
            error.contains("no redirect address on this machine"),
            "{error}"
        );
    }
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let redirect = format!(
        "http://127.0.0.1:{}/kick",
        taken.local_addr().unwrap().port()
    );
    let error = begin(&redirect, with_secret(&server, CLIENT_SECRET)).await;
    assert!(error.contains("can't be opened"), "{error}");
}
