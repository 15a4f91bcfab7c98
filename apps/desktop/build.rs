//! Checks the configuration, and makes the permissions of the window's commands.

const COMMANDS: &[&str] = &["connect", "send", "receive", "speak", "upload"];

fn main() {
    let commands = tauri_build::AppManifest::new().commands(COMMANDS);
    let attributes = tauri_build::Attributes::new().app_manifest(commands);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
