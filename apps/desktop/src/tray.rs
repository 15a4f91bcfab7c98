//! The tray: how Pato is, and what one wants without the window.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tauri::menu::{CheckMenuItem, Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Wry};
use tauri_plugin_autostart::ManagerExt;
use tauri_plugin_updater::Update;

use crate::app::{notify, texts};
use crate::commands::Desktop;
use crate::settings::{Settings, SettingsFile};
use crate::texts::Texts;
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
    show: MenuItem<Wry>,
    pause: CheckMenuItem<Wry>,
    close_to_tray: CheckMenuItem<Wry>,
    notifications: CheckMenuItem<Wry>,
    autostart: CheckMenuItem<Wry>,
    quit: MenuItem<Wry>,
    /// In the menu only when there is one.
    update: MenuItem<Wry>,
}

impl Entries {
    fn translate(&self, texts: &Texts) -> tauri::Result<()> {
        self.show.set_text(texts.show)?;
        self.pause.set_text(texts.pause)?;
        self.close_to_tray.set_text(texts.close_to_tray)?;
        self.notifications.set_text(texts.notifications)?;
        self.autostart.set_text(texts.autostart)?;
        self.quit.set_text(texts.quit)
    }

    fn name_update(&self, texts: &Texts, update: &Update) -> tauri::Result<()> {
        let text = (texts.install_update)(&update.version);
        self.update.set_text(text)
    }
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
    // What they say is put in last, and anew in another language.
    let item = |id| MenuItem::with_id(app, id, "", true, None::<&str>);
    let check = |id, on| CheckMenuItem::with_id(app, id, "", true, on, None::<&str>);
    let line = || PredefinedMenuItem::separator(app);
    let entries = Entries {
        menu: Menu::new(app)?,
        summary: MenuItem::new(app, texts(app).starting, false, None::<&str>)?,
        show: item(SHOW)?,
        pause: check(PAUSE, false)?,
        close_to_tray: check(CLOSE_TO_TRAY, settings.close_to_tray)?,
        notifications: check(NOTIFICATIONS, settings.notifications)?,
        autostart: check(AUTOSTART, starts)?,
        quit: item(QUIT)?,
        update: item(UPDATE)?,
    };
    entries.translate(texts(app))?;
    entries.menu.append_items(&[
        &entries.summary,
        &line()?,
        &entries.show,
        &entries.pause,
        &line()?,
        &entries.close_to_tray,
        &entries.notifications,
        &entries.autostart,
        &line()?,
        &entries.quit,
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

/// Says all in the language that the page has now.
pub(crate) fn translate(app: &AppHandle) {
    let Some(entries) = app.try_state::<Entries>() else {
        return;
    };
    let texts = texts(app);
    let told = entries.translate(texts).and_then(|()| {
        let update = app.try_state::<Update>();
        update.map_or(Ok(()), |update| entries.name_update(texts, &update))
    });
    if let Err(error) = told {
        tracing::warn!("the tray can't be changed: {error}");
    }
}

/// Offers a newer version. It is downloaded, checked and installed if the user chooses it.
pub(crate) fn offer(app: &AppHandle, update: Update) {
    let texts = texts(app);
    notify(app, texts.update, texts.update_where);
    if let Some(entries) = app.try_state::<Entries>() {
        let named = entries.name_update(texts, &update);
        if let Err(error) = named.and_then(|()| entries.menu.insert(&entries.update, 1)) {
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
        notify(app, texts(app).setting_not_saved, &error.to_string());
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
            notify(&app, texts(&app).not_paused, &error.to_string());
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
        notify(app, texts(app).autostart_unchanged, &error.to_string());
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
            notify(&app, texts(&app).update_failed, &error.to_string());
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
