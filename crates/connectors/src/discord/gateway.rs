//! One connection to the gateway, from its making to its end.
//!
//! `twilight-gateway` keeps a connection alive and takes sessions up again; when and whether to connect is
//! decided by [`Reconnect`](crate::Reconnect), as for every service, so that its state and its pauses are
//! visible. Thus each connection is a shard of its own, which is given the session of the one before.

use std::time::Duration;

use futures_util::StreamExt;
use pato_vault::Destination;
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use twilight_gateway::error::{ReceiveMessageError, ReceiveMessageErrorType};
use twilight_gateway::queue::InMemoryQueue;
use twilight_gateway::{
    CloseFrame, ConfigBuilder, Intents, Message, Session as Resumable, Shard, ShardId,
};
use twilight_http_ratelimiting::Method;
use url::Url;

use super::received::{Frame, Ready};
use super::rest::Ask;
use super::translate::Translator;
use super::{DiscordConfiguration, Shared, refusal};
use crate::connector::{ConnectorError, Environment};
use crate::reconnect::{End, Session};
use crate::status::StatusReporter;

/// How long saying goodbye may take. Short, because twilight connects anew if Discord just hangs up.
const GOODBYE: Duration = Duration::from_millis(500);

const DISPATCH: u8 = 0;
const RECONNECT: u8 = 7;
const INVALID_SESSION: u8 = 9;

pub(super) struct BotSession<'a> {
    configuration: &'a DiscordConfiguration,
    environment: &'a Environment,
    shared: &'a Shared,
    wanted: watch::Receiver<Intents>,
    translator: Translator<'a>,
    /// The session to take up again, and the address that Discord wants that done at.
    resumable: Option<(Resumable, Option<String>)>,
    /// What the session was begun with.
    asked: Intents,
    /// The number of the latest event of the session.
    latest: u64,
    /// Lets one session begin each five seconds.
    queue: Option<InMemoryQueue>,
}

/// What the gateway may be asked, as `GET /gateway/bot` tells.
#[derive(Deserialize)]
struct Allowance {
    session_start_limit: StartLimit,
}

#[derive(Deserialize)]
struct StartLimit {
    total: u32,
    remaining: u32,
    reset_after: u64,
    max_concurrency: u16,
}

/// How a connection went on.
enum Step {
    Stay,
    /// Connect once more at once.
    Again,
    End(End),
}

impl<'a> BotSession<'a> {
    pub(super) fn new(
        configuration: &'a DiscordConfiguration,
        environment: &'a Environment,
        shared: &'a Shared,
        wanted: watch::Receiver<Intents>,
    ) -> Self {
        Self {
            configuration,
            environment,
            shared,
            wanted,
            translator: Translator::new(configuration, shared),
            resumable: None,
            asked: Intents::empty(),
            latest: 0,
            queue: None,
        }
    }
}

impl Session for BotSession<'_> {
    async fn run(&mut self, status: &StatusReporter, shutdown: &CancellationToken) -> End {
        // The user may have entered another token since.
        self.shared.rest.token_refused.send_replace(false);
        loop {
            status.connecting();
            let connected = async {
                let shard = self.shard().await?;
                Ok(self.converse(shard, status, shutdown).await)
            };
            let step = tokio::select! {
                step = connected => step.unwrap_or_else(Step::End),
                () = never_said_goodbye(shutdown) => Step::End(End::Off),
            };
            if let Step::End(end) = step {
                return end;
            }
        }
    }
}

/// Shutdown while there is nobody yet to say goodbye to.
async fn never_said_goodbye(shutdown: &CancellationToken) {
    shutdown.cancelled().await;
    tokio::time::sleep(2 * GOODBYE).await;
}

impl BotSession<'_> {
    /// A connection that is not made yet.
    async fn shard(&mut self) -> Result<Shard<InMemoryQueue>, End> {
        let token = self.token()?;
        let wanted = *self.wanted.borrow_and_update();
        let queue = match &self.queue {
            Some(queue) if self.resumable.is_some() => queue.clone(),
            _ => self.allowance().await?,
        };
        let gateway = &self.configuration.server.gateway;
        // Twilight sets TLS up by the process's provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let address = gateway.as_str().trim_end_matches('/').to_owned();
        // An intent once asked for stays: giving it up would cost a new session.
        let intents = match self.resumable {
            Some(_) => self.asked,
            None => self.asked | wanted,
        };
        self.asked = intents;
        let mut builder = ConfigBuilder::new(token, intents)
            .proxy_url(address)
            .queue(queue);
        if let Some((session, address)) = self.resumable.take() {
            builder = builder.session(session);
            if let Some(address) = address {
                builder = builder.resume_url(address);
            }
        }
        Ok(Shard::with_config(ShardId::ONE, builder.build()))
    }

    /// Twilight wants the token as a `String`, which it hides from its output.
    fn token(&self) -> Result<String, End> {
        let gateway = &self.configuration.server.gateway;
        let needs = |text: String| End::NeedsUser(text);
        let bot = self.configuration.bot.as_ref();
        let scope = bot.map(crate::Account::vault_scope).unwrap_or_default();
        let destination =
            Destination::of(gateway).ok_or_else(|| needs(format!("`{gateway}` names no host")))?;
        let token = self
            .environment
            .vault
            .attach(&scope, "{secret:token}", &destination);
        let token = token.map_err(|error| needs(format!("Discord's token is missing: {error}")))?;
        let token = token.as_wire_text().map(str::to_owned);
        token.ok_or_else(|| needs("Discord's token is no text: enter it anew".into()))
    }

    /// Finds out whether a new session may begin, and whether the token is good.
    async fn allowance(&mut self) -> Result<InMemoryQueue, End> {
        let bot = self.configuration.bot.as_ref();
        let scope = bot.map(crate::Account::vault_scope).unwrap_or_default();
        let ask = Ask::as_bot(&scope, Method::Get, "gateway/bot");
        let answer = self
            .shared
            .rest
            .send(ask)
            .await
            .map_err(|error| match error {
                ConnectorError::Denied(text) => End::NeedsUser(text),
                error => End::Retry(error.to_string()),
            })?;
        let allowance: Allowance = serde_json::from_value(answer)
            .map_err(|_| End::Retry("Discord does not say how many sessions may begin".into()))?;
        let StartLimit {
            total,
            remaining,
            reset_after,
            max_concurrency,
        } = allowance.session_start_limit;
        if remaining == 0 {
            let minutes = reset_after.div_ceil(60_000);
            return Err(End::Retry(format!(
                "Discord lets the bot begin {total} sessions a day, and they are used up; more in \
                 {minutes} min"
            )));
        }
        let reset_after = Duration::from_millis(reset_after.min(86_400_000));
        let (concurrency, total) = (max_concurrency.max(1), total.max(remaining));
        let queue = match &self.queue {
            Some(queue) => {
                queue.update(concurrency, remaining, reset_after, total);
                queue.clone()
            }
            None => InMemoryQueue::new(concurrency, remaining, reset_after, total),
        };
        self.queue = Some(queue.clone());
        Ok(queue)
    }

    async fn converse(
        &mut self,
        mut shard: Shard<InMemoryQueue>,
        status: &StatusReporter,
        shutdown: &CancellationToken,
    ) -> Step {
        let mut refused = self.shared.rest.token_refused.subscribe();
        let ready_by = Instant::now() + self.configuration.patience;
        loop {
            let connected = status.connected_for().is_some();
            let step = tokio::select! {
                () = shutdown.cancelled() => {
                    say_goodbye(&mut shard).await;
                    return Step::End(End::Off);
                }
                message = shard.next() => self.hear(message, &mut shard, status),
                () = sleep_until(ready_by), if !connected => Step::End(End::Retry(format!(
                    "Discord's gateway did not let the bot in within {} s",
                    self.configuration.patience.as_secs_f32()
                ))),
                Ok(()) = async { refused.wait_for(|refused| *refused).await.map(drop) } => {
                    Step::End(End::NeedsUser(refusal::TOKEN.into()))
                }
                Ok(_) = self.wanted.changed() => {
                    let wanted = *self.wanted.borrow_and_update();
                    if self.asked.contains(wanted) {
                        continue;
                    }
                    // Intents are told at the beginning of a session only.
                    say_goodbye(&mut shard).await;
                    return Step::Again;
                }
            };
            if let Step::Stay = step {
                continue;
            }
            self.keep(&shard);
            return step;
        }
    }

    /// Keeps the session, to take it up again.
    fn keep(&mut self, shard: &Shard<InMemoryQueue>) {
        let address = shard.resume_url().map(str::to_owned);
        let address = address.filter(|address| self.is_trusted(address));
        self.resumable = shard.session().map(|session| (session.clone(), address));
    }

    fn hear(
        &mut self,
        message: Option<Result<Message, ReceiveMessageError>>,
        shard: &mut Shard<InMemoryQueue>,
        status: &StatusReporter,
    ) -> Step {
        match message {
            Some(Ok(Message::Text(text))) => {
                status.heard();
                self.understand(&text, status)
            }
            Some(Ok(Message::Close(frame))) => {
                let code = frame.map(|frame| frame.code);
                let end = end_of(code);
                if matches!(code, Some(4007 | 4009)) || matches!(end, End::NeedsUser(_)) {
                    // It can't be taken up again; twilight would try.
                    *shard = self.forget(shard);
                }
                Step::End(end)
            }
            Some(Err(error)) => {
                // Without the message itself, which may hold anything.
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                let cause = cause.unwrap_or_else(|| "no cause is known".into());
                if matches!(error.kind(), ReceiveMessageErrorType::Reconnect) {
                    let text = format!("Discord's gateway can't be reached: {cause}");
                    return Step::End(End::Retry(text));
                }
                tracing::warn!(cause, "a message of Discord's gateway was not understood");
                Step::Stay
            }
            None => Step::End(End::Retry("Discord's gateway ended the connection".into())),
        }
    }

    fn understand(&mut self, text: &str, status: &StatusReporter) -> Step {
        let Ok(frame) = serde_json::from_str::<Frame<'_>>(text) else {
            return Step::Stay;
        };
        match (frame.op, frame.t.as_deref(), frame.d) {
            // Without a closing frame, which would end the session. Twilight, asked for more, would
            // connect by itself.
            (RECONNECT, ..) => Step::End(End::Retry("Discord asked Pato to connect again".into())),
            (INVALID_SESSION, ..) => Step::End(End::Retry("Discord ended the session".into())),
            (DISPATCH, Some("READY"), Some(data)) => {
                let Ok(ready) = serde_json::from_str::<Ready>(data.get()) else {
                    return Step::End(End::Retry("Discord does not say who the bot is".into()));
                };
                self.begin(&ready, frame.s);
                status.connected();
                match self.is_trusted(&ready.resume_gateway_url) {
                    true => Step::Stay,
                    // Twilight would go there by itself, with the token.
                    false => Step::End(End::Retry(
                        "Discord named an address for later that is none of its own".into(),
                    )),
                }
            }
            (DISPATCH, Some("RESUMED"), _) => {
                self.latest = self.latest.max(frame.s.unwrap_or_default());
                status.connected();
                Step::Stay
            }
            (DISPATCH, Some(name), Some(data)) => {
                let number = frame.s.unwrap_or_default();
                if number <= self.latest {
                    tracing::debug!(name, number, "an event of Discord's came again");
                    return Step::Stay;
                }
                self.latest = number;
                self.publish(name, data);
                Step::Stay
            }
            _ => Step::Stay,
        }
    }

    fn begin(&mut self, ready: &Ready, number: Option<u64>) {
        self.latest = number.unwrap_or_default();
        self.translator.me.clone_from(&ready.user.id);
        self.translator.sees_content = self.asked.contains(Intents::MESSAGE_CONTENT);
        self.translator.servers.clear();
        self.shared
            .application
            .send_replace(Some(ready.application.id.clone()));
    }

    fn publish(&mut self, name: &str, data: &serde_json::value::RawValue) {
        let drafts = match self.translator.translate(name, data) {
            Ok(drafts) => drafts,
            Err(error) => {
                tracing::warn!(name, %error, "an event of Discord's was not understood");
                return;
            }
        };
        for draft in drafts {
            if let Err(error) = self.environment.bus.publish(draft) {
                tracing::warn!(%error, "an event of Discord's was not published");
            }
        }
    }

    fn is_trusted(&self, address: &str) -> bool {
        is_neighbour(&self.configuration.server.gateway, address)
    }

    /// A shard without the session of this one, so that it is not kept.
    fn forget(&self, shard: &Shard<InMemoryQueue>) -> Shard<InMemoryQueue> {
        Shard::with_config(ShardId::ONE, shard.config().clone())
    }
}

/// Whether the token may go to that address: the gateway's own, or another of its domain, such as Discord
/// names for resuming.
fn is_neighbour(gateway: &Url, address: &str) -> bool {
    let (Ok(address), Some(own)) = (Url::parse(address), gateway.host_str()) else {
        return false;
    };
    let domain = gateway.domain().and_then(|own| own.split_once('.'));
    let domain = domain
        .map(|(_, domain)| domain)
        .filter(|domain| domain.contains('.'));
    let host = address.host_str().unwrap_or_default();
    let is_near = domain.is_some_and(|domain| host.ends_with(&format!(".{domain}")));
    address.scheme() == gateway.scheme()
        && address.port_or_known_default() == gateway.port_or_known_default()
        && (host == own || is_near)
}

/// Ends the session, so that Discord shows the bot as offline.
async fn say_goodbye(shard: &mut Shard<InMemoryQueue>) {
    shard.close(CloseFrame::NORMAL);
    let closed = async {
        while let Some(Ok(message)) = shard.next().await {
            if matches!(message, Message::Close(_)) {
                return;
            }
        }
    };
    // Discord notices anyway.
    let _ = timeout(GOODBYE, closed).await;
}

/// What to do after Discord closed the connection with this code
/// (<https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes>).
fn end_of(code: Option<u16>) -> End {
    let portal = "https://discord.com/developers/applications";
    match code {
        Some(4004) => End::NeedsUser(refusal::TOKEN.into()),
        Some(code @ 4010..=4012) => End::NeedsUser(format!(
            "Discord's gateway refuses Pato's way to connect (close code {code}): update Pato"
        )),
        Some(4013) => End::NeedsUser(
            "Discord does not know one of the intents that Pato asks for (close code 4013): update \
             Pato"
                .into(),
        ),
        Some(4014) => End::NeedsUser(format!(
            "Discord does not let the bot see what Pato asks for. Open {portal}, choose your \
             application, then Bot, and switch on \"Message Content Intent\" and \"Server Members \
             Intent\"; or switch Discord's message contents and members off in Pato"
        )),
        Some(code @ (1005 | 1006)) => {
            End::Retry(format!("the connection to Discord broke (close code {code})"))
        }
        Some(code) => End::Retry(format!("Discord closed the connection (close code {code})")),
        None => End::Retry("Discord closed the connection".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_gateway_and_its_neighbours_get_the_token() {
        let gateway = Url::parse("wss://gateway.discord.gg").unwrap();
        for address in [
            "wss://gateway.discord.gg",
            "wss://gateway-us-east1-b.discord.gg",
            "wss://gateway-us-east1-b.discord.gg:443/",
        ] {
            assert!(is_neighbour(&gateway, address), "{address}");
        }
        for address in [
            "ws://gateway.discord.gg",
            "https://gateway.discord.gg",
            "wss://gateway.discord.gg:8443",
            "wss://discord.gg.example",
            "wss://evil-discord.gg",
            "wss://gateway.discord.gg@evil.example",
            "wss://",
            "discord.gg",
            "",
        ] {
            assert!(!is_neighbour(&gateway, address), "{address}");
        }
        let top = Url::parse("wss://discord.gg").unwrap();
        assert!(!is_neighbour(&top, "wss://evil.gg"));
    }

    #[test]
    fn discord_is_not_asked_again_after_what_only_the_user_can_mend() {
        for code in [4004, 4010, 4011, 4012, 4013, 4014] {
            assert!(matches!(end_of(Some(code)), End::NeedsUser(_)), "{code}");
        }
        for code in [
            1000, 1001, 1006, 4000, 4001, 4002, 4003, 4005, 4007, 4008, 4009, 9_999,
        ] {
            assert!(matches!(end_of(Some(code)), End::Retry(_)), "{code}");
        }
        let End::NeedsUser(text) = end_of(Some(4014)) else {
            panic!("4014")
        };
        assert!(
            text.contains("https://discord.com/developers/applications"),
            "{text}"
        );
    }
}
