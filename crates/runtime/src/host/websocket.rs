use super::HostState;
use super::http::{pairs, refuse};
use crate::bindings::pato::platform::types::{Error, Pair};
use crate::bindings::pato::platform::websocket::{Host, MessageResult};
use crate::egress::{SocketMessage, WebSockets, parse_headers};

impl Host for HostState {
    fn connect(&mut self, url: String, headers: Vec<Pair>) -> Result<u32, Error> {
        let allowed = self.shared.allowed();
        if !self.handlers.websockets {
            // What is not allowed is refused as that, whatever else is missing.
            WebSockets::check(&allowed, &url).map_err(|error| refuse(&self.shared, error))?;
            return Err(Error::Invalid(
                "a connection would call nothing: the plugin does not export `websocket-handler`"
                    .into(),
            ));
        }
        parse_headers(pairs(headers))
            .and_then(|headers| self.websockets.connect(&allowed, &url, &headers))
            .map_err(|error| refuse(&self.shared, error))
    }

    fn send(&mut self, connection: u32, message: MessageResult) -> Result<(), Error> {
        let message = match message {
            MessageResult::Text(text) => SocketMessage::Text(text),
            MessageResult::Binary(bytes) => SocketMessage::Binary(bytes),
        };
        self.websockets
            .send(&self.shared.allowed(), connection, message)
            .map_err(|error| refuse(&self.shared, error))
    }

    fn close(&mut self, connection: u32, code: u16, reason: String) -> Result<(), Error> {
        self.websockets
            .close(connection, code, reason)
            .map_err(|error| refuse(&self.shared, error))
    }
}
