//! What someone should know who grants one of the dangerous requests.
//!
//! Dangerous is what can run code in OBS, what takes or tells a path, a stream key or settings that may
//! hold a token, what goes on or off the air, and what destroys. Each needs a grant by its full name:
//! `call:obs.*` reaches none of them.
//!
//! Of two requests nobody can tell what they do. A hotkey can end the show, and an add-on of OBS can do
//! anything its makers thought of (Advanced Scene Switcher runs whole macros; the browser sources of OBS
//! hand events to their pages). Pato cannot look into either, so each is one grant as a whole, and the
//! text says so.

pub(super) const STREAM_KEY: &str =
    "The stream key is among these settings; whoever has it can broadcast on your channel.";
pub(super) const FILE: &str = "Has OBS write files wherever OBS may write.";
pub(super) const SOURCE: &str =
    "An input can show any file of the machine of OBS, any window and any address, also on air.";
pub(super) const BROWSER: &str =
    "A browser source runs the code of a web page inside OBS, which can let it control OBS.";
pub(super) const FILTER: &str =
    "These settings can make OBS load files and plug-ins from any place on its machine.";
pub(super) const PRIVATE: &str =
    "Settings can hold paths, private addresses and tokens, such as those of an alert overlay.";
pub(super) const PATH: &str = "Tells where files lie on the machine of OBS.";
pub(super) const PROFILE: &str =
    "A profile holds the tokens of the services that OBS is logged in to, and where it streams to.";
pub(super) const CHOICES: &str =
    "Among the choices are the devices of the machine of OBS, and the titles of its windows.";
pub(super) const PICTURE: &str =
    "Shows what any source sees, also one that is not on air, such as the whole screen.";
pub(super) const VENDOR: &str =
    "An add-on of OBS can do anything its makers thought of; Pato cannot tell what.";
pub(super) const HOTKEY: &str = "A hotkey can do anything OBS can, such as ending the show.";
pub(super) const BUTTON: &str = "Does whatever that button does; Pato cannot tell what.";
pub(super) const SCENES: &str = "Replaces every scene and source, also in the middle of the show.";
pub(super) const SETTINGS: &str = "Changes how OBS streams and records, and where to.";
pub(super) const REMOVAL: &str = "What it removes cannot be brought back.";
pub(super) const ON_AIR: &str = "Can go live or end the show.";
pub(super) const RECORDING: &str = "Can end the recording.";
pub(super) const RAW: &str =
    "Any request at all, with the stream key, files and web pages among what it reaches.";

#[cfg(test)]
mod tests {
    use crate::catalogue::obs::{ACTIONS, TOPICS, WITHHELD};
    use serde_json::Value;

    /// Every dangerous action. One that joins or leaves this list does so on purpose.
    const DANGEROUS: &[&str] = &[
        // Code in OBS, files, windows and plug-ins.
        "obs.call-vendor-request",
        "obs.create-browser-source",
        "obs.create-input",
        "obs.create-source-filter",
        "obs.press-input-properties-button",
        "obs.raw-request",
        "obs.save-source-screenshot",
        "obs.set-browser-source",
        "obs.set-current-scene-transition-settings",
        "obs.set-input-settings",
        "obs.set-record-directory",
        "obs.set-source-filter-settings",
        "obs.trigger-hotkey-by-key-sequence",
        "obs.trigger-hotkey-by-name",
        // Paths, keys, tokens, and what nobody should see.
        "obs.get-current-scene-transition",
        "obs.get-input-properties-list-property-items",
        "obs.get-input-settings",
        "obs.get-last-replay-buffer-replay",
        "obs.get-output-settings",
        "obs.get-profile-parameter",
        "obs.get-record-directory",
        "obs.get-source-filter",
        "obs.get-source-filter-list",
        "obs.get-source-screenshot",
        "obs.get-stream-service-settings",
        // How OBS streams and records, and where to.
        "obs.create-profile",
        "obs.set-current-profile",
        "obs.set-output-settings",
        "obs.set-profile-parameter",
        "obs.set-stream-service-settings",
        "obs.set-video-settings",
        // On and off the air.
        "obs.start-output",
        "obs.start-stream",
        "obs.stop-output",
        "obs.stop-record",
        "obs.stop-stream",
        "obs.toggle-output",
        "obs.toggle-record",
        "obs.toggle-stream",
        // What destroys.
        "obs.create-scene-collection",
        "obs.remove-input",
        "obs.remove-profile",
        "obs.remove-scene",
        "obs.remove-scene-item",
        "obs.remove-source-filter",
        "obs.set-current-scene-collection",
    ];

    /// The fields that hold, or may hold, a path, a key or a token.
    const TELLING: &[&str] = &[
        "filters",
        "filterSettings",
        "imageFilePath",
        "inputSettings",
        "outputPath",
        "outputSettings",
        "parameterValue",
        "propertyItems",
        "recordDirectory",
        "savedReplayPath",
        "streamServiceSettings",
        "transitionSettings",
    ];

    fn names(schema: &schemars::Schema) -> Vec<String> {
        let properties = schema.get("properties").and_then(Value::as_object).unwrap();
        properties.keys().cloned().collect()
    }

    #[test]
    fn the_dangerous_actions_are_these() {
        let all = ACTIONS.iter().copied().flatten();
        let dangerous = all.filter(|entry| entry.danger.is_some());
        let mut found: Vec<_> = dangerous.map(|entry| entry.name).collect();
        let mut listed = DANGEROUS.to_vec();
        found.sort_unstable();
        listed.sort_unstable();
        assert_eq!(found, listed);
    }

    #[test]
    fn what_takes_or_tells_a_path_a_key_or_settings_is_dangerous() {
        let mut seen = 0;
        for entry in ACTIONS.iter().copied().flatten() {
            let fields = [names(&entry.parameters()), names(&entry.answer())].concat();
            let telling = fields
                .iter()
                .find(|field| TELLING.contains(&field.as_str()));
            if let Some(field) = telling {
                assert!(entry.danger.is_some(), "{} has {field}", entry.name);
                seen += 1;
            }
        }
        assert!(seen >= TELLING.len(), "only {seen}");
    }

    #[test]
    fn no_event_tells_settings() {
        for entry in TOPICS.iter().copied().flatten() {
            for field in names(&entry.schema()) {
                assert!(
                    !WITHHELD.contains(&field.as_str()),
                    "{} has {field}",
                    entry.topic
                );
            }
        }
    }
}
