//! `pato account`

use std::collections::BTreeMap;
use std::path::PathBuf;

use anstream::{eprintln, println};
use anyhow::bail;
use owo_colors::OwoColorize;
use pato_host::{AccountView, LoginState, LoginView, Service};
use reqwest::Method;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::arguments::{AccountCommand, AddAccountOptions};
use crate::client::Client;
use crate::output::{Output, table, word};
use crate::secrets;

/// `pato account …`
pub(crate) async fn perform(
    data: Option<PathBuf>,
    command: AccountCommand,
    output: &Output,
) -> anyhow::Result<()> {
    let client = Client::connect(data)?;
    match command {
        AccountCommand::List => list(&client, output).await,
        AccountCommand::Add(options) => add(&client, options, output).await,
        AccountCommand::Authorize { handle, token } => {
            authorize(&client, &handle, token, output).await
        }
        AccountCommand::Remember { handle } => remember(&client, &handle, true, output).await,
        AccountCommand::Forget { handle } => remember(&client, &handle, false, output).await,
        AccountCommand::Remove { handle } => {
            let path = format!("/api/accounts/{handle}");
            client
                .send::<Value>(Method::DELETE, &path, &json!({}))
                .await?;
            output.done(&format!("{handle} was removed, with all that opened it."));
            Ok(())
        }
    }
}

async fn list(client: &Client, output: &Output) -> anyhow::Result<()> {
    let accounts: Vec<AccountView> = client.get("/api/accounts").await?;
    output.result(&accounts, |accounts| {
        if accounts.is_empty() {
            println!("None. Add one with `pato account add twitch`.");
            return;
        }
        let rows = accounts.iter().map(|account| {
            let state = match (account.unlocked, account.missing_scopes.is_empty()) {
                (false, _) => format!("locked: pato account authorize {}", account.handle),
                (true, false) => format!(
                    "lacks {}: pato account authorize {}",
                    account.missing_scopes.join(", "),
                    account.handle
                ),
                (true, true) => "ready".to_owned(),
            };
            vec![
                account.handle.clone(),
                word(&account.service),
                word(&account.role),
                account.name.clone(),
                if account.remembered { "yes" } else { "no" }.to_owned(),
                state,
            ]
        });
        table(
            &["account", "service", "role", "name", "remembered", "state"],
            rows,
        );
    })
}

async fn add(client: &Client, options: AddAccountOptions, output: &Output) -> anyhow::Result<()> {
    for (flag, given, service) in [
        ("token", options.token, Service::Twitch),
        ("webhook", options.webhook, Service::Discord),
    ] {
        if given && options.service != service {
            bail!("`--{flag}` is for {} only: leave it out", word(&service));
        }
    }
    let secrets = needed(options.service, options.token, options.webhook, output)?;
    let body = json!({
        "service": options.service,
        "role": if options.bot { "bot" } else { "main" },
        "handle": options.handle,
        "remember": options.remember,
        "secrets": exposed(&secrets),
    });
    let login: LoginView = client.post("/api/logins", &body).await?;
    finish(client, login, output).await
}

async fn authorize(
    client: &Client,
    handle: &str,
    token: bool,
    output: &Output,
) -> anyhow::Result<()> {
    let accounts: Vec<AccountView> = client.get("/api/accounts").await?;
    let known = accounts.iter().find(|account| account.handle == handle);
    let webhook = known.is_some_and(|account| {
        account.service == Service::Discord && account.scopes.iter().any(|scope| scope == "webhook")
    });
    let secrets = match known {
        Some(account) => needed(account.service, token, webhook, output)?,
        None => BTreeMap::new(),
    };
    let path = format!("/api/accounts/{handle}/authorize");
    let body = json!({ "secrets": exposed(&secrets) });
    let login: LoginView = client.post(&path, &body).await?;
    finish(client, login, output).await
}

async fn remember(
    client: &Client,
    handle: &str,
    remember: bool,
    output: &Output,
) -> anyhow::Result<()> {
    let path = format!("/api/accounts/{handle}");
    let body = json!({ "remembered": remember });
    let account: AccountView = client.send(Method::PATCH, &path, &body).await?;
    output.result(&account, |account| {
        println!(
            "{}",
            if account.remembered {
                format!("{handle} is kept in this system's keyring.")
            } else {
                format!("{handle} is kept in memory only, until Pato stops.")
            }
        );
    })
}

/// What the service wants that only the user has, asked for without echo.
fn needed(
    service: Service,
    token: bool,
    webhook: bool,
    output: &Output,
) -> anyhow::Result<BTreeMap<&'static str, Zeroizing<String>>> {
    let (name, prompt) = match service {
        Service::Twitch if token => ("token", "Access token of your Twitch account"),
        Service::Twitch | Service::Vtube => return Ok(BTreeMap::new()),
        Service::Discord if webhook => ("webhook", "Address of the Discord webhook"),
        Service::Discord => ("token", "Token of your Discord bot"),
        Service::Kick => ("client-secret", "Client secret of your Kick app"),
    };
    if !output.is_json() {
        eprintln!("{}", where_to_find(service, webhook).dimmed());
    }
    Ok(BTreeMap::from([(name, secrets::ask(prompt)?)]))
}

fn where_to_find(service: Service, webhook: bool) -> &'static str {
    match service {
        Service::Twitch => {
            "It needs the scope user:read:chat to read, and user:write:chat to write; it can't be \
             renewed."
        }
        Service::Discord if webhook => {
            "In Discord: the channel's settings, Integrations, Webhooks, Copy Webhook URL."
        }
        Service::Discord => {
            "At https://discord.com/developers/applications: your application, Bot, Reset Token; \
             switch on Message Content Intent there."
        }
        _ => "At https://kick.com/settings/developer: your app.",
    }
}

/// Only for the request to the host on this machine.
fn exposed<'a>(
    secrets: &'a BTreeMap<&'static str, Zeroizing<String>>,
) -> BTreeMap<&'static str, &'a str> {
    let exposed = secrets
        .iter()
        .map(|(name, secret)| (*name, secret.as_str()));
    exposed.collect()
}

/// Tells the user what to do, and waits until it is done. Ctrl-C gives the login up.
async fn finish(client: &Client, mut login: LoginView, output: &Output) -> anyhow::Result<()> {
    if output.is_json() {
        output.line(&login, |_| {})?;
    } else {
        introduce(&login);
    }
    let path = format!("/api/logins/{}", login.id);
    let waiting = async {
        while login.state == LoginState::Waiting {
            login = client.get(&format!("{path}?wait_ms=20000")).await?;
        }
        anyhow::Ok(login)
    };
    let ended = tokio::select! {
        ended = waiting => ended?,
        _ = tokio::signal::ctrl_c() => {
            client.send::<Value>(Method::DELETE, &path, &json!({})).await?;
            bail!("given up");
        }
    };
    match &ended.state {
        LoginState::Failed { reason } => bail!("{reason}"),
        LoginState::Waiting | LoginState::Done => output.line(&ended, |ended| {
            println!(
                "{} is connected as {}.",
                word(&ended.service),
                ended.account.bold()
            );
        }),
    }
}

fn introduce(login: &LoginView) {
    if let Some(url) = &login.url {
        println!("Open {} and agree there.", url.underline());
        if let Some(code) = &login.code {
            println!("The code is {}.", code.bold());
        }
        if let Some(seconds) = login.expires_in_seconds {
            println!(
                "There are {} minutes for it; Ctrl-C gives up.",
                seconds / 60
            );
        }
    }
    if let Some(confirm) = &login.confirm {
        println!("{confirm}");
    }
}
