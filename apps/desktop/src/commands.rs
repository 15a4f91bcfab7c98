//! What the page in the window may ask for: to carry frames, and a plugin's file, and to say which language
//! it is in. All else is in frames.

use std::sync::Arc;

use serde_json::json;
use tauri::ipc::{InvokeBody, Request, Response};
use tauri::{AppHandle, State};
use tokio::sync::watch;

use crate::app::show_summary;
use crate::controller::Controller;
use crate::settings::SettingsFile;
use crate::texts::Language;
use crate::tray;

/// The controller, once it has started, or why it did not.
pub(crate) type Started = Option<Result<Arc<Controller>, String>>;

/// What the commands share.
pub(crate) struct Desktop(pub(crate) watch::Receiver<Started>);

impl Desktop {
    /// Waits until Pato has started.
    pub(crate) async fn controller(&self) -> Result<Arc<Controller>, String> {
        let mut started = self.0.clone();
        let started = started.wait_for(Option::is_some).await;
        let started = started.ok().and_then(|started| started.clone());
        started.unwrap_or_else(|| Err("Pato is stopping".to_owned()))
    }

    /// The controller, if it is there already.
    pub(crate) fn started(&self) -> Option<Arc<Controller>> {
        self.0.borrow().clone()?.ok()
    }
}

/// Opens the page's line, and answers with its number.
#[tauri::command]
pub(crate) async fn connect(desktop: State<'_, Desktop>) -> Result<u32, String> {
    Ok(desktop.controller().await?.connect())
}

/// Takes a frame from the page.
#[tauri::command]
pub(crate) async fn send(
    desktop: State<'_, Desktop>,
    line: u32,
    frame: String,
) -> Result<(), String> {
    let controller = desktop.controller().await?;
    let sent = controller.send(line, frame).await;
    sent.map_err(|error| error.to_string())
}

/// Waits for the next frames for the page: a JSON array. The page asks again when it has read them, so
/// that nothing piles up in front of a page that sleeps.
#[tauri::command]
pub(crate) async fn receive(desktop: State<'_, Desktop>, line: u32) -> Result<Response, String> {
    let frames = desktop.controller().await?.receive(line).await;
    frames.map(Response::new).map_err(|error| error.to_string())
}

/// Takes the language of the page, which the tray and notifications then use, too.
#[tauri::command]
pub(crate) async fn speak(
    app: AppHandle,
    desktop: State<'_, Desktop>,
    settings: State<'_, SettingsFile>,
    language: Language,
) -> Result<(), String> {
    if settings.get().language == language {
        return Ok(());
    }
    let saved = settings.change(|settings| settings.language = language);
    tray::translate(&app);
    if let Some(controller) = desktop.started() {
        show_summary(&app, &controller).await;
    }
    saved.map_err(|error| error.to_string())
}

/// Inspects or installs a plugin: its bytes are the body, where to is the header `path`. An error is the
/// JSON of what the server would answer with.
#[tauri::command]
pub(crate) async fn upload(
    desktop: State<'_, Desktop>,
    request: Request<'_>,
) -> Result<Response, String> {
    let refuse = |message: &str| json!({ "error": "invalid", "message": message }).to_string();
    let path = request.headers().get("path");
    let path = path.and_then(|path| path.to_str().ok());
    let path = path.ok_or_else(|| refuse("an upload needs the header `path`"))?;
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err(refuse("an upload is the bytes of a file"));
    };
    let controller = desktop.controller().await.map_err(|error| refuse(&error))?;
    controller
        .upload(path, bytes.clone())
        .await
        .map(Response::new)
}
