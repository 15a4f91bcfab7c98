use pato_sdk::prelude::*;
use pato_sdk::ui::Tone;

use crate::state::State;

/// How many letters of a label are shown.
const LETTERS: usize = 60;

/// A button, as a line of the settings describes it.
#[derive(Debug)]
pub(crate) struct Button {
    pub(crate) label: String,
    /// May be empty.
    pub(crate) icon: String,
    pub(crate) tone: Tone,
    pub(crate) confirm: bool,
    /// In seconds; none means what the settings say.
    pub(crate) cooldown: Option<u32>,
    pub(crate) action: String,
    pub(crate) parameters: Value,
    /// What tells whether that which it does is on.
    pub(crate) state: Option<State>,
}

impl Button {
    /// Reads `label | icon | tone | action | {json}`.
    pub(crate) fn parse(line: &str) -> Result<Self> {
        let mut fields = line.splitn(5, '|').map(str::trim);
        let mut next = || fields.next().unwrap_or_default();
        let (label, icon, looks, action, parameters) = (next(), next(), next(), next(), next());
        if label.is_empty() || action.is_empty() {
            return Err(Error::Invalid(
                "write `label | icon | tone | action | {json}`".into(),
            ));
        }
        if !is_icon(icon) {
            return Err(Error::Invalid(format!(
                "`{icon}` is no icon; write a name of lucide.dev/icons, such as `mic-off`, or leave it empty"
            )));
        }
        let parameters: Value = match parameters {
            "" => json!({}),
            text => text.parse()?,
        };
        if !parameters.is_object() {
            return Err(Error::Invalid(format!(
                "`{parameters}` is no JSON object; write `{{\"name\": value}}`"
            )));
        }
        let mut button = Self {
            label: label.chars().take(LETTERS).collect(),
            icon: icon.to_owned(),
            tone: Tone::Normal,
            confirm: false,
            cooldown: None,
            action: action.to_owned(),
            state: State::of(action, &parameters),
            parameters,
        };
        for word in looks.split_whitespace() {
            button.look(word)?;
        }
        Ok(button)
    }

    fn look(&mut self, word: &str) -> Result<()> {
        match word {
            "normal" => self.tone = Tone::Normal,
            "muted" => self.tone = Tone::Muted,
            "accent" => self.tone = Tone::Accent,
            "good" => self.tone = Tone::Good,
            "warning" => self.tone = Tone::Warning,
            "danger" => self.tone = Tone::Danger,
            "confirm" => self.confirm = true,
            _ => {
                let seconds = word.strip_prefix("cooldown=");
                let seconds = seconds.and_then(|seconds| seconds.parse().ok());
                self.cooldown = Some(seconds.ok_or_else(|| {
                    Error::Invalid(format!(
                        "`{word}` is no tone; use normal, muted, accent, good, warning, danger, and \
                         `confirm` or `cooldown=10` beside it"
                    ))
                })?);
            }
        }
        Ok(())
    }

    /// Does it; answers with what to say, in a few words.
    pub(crate) fn fire(&self) -> Result<String> {
        let answer: Value = services::call_named(&self.action, &self.parameters)?;
        let is_empty = match &answer {
            Value::Null => true,
            Value::Object(fields) => fields.is_empty(),
            _ => false,
        };
        Ok(match is_empty {
            true => "Done".to_owned(),
            false => short(&answer.to_string()),
        })
    }
}

/// The beginning of a text: a button is small.
pub(crate) fn short(text: &str) -> String {
    let mut letters = text.chars();
    let mut short: String = letters.by_ref().take(120).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    short
}

/// Whether it may be an icon's name: one wrong name would cost the whole drawing.
fn is_icon(text: &str) -> bool {
    let fits = |one: u8| one.is_ascii_lowercase() || one.is_ascii_digit();
    let word = |word: &str| !word.is_empty() && word.bytes().all(fits);
    text.is_empty() || (text.len() <= 40 && text.split('-').all(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_label_a_look_an_action_and_parameters() {
        let line = "Say hi | hand | good confirm cooldown=9 | chat.send | {\"text\": \"a | b\"}";
        let button = Button::parse(line).unwrap();
        assert_eq!(
            (button.label.as_str(), button.icon.as_str()),
            ("Say hi", "hand")
        );
        assert_eq!(
            (button.tone, button.confirm, button.cooldown),
            (Tone::Good, true, Some(9))
        );
        assert_eq!(button.action, "chat.send");
        assert_eq!(button.parameters, json!({ "text": "a | b" }));
        let least = Button::parse("Marker | | | channel.create-marker").unwrap();
        assert_eq!(least.parameters, json!({}));
    }

    #[test]
    fn what_is_wrong_is_named_with_the_remedy() {
        let error = |line: &str| Button::parse(line).unwrap_err().to_string();
        assert!(error("Record").contains("label | icon | tone"));
        assert!(error("A | Heart! | | chat.send").contains("`Heart!` is no icon"));
        assert!(error("A | heart | pink | chat.send").contains("`pink` is no tone"));
        assert!(error("A | heart | cooldown=-1 | chat.send").contains("`cooldown=-1`"));
        assert!(error("A | | | chat.send | {\"text\": }").contains("line 1"));
        assert!(error("A | | | chat.send | [1]").contains("no JSON object"));
    }
}
