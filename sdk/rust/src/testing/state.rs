//! What the fake host of a thread knows.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::screen::Screen;
use crate::http::{Request, Response};
use crate::log::Level;
use crate::websocket::Message;
use crate::{Error, Event, Result};

/// An event that the plugin published.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// Its topic.
    pub topic: String,
    /// Its payload.
    pub data: Value,
    /// Whether it became the state of its topic.
    pub stateful: bool,
}

/// An action, or a command of another plugin, that the plugin called.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The action; of a command, the plugin's id and the command: `points.top`.
    pub action: String,
    /// What it was given.
    pub parameters: Value,
}

/// A WebSocket connection that the plugin made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connected {
    /// Where to.
    pub url: String,
    /// What the plugin sent.
    pub sent: Vec<Message>,
    /// The code and reason with which the plugin closed it.
    pub closed: Option<(u16, String)>,
}

pub(crate) type Answer = Box<dyn FnMut(Value) -> Result<Value>>;
pub(crate) type Web = Box<dyn FnMut(Request) -> Result<Response>>;

pub(crate) struct State {
    pub(crate) subscriptions: BTreeSet<String>,
    pub(crate) published: Vec<Published>,
    pub(crate) publish_error: Option<Error>,
    pub(crate) snapshots: Vec<Event>,
    pub(crate) calls: Vec<Call>,
    pub(crate) answers: BTreeMap<String, Answer>,
    pub(crate) caller: Option<String>,
    pub(crate) storage: BTreeMap<String, Vec<u8>>,
    pub(crate) storage_quota: usize,
    pub(crate) settings: Map<String, Value>,
    pub(crate) requests: Vec<Request>,
    pub(crate) web: Option<Web>,
    pub(crate) connections: BTreeMap<u32, Connected>,
    pub(crate) timers: BTreeMap<u32, (u32, bool)>,
    pub(crate) time: f64,
    pub(crate) logs: Vec<(Level, String)>,
    pub(crate) screen: Screen,
    handles: u32,
}

impl State {
    pub(crate) fn new() -> Self {
        Self {
            subscriptions: BTreeSet::new(),
            published: Vec::new(),
            publish_error: None,
            snapshots: Vec::new(),
            calls: Vec::new(),
            answers: BTreeMap::new(),
            caller: None,
            storage: BTreeMap::new(),
            storage_quota: usize::MAX,
            settings: Map::new(),
            requests: Vec::new(),
            web: None,
            connections: BTreeMap::new(),
            timers: BTreeMap::new(),
            time: 0.0,
            logs: Vec::new(),
            screen: Screen::default(),
            handles: 0,
        }
    }

    /// A handle that was never given out; never 0.
    pub(crate) fn next_handle(&mut self) -> u32 {
        self.handles += 1;
        self.handles
    }

    pub(crate) fn open_connection(&mut self, id: u32) -> Result<&mut Connected> {
        match self.connections.get_mut(&id) {
            Some(connection) if connection.closed.is_none() => Ok(connection),
            _ => Err(Error::NotFound(format!("there is no connection {id}"))),
        }
    }
}

thread_local! {
    static STATE: RefCell<State> = RefCell::new(State::new());
}

/// Works on the state of this thread's fake host. `work` must not call the plugin.
pub(crate) fn with<R>(work: impl FnOnce(&mut State) -> R) -> R {
    STATE.with_borrow_mut(work)
}
