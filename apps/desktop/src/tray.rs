//! The tray: how Pato is, and what one wants without the window.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tauri::menu::{CheckMenuItem, Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Wry};
use tauri_plugin_autostart::ManagerExt;
use tauri_plugin_updater::Update;

use crate::app::notify;
use crate::commands::Desktop;
use crate::settings::{Settings, SettingsFile};
use crate::{updates, window};

const ID: &str = "pato";

/// The entries of the menu.
const SHOW: &str = "show";
const PAUSE: &str = "pause";
const CLOSE_TO_TRAY: &str = "close-to-tray";
const NOTIFICATIONS: &str = "notifications";
const AUTOSTART: &str = "autostart";
const UPDATE: &str = "update";
const QUIT: &str = "quit";

/// What of the menu changes.
struct Entries {
    menu: Menu<Wry>,
    summary: MenuItem<Wry>,
    pause: CheckMenuItem<Wry>,
    close_to_tray: CheckMenuItem<Wry>,
    notifications: CheckMenuItem<Wry>,
    autostart: CheckMenuItem<Wry>,
}

/// Opens the tray. False if this system has none.
pub(crate) fn open(app: &AppHandle) -> bool {
    // On Linux, the library of the tray panics where the system lacks the part of it that is loaded while
    // running; Pato then goes on with its window alone.
    match catch_unwind(AssertUnwindSafe(|| build(app))) {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::warn!("there is no tray: {error}");
            false
        }
        Err(_) => {
            tracing::warn!("there is no tray: install libayatana-appindicator3");
            false
        }
    }
}

pub(crate) fn is_open(app: &AppHandle) -> bool {
    app.tray_by_id(ID).is_some()
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let settings = app.state::<SettingsFile>().get();
    let starts = app.autolaunch().is_enabled().unwrap_or_default();
    let item = |id, text| MenuItem::with_id(app, id, text, true, None::<&str>);
    let check = |id, text, on| CheckMenuItem::with_id(app, id, text, true, on, None::<&str>);
    let line = || PredefinedMenuItem::separator(app);
    let entries = Entries {
        menu: Menu::new(app)?,
        summary: MenuItem::new(app, "Starting…", false, None::<&str>)?,
        pause: check(PAUSE, "Pause all plugins", false)?,
        close_to_tray: check(
            CLOSE_TO_TRAY,
            "Go on when the window is closed",
            settings.close_to_tray,
        )?,
        notifications: check(NOTIFICATIONS, "Tell what needs me", settings.notifications)?,
        autostart: check(AUTOSTART, "Start at login", starts)?,
    };
    entries.menu.append_items(&[
        &entries.summary,
        &line()?,
        &item(SHOW, "Show or hide Pato")?,
        &entries.pause,
        &line()?,
        &entries.close_to_tray,
        &entries.notifications,
        &entries.autostart,
        &line()?,
        &item(QUIT, "Quit Pato")?,
    ])?;
    let mut tray = TrayIconBuilder::with_id(ID)
        .tooltip("Pato")
        .menu(&entries.menu)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| chosen(app, &event))
        .on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                window::toggle(tray.app_handle());
            }
        });
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(app)?;
    app.manage(entries);
    Ok(())
}

/// Says how Pato is: where one points at the icon, and in the menu, for not every system has the former.
pub(crate) fn show_summary(app: &AppHandle, summary: &str) {
    let (Some(tray), Some(entries)) = (app.tray_by_id(ID), app.try_state::<Entries>()) else {
        return;
    };
    let shown = tray
        .set_tooltip(Some(format!("Pato: {summary}")))
        .and_then(|()| entries.summary.set_text(summary));
    if let Err(error) = shown {
        tracing::warn!("the tray can't be changed: {error}");
    }
}

/// Offers a newer version. It is downloaded, checked and installed if the user chooses it.
pub(crate) fn offer(app: &AppHandle, update: Update) {
    let text = format!("Install Pato {} and start anew", update.version);
    notify(app, "There is a newer Pato", "Its tray installs it.");
    if let Some(entries) = app.try_state::<Entries>() {
        let item = MenuItem::with_id(app, UPDATE, text, true, None::<&str>);
        if let Err(error) = item.and_then(|item| entries.menu.insert(&item, 1)) {
            tracing::warn!("the tray can't be changed: {error}");
        }
    }
    app.manage(update);
}

fn chosen(app: &AppHandle, event: &MenuEvent) {
    match event.id().as_ref() {
        SHOW => window::toggle(app),
        PAUSE => pause(app),
        CLOSE_TO_TRAY => set(app, |entries, settings| {
            settings.close_to_tray = entries.close_to_tray.is_checked()?;
            Ok(())
        }),
        NOTIFICATIONS => set(app, |entries, settings| {
            settings.notifications = entries.notifications.is_checked()?;
            Ok(())
        }),
        AUTOSTART => start_at_login(app),
        UPDATE => update(app),
        QUIT => app.exit(0),
        _ => {}
    }
}

fn set(app: &AppHandle, change: impl FnOnce(&Entries, &mut Settings) -> tauri::Result<()>) {
    let entries = app.state::<Entries>();
    let mut outcome = Ok(());
    let saved = app
        .state::<SettingsFile>()
        .change(|settings| outcome = change(&entries, settings));
    if let Err(error) = outcome.map_err(io::Error::other).and(saved) {
        notify(app, "A setting was not saved", &error.to_string());
    }
}

fn pause(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Some(controller) = app.state::<Desktop>().started() else {
            return;
        };
        let paused = app
            .state::<Entries>()
            .pause
            .is_checked()
            .unwrap_or_default();
        if let Err(error) = controller.set_paused(paused).await {
            notify(&app, "The plugins stay as they are", &error.to_string());
        }
    });
}

fn start_at_login(app: &AppHandle) {
    let wanted = app.state::<Entries>().autostart.is_checked();
    let wanted = wanted.unwrap_or_default();
    let manager = app.autolaunch();
    let done = if wanted {
        manager.enable()
    } else {
        manager.disable()
    };
    if let Err(error) = done {
        notify(app, "Start at login was not changed", &error.to_string());
        // What it says must be what is so.
        let _ = app.state::<Entries>().autostart.set_checked(!wanted);
    }
}

fn update(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Some(update) = app.try_state::<Update>() else {
            return;
        };
        if let Err(error) = updates::install(&update).await {
            notify(&app, "The newer Pato was not installed", &error.to_string());
            return;
        }
        if let Some(controller) = app.state::<Desktop>().started()
            && let Err(error) = controller.stop().await
        {
            tracing::error!("{error}");
        }
        app.restart();
    });
}
