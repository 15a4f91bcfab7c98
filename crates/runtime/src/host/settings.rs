use pato_events::nearest;

use super::HostState;
use crate::bindings::pato::platform::settings;
use crate::bindings::pato::platform::types::Error;

impl settings::Host for HostState {
    fn get(&mut self, key: String) -> Result<String, Error> {
        let settings = self.shared.settings();
        if let Some(value) = settings.get(&key) {
            return Ok(value.to_string());
        }
        let known = settings.keys().map(String::as_str);
        // The key is the plugin's own, and may be of any length.
        let shown: String = key.chars().take(60).collect();
        Err(Error::NotFound(match nearest(&shown, known) {
            Some(name) => format!("there is no setting `{shown}`; did you mean `{name}`?"),
            None => format!("there is no setting `{shown}`: declare it in pato.toml"),
        }))
    }

    fn all(&mut self) -> String {
        let settings = self.shared.settings();
        // A map with text keys and JSON values always serialises.
        serde_json::to_string(&*settings).unwrap_or_else(|_| "{}".into())
    }
}
