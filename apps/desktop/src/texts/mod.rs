//! What the desktop itself says, in the languages of the page. All else is said by the page.

use serde::{Deserialize, Serialize};

use crate::controller::Summary;
use english::ENGLISH;
use german::GERMAN;

mod english;
mod german;

/// A language of the page's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    #[default]
    En,
    De,
}

impl Language {
    pub(crate) fn texts(self) -> &'static Texts {
        match self {
            Self::En => &ENGLISH,
            Self::De => &GERMAN,
        }
    }

    /// As HTML names it.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }
}

/// A text with one value in it.
type With = fn(&str) -> String;

/// All texts in one language.
pub(crate) struct Texts {
    // The tray.
    pub(crate) starting: &'static str,
    pub(crate) summary: fn(&Summary) -> String,
    pub(crate) show: &'static str,
    pub(crate) pause: &'static str,
    pub(crate) close_to_tray: &'static str,
    pub(crate) notifications: &'static str,
    pub(crate) autostart: &'static str,
    pub(crate) quit: &'static str,
    pub(crate) install_update: With,
    // Notifications: a title, and what is said below it.
    pub(crate) connector_waits: With,
    pub(crate) see_connections: &'static str,
    pub(crate) plugin_off: With,
    pub(crate) failed_often: &'static str,
    pub(crate) not_started: &'static str,
    pub(crate) plugin_refused: With,
    pub(crate) permission_refused: With,
    pub(crate) update: &'static str,
    pub(crate) update_where: &'static str,
    pub(crate) goes_on: &'static str,
    pub(crate) goes_on_where: &'static str,
    pub(crate) link_not_followed: &'static str,
    pub(crate) no_link: &'static str,
    // Titles of what went wrong; below them stands what the system says.
    pub(crate) saved: &'static str,
    pub(crate) saved_where: &'static str,
    pub(crate) not_saved: &'static str,
    pub(crate) not_saved_why: &'static str,
    pub(crate) setting_not_saved: &'static str,
    pub(crate) not_paused: &'static str,
    pub(crate) autostart_unchanged: &'static str,
    pub(crate) update_failed: &'static str,
    /// The heading of the page that says why.
    pub(crate) no_start: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(texts: &Texts) -> Vec<String> {
        let summary = Summary {
            connected: 11,
            services: 22,
            waiting: 33,
            running: 44,
            installed: 55,
        };
        let plain = [
            texts.starting,
            texts.show,
            texts.pause,
            texts.close_to_tray,
            texts.notifications,
            texts.autostart,
            texts.quit,
            texts.see_connections,
            texts.failed_often,
            texts.not_started,
            texts.update,
            texts.update_where,
            texts.goes_on,
            texts.goes_on_where,
            texts.link_not_followed,
            texts.no_link,
            texts.setting_not_saved,
            texts.not_paused,
            texts.autostart_unchanged,
            texts.update_failed,
            texts.no_start,
        ];
        let with = [
            texts.install_update,
            texts.connector_waits,
            texts.plugin_off,
            texts.plugin_refused,
            texts.permission_refused,
        ];
        let mut all = vec![(texts.summary)(&summary)];
        all.extend(plain.map(str::to_owned));
        all.extend(with.map(|text| text("VALUE")));
        all
    }

    #[test]
    fn every_text_is_said_in_both_languages_with_the_same_values() {
        let values = |text: &str| {
            let words = text.split(|letter: char| !letter.is_alphanumeric());
            let values = words.filter(|word| {
                *word == "VALUE" || word.chars().any(|letter| letter.is_ascii_digit())
            });
            values.map(str::to_owned).collect::<Vec<_>>()
        };
        for (english, german) in all(&ENGLISH).iter().zip(all(&GERMAN)) {
            assert_ne!(*english, german);
            assert_eq!(values(english), values(&german), "{german}");
        }
    }

    #[test]
    fn what_is_said_of_a_page_names_it_as_the_page_does() {
        for (texts, names) in [
            (
                &ENGLISH,
                include_str!("../../../dashboard/src/app/locales/en/shell.json"),
            ),
            (
                &GERMAN,
                include_str!("../../../dashboard/src/app/locales/de/shell.json"),
            ),
        ] {
            let names: serde_json::Value = serde_json::from_str(names).unwrap();
            let name = |page: &str| names["pages"][page].as_str().unwrap().to_owned();
            assert!(texts.see_connections.contains(&name("connections")));
            assert!((texts.permission_refused)("x").contains(&name("requests")));
            assert_eq!(texts.pause, names["pauseAll"]["pause"]);
        }
    }
}
