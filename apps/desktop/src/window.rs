//! The one window.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tauri::webview::{DownloadEvent, NewWindowResponse, PageLoadEvent};
use tauri::{
    AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Window, WindowEvent,
};

use crate::app::{notify, texts};
use crate::link::{Link, NoLink};
use crate::page::{Destination, PROBLEM, destination, is_made_by_page};
use crate::settings::SettingsFile;
use crate::tray;

/// Its name, which the capability also names.
const LABEL: &str = "main";

/// A link that is followed once the page has loaded, and whether it has.
#[derive(Default)]
pub(crate) struct Pending {
    link: Mutex<Option<Link>>,
    loaded: AtomicBool,
    /// Whether it was said that a closed window does not end Pato.
    explained: AtomicBool,
}

/// Makes the window.
pub(crate) fn open(app: &AppHandle, visible: bool) -> tauri::Result<()> {
    let asked = app.clone();
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Pato")
        .inner_size(1200.0, 800.0)
        .min_inner_size(380.0, 480.0)
        .visible(visible)
        .devtools(cfg!(debug_assertions))
        .on_navigation(|url| match destination(url) {
            Destination::Own => true,
            Destination::Browser => {
                browse(url);
                false
            }
            Destination::Nowhere => false,
        })
        .on_new_window(|url, _| {
            if destination(&url) == Destination::Browser {
                browse(&url);
            }
            NewWindowResponse::Deny
        })
        .on_download(|webview, event| match event {
            // What the page made itself, such as the set-up. Its place is free, in the folder for downloads.
            DownloadEvent::Requested { url, .. } => is_made_by_page(&url),
            DownloadEvent::Finished { path, success, .. } => {
                downloaded(webview.app_handle(), path, success);
                true
            }
            _ => false,
        })
        .on_page_load(move |_, load| {
            let pending = asked.state::<Pending>();
            let loaded = load.event() == PageLoadEvent::Finished;
            pending.loaded.store(loaded, Ordering::Relaxed);
            if loaded {
                follow_pending(&asked);
            }
        })
        .build()?;
    Ok(())
}

/// Tells where a file is, for nothing in the window shows that it was written.
fn downloaded(app: &AppHandle, path: Option<PathBuf>, success: bool) {
    let texts = texts(app);
    match (success, path) {
        (true, Some(path)) => notify(app, texts.saved, &path.display().to_string()),
        (true, None) => notify(app, texts.saved, texts.saved_where),
        (false, _) => notify(app, texts.not_saved, texts.not_saved_why),
    }
}

fn browse(url: &Url) {
    if let Err(error) = tauri_plugin_opener::open_url(url, None::<&str>) {
        tracing::warn!("can't open {url} in the browser: {error}");
    }
}

fn window(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(LABEL)
}

/// What may fail here fails only with the window itself.
fn tried(what: &str, outcome: tauri::Result<()>) {
    if let Err(error) = outcome {
        tracing::warn!("can't {what} the window: {error}");
    }
}

pub(crate) fn show(app: &AppHandle) {
    if let Some(window) = window(app) {
        tried("show", window.show());
        tried("restore", window.unminimize());
        tried("focus", window.set_focus());
    }
}

pub(crate) fn hide(app: &AppHandle) {
    if let Some(window) = window(app) {
        tried("hide", window.hide());
    }
}

/// Shows it if it is hidden, and the other way round.
pub(crate) fn toggle(app: &AppHandle) {
    match window(app).map(|window| window.is_visible()) {
        Some(Ok(true)) => hide(app),
        _ => show(app),
    }
}

/// Shows why Pato could not start.
pub(crate) fn show_problem(app: &AppHandle) {
    let Some(window) = window(app) else { return };
    let turned = window.url().and_then(|mut address| {
        address.set_path(PROBLEM);
        window.navigate(address)
    });
    tried("turn", turned);
    show(app);
}

/// Does what a `pato://` link says, or tells that it says nothing.
pub(crate) fn follow(app: &AppHandle, text: &str) {
    show(app);
    match Link::parse(text) {
        Ok(link) => {
            let pending = app.state::<Pending>();
            *pending.link.lock().unwrap_or_else(PoisonError::into_inner) = Some(link);
            if pending.loaded.load(Ordering::Relaxed) {
                follow_pending(app);
            }
        }
        Err(NoLink) => {
            let texts = texts(app);
            notify(app, texts.link_not_followed, texts.no_link);
        }
    }
}

fn follow_pending(app: &AppHandle) {
    let pending = app.state::<Pending>();
    let link = pending
        .link
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    let (Some(link), Some(window)) = (link, window(app)) else {
        return;
    };
    let script = format!("location.hash = \"{}\"", link.fragment());
    tried("lead", window.eval(script));
}

/// The window is not closed but hidden, or ends the program in order.
pub(crate) fn on_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else {
        return;
    };
    api.prevent_close();
    let app = window.app_handle();
    if !tray::is_open(app) || !app.state::<SettingsFile>().get().close_to_tray {
        app.exit(0);
        return;
    }
    tried("hide", window.hide());
    if !app
        .state::<Pending>()
        .explained
        .swap(true, Ordering::Relaxed)
    {
        let texts = texts(app);
        notify(app, texts.goes_on, texts.goes_on_where);
    }
}
