use super::Texts;

pub(super) static GERMAN: Texts = Texts {
    starting: "Startet …",
    summary: |summary| {
        let waiting = match summary.waiting {
            0 => String::new(),
            1 => ", 1 wartet auf dich".to_owned(),
            waiting => format!(", {waiting} warten auf dich"),
        };
        format!(
            "{} von {} Diensten verbunden{waiting}; {} von {} Plugins laufen",
            summary.connected, summary.services, summary.running, summary.installed
        )
    },
    show: "Pato zeigen oder verbergen",
    pause: "Alle Plugins anhalten",
    close_to_tray: "Weiterlaufen, wenn das Fenster zu ist",
    notifications: "Melden, was mich braucht",
    autostart: "Beim Anmelden starten",
    quit: "Pato beenden",
    install_update: |version| format!("Pato {version} installieren und neu starten"),
    connector_waits: |connector| format!("{connector} braucht dich"),
    see_connections: "Sieh in Pato unter Verbindungen nach.",
    plugin_off: |plugin| format!("Das Plugin {plugin} ist aus"),
    failed_often: "Es ist zu oft gescheitert und wurde beendet.",
    not_started: "Es konnte nicht gestartet werden.",
    plugin_refused: |plugin| format!("Das Plugin {plugin} darf nicht"),
    permission_refused: |permission| {
        format!("Es hat {permission} verlangt und nicht bekommen. Sieh in Pato unter Rechte nach.")
    },
    update: "Es gibt ein neueres Pato",
    update_where: "Im Menü des Infobereichs kannst du es installieren.",
    goes_on: "Pato läuft weiter",
    goes_on_where: "Sein Fenster ist im Infobereich, oder starte es noch einmal. Beenden kannst du es im Infobereich.",
    link_not_followed: "Pato ist einem Link nicht gefolgt",
    no_link: "Das ist kein Link von Pato: Es gibt pato://open/SEITE und pato://install?source=ADRESSE",
    saved: "Gespeichert",
    saved_where: "Im Ordner für Downloads.",
    not_saved: "Eine Datei wurde nicht gespeichert",
    not_saved_why: "Ist im Ordner für Downloads noch Platz, und darf Pato hineinschreiben?",
    setting_not_saved: "Eine Einstellung wurde nicht gespeichert",
    not_paused: "Die Plugins bleiben, wie sie sind",
    autostart_unchanged: "Der Start beim Anmelden wurde nicht geändert",
    update_failed: "Das neuere Pato wurde nicht installiert",
    no_start: "Pato konnte nicht starten",
};
