use std::path::PathBuf;

use anstream::println;
use anyhow::{Context, bail};
use futures_util::{SinkExt, StreamExt};
use pato_events::Pattern;
use pato_events::wire::{EventFrame, HostFrame};
use serde_json::{Map, Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::arguments::{EventOptions, EventsCommand, SimulateOptions};
use crate::client::Client;
use crate::commands::host::object;
use crate::narration;
use crate::output::Output;

/// `pato events …`
pub(crate) async fn perform(
    data: Option<PathBuf>,
    command: EventsCommand,
    output: &Output,
) -> anyhow::Result<()> {
    let client = Client::connect(data)?;
    let path = match command {
        EventsCommand::Follow { pattern } => return follow(&client, &pattern, output).await,
        EventsCommand::History { pattern, limit } => {
            format!("/api/events?pattern={pattern}&limit={limit}")
        }
        EventsCommand::Chain { id } => format!("/api/events/{id}/chain"),
    };
    let events: Vec<EventFrame> = client.get(&path).await?;
    output.result(&events, |events| events.iter().for_each(print))
}

/// `pato emit`
pub(crate) async fn emit(
    data: Option<PathBuf>,
    options: EventOptions,
    output: &Output,
) -> anyhow::Result<()> {
    publish(data, "/api/events", options, output).await
}

/// `pato simulate`
pub(crate) async fn simulate(
    data: Option<PathBuf>,
    options: SimulateOptions,
    output: &Output,
) -> anyhow::Result<()> {
    let mut payload = object(&options.event.payload)?;
    for field in &options.set {
        set(&mut payload, field)?;
    }
    let event = EventOptions {
        payload: Value::Object(payload).to_string(),
        ..options.event
    };
    publish(data, "/api/simulate", event, output).await
}

/// Puts `a.b=VALUE` where it belongs.
fn set(payload: &mut Map<String, Value>, field: &str) -> anyhow::Result<()> {
    let (path, value) = field
        .split_once('=')
        .with_context(|| format!("`{field}` is not FIELD=VALUE"))?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
    let mut object = payload;
    let mut names = path.split('.').peekable();
    while let Some(name) = names.next() {
        if names.peek().is_none() {
            object.insert(name.to_owned(), value);
            return Ok(());
        }
        let inner = object.entry(name).or_insert_with(|| json!({}));
        object = inner
            .as_object_mut()
            .with_context(|| format!("`{field}`: `{name}` is set already, and is no object"))?;
    }
    Ok(())
}

async fn publish(
    data: Option<PathBuf>,
    path: &str,
    options: EventOptions,
    output: &Output,
) -> anyhow::Result<()> {
    let body = json!({ "topic": options.topic, "data": object(&options.payload)? });
    let client = Client::connect(data)?;
    let event: EventFrame = client.post(path, &body).await?;
    output.result(&event, print)
}

async fn follow(client: &Client, pattern: &Pattern, output: &Output) -> anyhow::Result<()> {
    // The wire protocol knows modules and names; the pattern itself is checked here.
    let module = pattern.segments().next().unwrap_or("*").replace("**", "*");
    let mut events = EventStream::open(client, &module).await?;
    loop {
        let next = tokio::select! {
            next = events.next() => next?,
            _ = tokio::signal::ctrl_c() => return Ok(()),
        };
        match next {
            Next::Event(frame) => {
                let topic = format!("{}.{}", frame.module, frame.name).parse();
                if topic.is_ok_and(|topic| pattern.matches(&topic)) {
                    output.line(&frame, print)?;
                }
            }
            Next::Lagged(dropped) => output.note(&left_out(dropped)),
        }
    }
}

/// How one says that events are missing.
pub(crate) fn left_out(dropped: u32) -> String {
    format!("{dropped} events were left out: they came faster than they could be printed")
}

/// What the running host publishes, from now on.
pub(crate) struct EventStream(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What comes next in an [`EventStream`].
pub(crate) enum Next {
    Event(EventFrame),
    /// So many events were left out.
    Lagged(u32),
}

impl EventStream {
    /// Follows the topics that begin with `module`; `*` are all.
    pub(crate) async fn open(client: &Client, module: &str) -> anyhow::Result<Self> {
        let run = client.run();
        let mut request = format!("ws://{}/ws", run.address).into_client_request()?;
        request
            .headers_mut()
            .insert("authorization", format!("Bearer {}", run.token).parse()?);
        let (mut socket, _) = tokio_tungstenite::connect_async(request)
            .await
            .context("the running host does not answer")?;
        let subscribe =
            json!({ "type": "subscribe", "module": module, "name": "*", "details": true });
        socket.send(Message::text(subscribe.to_string())).await?;
        Ok(Self(socket))
    }

    /// Waits for the next one. May be dropped and called again; nothing is lost.
    ///
    /// # Errors
    ///
    /// If the host has stopped.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Next> {
        loop {
            let text = match self.0.next().await {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Close(_)) | Err(_)) | None => bail!("the host has stopped"),
                Some(Ok(_)) => continue,
            };
            match HostFrame::parse(&text)? {
                HostFrame::Event(frame) => return Ok(Next::Event(frame)),
                HostFrame::Lagged { dropped } => return Ok(Next::Lagged(dropped)),
                HostFrame::Error { message } => bail!("{message}"),
                HostFrame::Response(_) | HostFrame::View(_) | HostFrame::Values(_) => {}
            }
        }
    }
}

fn print(frame: &EventFrame) {
    println!("{}", narration::line(frame));
}
