//! From the handlers of the contract to the methods of [`Plugin`].

use std::cell::RefCell;
use std::marker::PhantomData;

use super::bindings::{
    command_handler, event_handler, imports::pato::platform as wit, life_cycle, migration,
    settings_handler, timer_handler, ui_handler, websocket_handler,
};
use crate::timers::Timer;
use crate::ui::{AlertId, Happening, SurfaceEvent};
use crate::websocket::{Connection, Message, WebSocketEvent};
use crate::{Error, Event, Plugin, Result, error};

/// What a component exports for a plugin of type `P`; named by the attribute macro only.
pub struct Exported<P>(PhantomData<P>);

thread_local! {
    // A component is one plugin, and calls into it never overlap.
    static PLUGIN: RefCell<Option<Box<dyn Plugin>>> = const { RefCell::new(None) };
}

fn with<P: Plugin + Default, R>(handle: impl FnOnce(&mut dyn Plugin) -> R) -> R {
    PLUGIN.with_borrow_mut(|plugin| {
        handle(
            plugin
                .get_or_insert_with(|| Box::new(P::default()))
                .as_mut(),
        )
    })
}

fn log_error(handler: &str, result: Result<()>) {
    if let Err(error) = result {
        error!("{handler}: {error}");
    }
}

impl<P: Plugin + Default> life_cycle::exports::pato::platform::life_cycle::Guest for Exported<P> {
    fn init() -> Result<(), wit::types::Error> {
        Ok(with::<P, _>(Plugin::init)?)
    }

    fn shutdown() {
        log_error("shutdown", with::<P, _>(Plugin::shutdown));
    }
}

impl<P: Plugin + Default> migration::exports::pato::platform::migration::Guest for Exported<P> {
    fn migrate(from_version: String) -> Result<(), wit::types::Error> {
        Ok(with::<P, _>(|plugin| plugin.migrate(&from_version))?)
    }
}

impl<P: Plugin + Default> event_handler::exports::pato::platform::event_handler::Guest
    for Exported<P>
{
    fn handle_events(events: Vec<wit::types::Event>) -> Result<(), wit::types::Error> {
        let events = events.into_iter().map(Event::from).collect();
        Ok(with::<P, _>(|plugin| plugin.events(events))?)
    }

    fn lagged(dropped: u32) {
        log_error("lagged", with::<P, _>(|plugin| plugin.lagged(dropped)));
    }
}

impl<P: Plugin + Default> command_handler::exports::pato::platform::command_handler::Guest
    for Exported<P>
{
    fn handle_command(name: String, parameters: String) -> Result<String, wit::types::Error> {
        let command = || -> Result<String> {
            let parameters = serde_json::from_str(&parameters)?;
            let answer = with::<P, _>(|plugin| plugin.command(&name, parameters))?;
            Ok(answer.to_string())
        };
        Ok(command()?)
    }
}

impl<P: Plugin + Default> timer_handler::exports::pato::platform::timer_handler::Guest
    for Exported<P>
{
    fn handle_timer(timer: u32) {
        log_error("timer", with::<P, _>(|plugin| plugin.timer(Timer(timer))));
    }
}

impl<P: Plugin + Default> websocket_handler::exports::pato::platform::websocket_handler::Guest
    for Exported<P>
{
    fn handle_websocket(
        connection: u32,
        event: websocket_handler::exports::pato::platform::websocket_handler::WebsocketEvent,
    ) {
        let handled = with::<P, _>(|plugin| plugin.websocket(Connection(connection), event.into()));
        log_error("websocket", handled);
    }
}

impl<P: Plugin + Default> settings_handler::exports::pato::platform::settings_handler::Guest
    for Exported<P>
{
    fn settings_changed(keys: Vec<String>) {
        let handled = with::<P, _>(|plugin| plugin.settings_changed(keys));
        log_error("settings-changed", handled);
    }
}

impl<P: Plugin + Default> ui_handler::exports::pato::platform::ui_handler::Guest for Exported<P> {
    fn handle_ui(event: ui_handler::exports::pato::platform::ui_handler::UiEvent) {
        let handle = || -> Result<()> {
            let event = event.try_into()?;
            with::<P, _>(|plugin| plugin.surface(event))
        };
        log_error("ui", handle());
    }
}

impl TryFrom<ui_handler::exports::pato::platform::ui_handler::UiEvent> for SurfaceEvent {
    type Error = Error;

    fn try_from(event: ui_handler::exports::pato::platform::ui_handler::UiEvent) -> Result<Self> {
        use ui_handler::exports::pato::platform::ui_handler::Happening as Wit;
        let what = match event.what {
            Wit::Pressed(json) => Happening::Pressed(serde_json::from_str(&json)?),
            Wit::Changed(json) => Happening::Changed(serde_json::from_str(&json)?),
            Wit::Submitted(json) => Happening::Submitted(serde_json::from_str(&json)?),
            Wit::Shown(id) => Happening::Shown(AlertId::new(id)),
            Wit::Finished(id) => Happening::Finished(AlertId::new(id)),
        };
        Ok(Self {
            surface: event.surface,
            node: event.node,
            what,
            who: event.who,
        })
    }
}

impl From<websocket_handler::exports::pato::platform::websocket_handler::WebsocketEvent>
    for WebSocketEvent
{
    fn from(
        event: websocket_handler::exports::pato::platform::websocket_handler::WebsocketEvent,
    ) -> Self {
        use websocket_handler::exports::pato::platform::websocket_handler::WebsocketEvent as Wit;
        match event {
            Wit::Opened => Self::Opened,
            Wit::Received(wit::websocket::Message::Text(text)) => {
                Self::Received(Message::Text(text))
            }
            Wit::Received(wit::websocket::Message::Binary(bytes)) => {
                Self::Received(Message::Binary(bytes))
            }
            Wit::Closed(end) => Self::Closed {
                code: end.code,
                reason: end.reason,
            },
            Wit::Failed(text) => Self::Failed(text),
        }
    }
}
