//! Puts the parts together: plugins of Tauri, the window, the tray, the controller; and ends them.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pato_host::vault::Vault;
use pato_host::{DataDirectory, log_to_standard_error};
use pato_server::Interruption;
use tauri::{App, AppHandle, Manager, RunEvent};
use tauri_plugin_autostart::MacosLauncher;
use tauri_plugin_deep_link::DeepLinkExt;
use tauri_plugin_notification::NotificationExt;
use tokio::sync::watch;

use crate::attention::Attention;
use crate::commands::{self, Desktop, Started};
use crate::controller::Controller;
use crate::page::{Pages, SCHEME};
use crate::settings::SettingsFile;
use crate::texts::Texts;
use crate::window::{self, Pending};
use crate::{tray, updates};

/// How long a start that is under way may take until it can be ended in order.
const END_LIMIT: Duration = Duration::from_secs(10);

/// The least time between two looks at how Pato is.
const LOOK: Duration = Duration::from_millis(250);

/// Whether the end was asked for.
#[derive(Default)]
struct Ending(AtomicBool);

/// Runs until the user ends it.
pub(crate) fn run(directory: DataDirectory, hidden: bool) -> anyhow::Result<ExitCode> {
    let vault = Vault::new();
    log_to_standard_error(&vault);
    let settings = SettingsFile::open(directory.path().join("desktop.toml"));
    let (tell, started) = watch::channel(None);
    let pages = Pages::default();
    let shown = pages.clone();
    let app = tauri::Builder::default()
        // First, for a second start ends in it.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| {
            window::show(app);
        }))
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_autostart::init(
            MacosLauncher::LaunchAgent,
            Some(vec!["--hidden"]),
        ))
        .plugin(tauri_plugin_updater::Builder::new().build())
        .manage(Desktop(started))
        .manage(settings)
        .manage(Pending::default())
        .manage(Ending::default())
        .invoke_handler(tauri::generate_handler![
            commands::connect,
            commands::send,
            commands::receive,
            commands::speak,
            commands::upload
        ])
        .register_asynchronous_uri_scheme_protocol(SCHEME, move |context, request, responder| {
            shown.respond(&context, request, responder);
        })
        .on_window_event(window::on_event)
        .setup(move |app| Ok(set_up(app, directory, vault, pages, tell, hidden)?))
        .build(context())?;
    let code = app.run_return(|app, event| {
        if let RunEvent::ExitRequested { api, code, .. } = event
            && !app.state::<Ending>().0.swap(true, Ordering::Relaxed)
        {
            api.prevent_exit();
            end(app.clone(), code.unwrap_or_default());
        }
    });
    Ok(u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the macro ends the process where macOS asks for it"
)]
fn context() -> tauri::Context {
    tauri::generate_context!()
}

fn set_up(
    app: &mut App,
    directory: DataDirectory,
    vault: Vault,
    pages: Pages,
    tell: watch::Sender<Started>,
    hidden: bool,
) -> anyhow::Result<()> {
    let app = app.handle();
    let opened = app.clone();
    app.deep_link().on_open_url(move |event| {
        for url in event.urls() {
            window::follow(&opened, url.as_str());
        }
    });
    // Without a tray, a hidden window could not be shown again.
    let has_tray = tray::open(app);
    window::open(app, !hidden || !has_tray)?;
    for url in app.deep_link().get_current()?.unwrap_or_default() {
        window::follow(app, url.as_str());
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        match Controller::start(directory, vault).await {
            Ok(controller) => {
                let controller = Arc::new(controller);
                tell.send_replace(Some(Ok(Arc::clone(&controller))));
                tokio::join!(
                    attend(&app, &controller),
                    look_for_update(&app),
                    obey(&app, &controller)
                );
            }
            Err(error) => {
                tracing::error!("{error}");
                let language = app.state::<SettingsFile>().get().language;
                pages.tell(&error.to_string(), language);
                tell.send_replace(Some(Err(error.to_string())));
                window::show_problem(&app);
            }
        }
    });
    Ok(())
}

/// Shows in the tray how Pato is, and tells what needs an answer.
async fn attend(app: &AppHandle, controller: &Controller) {
    let mut attention = Attention::new(controller.host());
    loop {
        show_summary(app, controller).await;
        let notices = tokio::select! {
            notices = attention.next() => notices,
            () = controller.host().stopped() => return,
        };
        for notice in notices {
            if app.state::<SettingsFile>().get().notifications {
                let (title, text) = notice.words(texts(app));
                notify(app, &title, &text);
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Says in the tray how Pato is.
pub(crate) async fn show_summary(app: &AppHandle, controller: &Controller) {
    match controller.summary().await {
        Ok(summary) => tray::show_summary(app, &(texts(app).summary)(&summary)),
        Err(error) => tracing::warn!("{error}"),
    }
}

/// What the desktop says, in the language of the page.
pub(crate) fn texts(app: &AppHandle) -> &'static Texts {
    app.state::<SettingsFile>().get().language.texts()
}

/// Shows a notification of the system's.
pub(crate) fn notify(app: &AppHandle, title: &str, text: &str) {
    let notification = app.notification().builder().title(title).body(text);
    if let Err(error) = notification.show() {
        tracing::warn!("the system showed no notification: {error}");
    }
}

async fn look_for_update(app: &AppHandle) {
    match updates::look(app).await {
        Ok(Some(update)) => tray::offer(app, update),
        Ok(None) => {}
        Err(error) => tracing::warn!("could not look for a newer Pato: {error}"),
    }
}

/// Ends when the system or `pato stop` wants it.
async fn obey(app: &AppHandle, controller: &Controller) {
    match Interruption::listen() {
        Ok(interruption) => {
            tokio::select! {
                () = interruption.once() => {}
                () = controller.host().stopped() => {}
            }
            app.exit(0);
            interruption.again().await;
            // Asked twice, it ends at once.
            app.exit(1);
        }
        Err(error) => tracing::warn!("the system's wish to end is not heard: {error}"),
    }
    controller.host().stopped().await;
    app.exit(0);
}

/// Saves everything, and then ends for good. Asked once more, it ends at once.
fn end(app: AppHandle, code: i32) {
    window::hide(&app);
    tauri::async_runtime::spawn(async move {
        let desktop = app.state::<Desktop>();
        if let Ok(Ok(controller)) = tokio::time::timeout(END_LIMIT, desktop.controller()).await
            && let Err(error) = controller.stop().await
        {
            tracing::error!("{error}");
        }
        app.exit(code);
    });
}
