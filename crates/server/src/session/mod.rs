//! What a client says and hears, whatever carries it: a WebSocket, or the window of the desktop.

mod control;
mod library;
mod rights;
mod views;

use std::collections::HashMap;
use std::sync::Arc;

use axum::http::StatusCode;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use pato_bus::{Mailbox, MailboxConfiguration, Overflow};
use pato_events::Event;
use pato_events::wire::{
    Call, ClientFrame, EventFrame, HostFrame, RequestId, Response as Answer, Watch,
};
use pato_host::{Host, Sight};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use crate::error::{ApiError, ErrorBody};
use crate::subscriptions::Subscriptions;
use rights::Rights;
pub(crate) use views::SessionView;

/// How many events may wait for a client that reads slowly; beyond it the oldest are left out, and the
/// client is told how many.
const MAILBOX: usize = 4_096;

/// How many events are taken from the mailbox at a time.
const BATCH: usize = 256;

/// How many calls of one client may be under way; further frames wait.
const CALLS: usize = 64;

/// How many views one client may watch.
const WATCHES: usize = 128;

/// How many frames of views may wait for a client; beyond it, what is watched is gathered until the
/// client has read some.
const VIEW_FRAMES: usize = 32;

/// The module of the calls that a page makes to Pato itself.
const HOST: &str = "host";

/// One client. Dropping it ends what it watches; calls under way are given up.
pub struct Session {
    host: Host,
    /// What plugins are told of who did something.
    who: Arc<str>,
    /// Where the server listens, as the addresses of overlays begin.
    base: Arc<str>,
    mailbox: Mailbox,
    subscriptions: Subscriptions,
    events: Vec<Arc<Event>>,
    calls: FuturesUnordered<BoxFuture<'static, Answer>>,
    watches: HashMap<Watch, AbortOnDropHandle<()>>,
    frames: mpsc::Sender<String>,
    from_watches: mpsc::Receiver<String>,
    /// Written and not handed out yet.
    written: Vec<String>,
    rights: Rights,
}

impl Session {
    /// A session of somebody who may do everything. Plugins are told that it was `who` that did
    /// something; addresses that are handed out begin with `base`, such as `http://127.0.0.1:7286`.
    pub fn new(host: Host, who: &str, base: &str) -> Self {
        let mailbox = host.bus().subscribe(MailboxConfiguration {
            name: "session".into(),
            capacity: MAILBOX,
            overflow: Overflow::DropOldest,
        });
        let (frames, from_watches) = mpsc::channel(VIEW_FRAMES);
        Self {
            host,
            who: who.into(),
            base: base.into(),
            mailbox,
            subscriptions: Subscriptions::default(),
            events: Vec::with_capacity(BATCH),
            calls: FuturesUnordered::new(),
            watches: HashMap::new(),
            frames,
            from_watches,
            written: Vec::new(),
            rights: Rights::Everything,
        }
    }

    /// A session that may watch this one thing, and nothing else.
    pub(crate) fn restricted(host: Host, only: Watch) -> Self {
        Self {
            rights: Rights::Only(only),
            ..Self::new(host, "overlay", "")
        }
    }

    /// A session of the paired device of that name, which looks and operates.
    pub(crate) fn device(host: Host, name: &str) -> Self {
        Self {
            rights: Rights::Device(name.to_owned()),
            ..Self::new(host, name, "")
        }
    }

    /// Whether it takes another frame: it does not while too many calls are under way.
    pub fn is_ready(&self) -> bool {
        self.calls.len() < CALLS
    }

    /// Takes a frame from the client. What comes of it, [`next`](Self::next) hands out.
    pub fn receive(&mut self, text: &str) {
        let wrong = match ClientFrame::parse(text) {
            Ok(frame) => self.hear(frame),
            Err(error) => Err(error.to_string()),
        };
        let Err(message) = wrong else {
            return;
        };
        self.write(&match ClientFrame::request_id(text) {
            Some(request_id) => HostFrame::Response(failure(
                request_id,
                &ErrorBody {
                    error: "invalid".into(),
                    message,
                    retry_after_ms: None,
                },
            )),
            None => HostFrame::Error { message },
        });
    }

    /// Says that something came that is no frame at all.
    pub fn refuse(&mut self, message: &str) {
        self.write(&HostFrame::Error {
            message: message.to_owned(),
        });
    }

    /// The next frames for the client, at least one. Cancel-safe.
    pub async fn next(&mut self) -> Vec<String> {
        while self.written.is_empty() {
            tokio::select! {
                Some(answer) = self.calls.next() => self.write(&HostFrame::Response(answer)),
                Some(frame) = self.from_watches.recv() => self.written.push(frame),
                _ = self.mailbox.next_batch(&mut self.events, BATCH) => {
                    let mut events = std::mem::take(&mut self.events);
                    self.write_events(&mut events);
                    self.events = events;
                }
            }
        }
        std::mem::take(&mut self.written)
    }

    /// Does what a frame asks for.
    fn hear(&mut self, frame: ClientFrame) -> Result<(), String> {
        if !matches!(frame, ClientFrame::Watch(_) | ClientFrame::Unwatch(_)) {
            self.rights.may_speak()?;
        }
        match frame {
            ClientFrame::Watch(watch) => self.watch(watch),
            ClientFrame::Unwatch(watch) => {
                // Dropping the task's handle ends it.
                self.watches.remove(&watch);
                Ok(())
            }
            ClientFrame::Call(call) => {
                self.begin(call);
                Ok(())
            }
            ClientFrame::Subscribe(wanted) => self.subscriptions.add(wanted).map(|pattern| {
                let mut snapshot = self.mailbox.add(pattern);
                self.write_events(&mut snapshot);
            }),
            ClientFrame::Unsubscribe(unwanted) => {
                self.subscriptions.remove(&unwanted).map(|pattern| {
                    if let Some(pattern) = pattern {
                        self.mailbox.remove(&pattern);
                    }
                })
            }
        }
    }

    fn watch(&mut self, watch: Watch) -> Result<(), String> {
        views::check(&watch)?;
        self.rights.may_watch(&watch)?;
        if self.watches.len() >= WATCHES && !self.watches.contains_key(&watch) {
            return Err(format!(
                "one client may watch {WATCHES} things: unwatch some that are not on screen"
            ));
        }
        let follow = views::follow(
            self.host.clone(),
            views::Onlooker {
                base: Arc::clone(&self.base),
                device: self.rights.device().map(Into::into),
                sight: match self.rights {
                    Rights::Only(_) => Sight::Page,
                    _ => Sight::Preview,
                },
            },
            watch.clone(),
            self.frames.clone(),
        );
        let task = AbortOnDropHandle::new(tokio::spawn(follow));
        self.watches.insert(watch, task);
        Ok(())
    }

    fn begin(&mut self, call: Call) {
        let (host, who) = (self.host.clone(), Arc::clone(&self.who));
        let allowed = self.rights.may_call(&call.module, &call.name);
        let commands_only = self.rights.commands_only();
        self.calls.push(Box::pin(async move {
            let Call {
                request_id,
                module,
                name,
                params,
                ..
            } = call;
            let answer = if let Err(reason) = allowed {
                Err(ApiError::new(
                    StatusCode::FORBIDDEN,
                    "denied",
                    reason.to_owned(),
                ))
            } else if module == HOST {
                control::perform(&host, &who, &name, params).await
            } else {
                let parameters = serde_json::Value::Object(params).to_string();
                let answer = match commands_only {
                    true => host.command(&module, &name, &parameters).await,
                    false => host.call(&format!("{module}.{name}"), &parameters).await,
                };
                answer.map_err(ApiError::from).and_then(|answer| {
                    RawValue::from_string(answer.as_str().to_owned())
                        .map_err(|error| not_json(&error))
                })
            };
            match answer {
                Ok(data) => Answer {
                    request_id,
                    success: true,
                    data,
                },
                Err(error) => failure(request_id, &error.body),
            }
        }));
    }

    fn write_events(&mut self, events: &mut Vec<Arc<Event>>) {
        let dropped = self.mailbox.take_dropped();
        if dropped > 0 {
            self.write(&HostFrame::Lagged { dropped });
        }
        for event in events.drain(..) {
            if let Some(details) = self.subscriptions.wants(&event) {
                self.write(&HostFrame::Event(EventFrame::new(&event, details)));
            }
        }
    }

    fn write(&mut self, frame: &HostFrame) {
        if let Some(text) = encode(frame) {
            self.written.push(text);
        }
    }
}

fn encode(frame: &HostFrame) -> Option<String> {
    let text = serde_json::to_string(frame);
    text.inspect_err(|error| tracing::error!(%error, "a frame could not be written as JSON"))
        .ok()
}

fn raw(value: &impl Serialize) -> Result<Box<RawValue>, ApiError> {
    to_raw_value(value).map_err(|error| not_json(&error))
}

fn not_json(error: &serde_json::Error) -> ApiError {
    ApiError::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "failed",
        error.to_string(),
    )
}

fn failure(request_id: RequestId, error: &ErrorBody) -> Answer {
    let data = to_raw_value(error).unwrap_or_else(|_| RawValue::NULL.to_owned());
    Answer {
        request_id,
        success: false,
        data,
    }
}
