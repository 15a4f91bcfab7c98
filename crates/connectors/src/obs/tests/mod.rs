//! What the real OBS cannot be made to do: a fake one that does it.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use pato_bus::{Bus, BusConfiguration, MailboxConfiguration, ManualClock};
use pato_events::catalogue::host::{ConnectionState, ConnectorStatus};
use pato_events::{Event, EventId, Pattern, Payload};
use pato_vault::Vault;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{WebSocketStream, accept_async};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::*;

mod browser;
mod connection;
mod hostile;
mod instances;
mod requests;

/// Fails the test instead of hanging it.
const PATIENCE: Duration = Duration::from_secs(20);

struct FakeObs {
    listener: TcpListener,
}

impl FakeObs {
    async fn new() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        Self { listener }
    }

    fn url(&self) -> Url {
        let address = self.listener.local_addr().unwrap();
        Url::parse(&format!("ws://{address}")).unwrap()
    }

    async fn accept(&self) -> Client {
        let (stream, _) = self.listener.accept().await.unwrap();
        Client(accept_async(stream).await.unwrap())
    }

    /// Lets the next client in, and answers its questions about version and state.
    async fn let_in(&self) -> Client {
        let mut client = self.accept().await;
        client.greet().await;
        for _ in 0..=snapshot::QUESTIONS.len() {
            let request = client.request().await;
            let data = match request["requestType"].as_str().unwrap() {
                "GetVersion" => version(),
                "GetCurrentProgramScene" => json!({ "currentProgramSceneName": "Start" }),
                _ => json!({}),
            };
            client.answer(&request, data).await;
        }
        client
    }
}

fn version() -> Value {
    json!({
        "obsVersion": "29.0.2",
        "obsWebSocketVersion": "5.1.0",
        "availableRequests": [
            "GetVersion", "GetStats", "SetCurrentProgramScene", "CreateInput", "SetInputName",
            "SetInputSettings",
        ],
        "somethingNew": [1],
    })
}

struct Client(WebSocketStream<TcpStream>);

impl Client {
    async fn greet(&mut self) {
        let hello = json!({ "obsWebSocketVersion": "5.1.0", "rpcVersion": 1 });
        self.send(json!({ "op": 0, "d": hello })).await;
        let identify = self.receive().await;
        assert_eq!(identify["op"], 1);
        assert_eq!(identify["d"]["rpcVersion"], 1);
        self.send(json!({ "op": 2, "d": { "negotiatedRpcVersion": 1 } }))
            .await;
    }

    async fn send(&mut self, message: Value) {
        self.0
            .send(Message::text(message.to_string()))
            .await
            .unwrap();
    }

    async fn receive(&mut self) -> Value {
        loop {
            match self.0.next().await.unwrap().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("unexpected {other:?}"),
            }
        }
    }

    async fn request(&mut self) -> Value {
        let message = self.receive().await;
        assert_eq!(message["op"], 6, "{message}");
        message["d"].clone()
    }

    async fn respond(&mut self, request: &Value, status: Value, data: Value) {
        self.send(json!({ "op": 7, "d": {
            "requestType": request["requestType"],
            "requestId": request["requestId"],
            "requestStatus": status,
            "responseData": data,
        } }))
        .await;
    }

    async fn answer(&mut self, request: &Value, data: Value) {
        self.respond(request, json!({ "result": true, "code": 100 }), data)
            .await;
    }

    async fn refuse(&mut self, request: &Value, code: u16) {
        let status = json!({ "result": false, "code": code });
        self.respond(request, status, Value::Null).await;
    }

    async fn event(&mut self, event_type: &str, data: Value) {
        self.send(json!({ "op": 5, "d": {
            "eventType": event_type, "eventIntent": 4, "eventData": data,
        } }))
        .await;
    }

    async fn close(mut self, code: u16) {
        let frame = CloseFrame {
            code: code.into(),
            reason: "because".into(),
        };
        self.0.close(Some(frame)).await.unwrap();
        while let Some(Ok(_)) = self.0.next().await {}
    }
}

/// A running connector with its bus.
struct Running {
    connector: Arc<ObsConnector>,
    bus: Bus,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    fn start(url: Url, change: impl FnOnce(&mut ObsConfiguration)) -> Self {
        let clock = Arc::new(ManualClock::new(1_763_683_200_000.0));
        let bus = Bus::new(BusConfiguration::default(), clock);
        Self::start_on(bus, url, change)
    }

    fn start_on(bus: Bus, url: Url, change: impl FnOnce(&mut ObsConfiguration)) -> Self {
        let clock = Arc::new(ManualClock::new(1_763_683_200_000.0));
        let environment = Environment {
            bus: bus.clone(),
            clock,
            vault: Vault::new(),
            seed: 1,
        };
        let mut configuration = ObsConfiguration::new(url, None);
        configuration.back_off.first = Duration::from_millis(20);
        change(&mut configuration);
        let connector = Arc::new(ObsConnector::new(configuration, environment));
        let shutdown = CancellationToken::new();
        let task = tokio::spawn({
            let (connector, shutdown) = (Arc::clone(&connector), shutdown.clone());
            async move { connector.run(shutdown).await }
        });
        Self {
            connector,
            bus,
            shutdown,
            task,
        }
    }

    async fn until(&self, state: ConnectionState) -> ConnectorStatus {
        let mut status = self.connector.status();
        let reached = status.wait_for(|status| status.state == state);
        tokio::time::timeout(PATIENCE, reached)
            .await
            .unwrap()
            .unwrap()
            .clone()
    }

    async fn event(&self, pattern: &str) -> Arc<Event> {
        let pattern = Pattern::new(pattern).unwrap();
        let event = async {
            loop {
                if let Some(event) = self.bus.history(&pattern, 1).pop() {
                    return event;
                }
                sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, event).await.unwrap()
    }

    fn call(
        &self,
        action: &'static str,
        parameters: Value,
    ) -> JoinHandle<Result<Payload, ConnectorError>> {
        let connector = Arc::clone(&self.connector);
        tokio::spawn(async move {
            let parameters = Payload::from_value(&parameters).unwrap();
            connector.call(Call::new(action, &parameters)).await
        })
    }

    async fn stop(self) {
        self.shutdown.cancel();
        tokio::time::timeout(Duration::from_secs(5), self.task)
            .await
            .unwrap()
            .unwrap();
    }
}
