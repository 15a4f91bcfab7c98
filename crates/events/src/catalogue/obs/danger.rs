//! What someone should know who grants one of the dangerous requests.

pub(super) const STREAM_KEY: &str =
    "The stream key is among these settings; whoever has it can broadcast on your channel.";
pub(super) const FILE: &str = "Has OBS write files wherever OBS may write.";
pub(super) const SOURCE: &str =
    "An input can show any web page or file; such a page runs inside OBS and may control it.";
pub(super) const FILTER: &str =
    "These settings can make OBS load files and plug-ins from any place on its machine.";
pub(super) const PRIVATE: &str =
    "Settings can hold private addresses and tokens, such as those of an alert overlay.";
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
