use super::Texts;

pub(super) static ENGLISH: Texts = Texts {
    starting: "Starting…",
    summary: |summary| {
        let waiting = match summary.waiting {
            0 => String::new(),
            waiting => format!(", {waiting} waiting for you"),
        };
        format!(
            "{} of {} services connected{waiting}; {} of {} plugins running",
            summary.connected, summary.services, summary.running, summary.installed
        )
    },
    show: "Show or hide Pato",
    pause: "Pause all plugins",
    close_to_tray: "Go on when the window is closed",
    notifications: "Tell what needs me",
    autostart: "Start at login",
    quit: "Quit Pato",
    install_update: |version| format!("Install Pato {version} and start anew"),
    connector_waits: |connector| format!("{connector} needs you"),
    see_connections: "See Connections in Pato.",
    plugin_off: |plugin| format!("The plugin {plugin} is off"),
    failed_often: "It failed too often and was stopped.",
    not_started: "It could not be started.",
    plugin_refused: |plugin| format!("The plugin {plugin} may not"),
    permission_refused: |permission| {
        format!("It asked for {permission} and was refused. See Permissions in Pato.")
    },
    update: "There is a newer Pato",
    update_where: "Its tray installs it.",
    goes_on: "Pato goes on",
    goes_on_where: "Its window is in the tray, or start it again. Quit it from the tray.",
    link_not_followed: "Pato did not follow a link",
    no_link: "This link is none of Pato's: there are pato://open/PAGE and pato://install?source=ADDRESS",
    saved: "Saved",
    saved_where: "In the folder for downloads.",
    not_saved: "A file was not saved",
    not_saved_why: "Is there room in the folder for downloads, and may Pato write to it?",
    setting_not_saved: "A setting was not saved",
    not_paused: "The plugins stay as they are",
    autostart_unchanged: "Start at login was not changed",
    update_failed: "The newer Pato was not installed",
    no_start: "Pato could not start",
};
