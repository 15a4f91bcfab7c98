//! What Discord says when it does not do something, in words for the user.

use serde::Deserialize;
use serde_json::Value;

use crate::connector::ConnectorError;

/// The most characters of Discord's own text.
const MAX_TEXT: usize = 300;

/// How deep the fields of a refusal are searched.
const MAX_DEPTH: usize = 8;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Refusal {
    code: u64,
    message: String,
    errors: Value,
}

/// The body of a 429.
#[derive(Deserialize, Default)]
pub(super) struct RateLimit {
    /// In seconds.
    pub(super) retry_after: Option<f64>,
}

/// The error for a token that Discord refuses.
pub(super) fn token() -> ConnectorError {
    ConnectorError::Denied(TOKEN.into())
}

/// What to do about a token that Discord refuses.
pub(super) const TOKEN: &str = "Discord refuses the bot's token: make a new one at \
    https://discord.com/developers/applications (your application, Bot, Reset Token) and enter it in Pato";

/// The error for an answer with this status and body.
pub(super) fn of(status: u16, body: &[u8]) -> ConnectorError {
    let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let text = told(status, &refusal);
    match (status, refusal.code) {
        (_, 50_001 | 50_013) => ConnectorError::Denied(format!(
            "{text}: in the server's settings, give the bot's role the right, and put the role above \
             those of the people concerned"
        )),
        (_, 10_015) => ConnectorError::NotFound(WEBHOOK_GONE.into()),
        (_, 10_062) => ConnectorError::NotFound(format!(
            "{text}: an interaction has to be answered within three seconds"
        )),
        (_, 10_000..=19_999) | (404, _) => ConnectorError::NotFound(text),
        (400, _) => ConnectorError::Invalid(text),
        (401 | 403, _) => ConnectorError::Denied(text),
        (500..=599, _) => ConnectorError::Unavailable(format!(
            "{text}: Discord has trouble; see https://discordstatus.com"
        )),
        _ => ConnectorError::Failed(text),
    }
}

/// What to do about a webhook that is gone.
pub(super) const WEBHOOK_GONE: &str = "Discord does not know the webhook any more: make a new one in \
    the channel's settings (Integrations, Webhooks) and enter its address in Pato";

/// Discord's own text, with the first field that it complains about.
fn told(status: u16, refusal: &Refusal) -> String {
    let field = first_field(&refusal.errors, MAX_DEPTH);
    let text = match (refusal.message.is_empty(), field) {
        (true, _) => format!("Discord answered with status {status}"),
        (false, None) => format!("Discord says: {}", refusal.message),
        (false, Some((field, complaint))) => {
            format!("Discord says: {}, `{field}`: {complaint}", refusal.message)
        }
    };
    let clean = text.chars().map(|character| match character.is_control() {
        true => ' ',
        false => character,
    });
    clean.take(MAX_TEXT).collect()
}

fn first_field(errors: &Value, depth: usize) -> Option<(String, String)> {
    let fields = errors.as_object().filter(|_| depth > 0)?;
    fields.iter().find_map(|(name, inner)| {
        let complaint = inner.pointer("/_errors/0/message").and_then(Value::as_str);
        match complaint {
            Some(complaint) => Some((name.clone(), complaint.to_owned())),
            None => first_field(inner, depth - 1)
                .map(|(field, complaint)| (format!("{name}.{field}"), complaint)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_that_discord_complains_about_is_named() {
        let body = br#"{"code":50035,"message":"Invalid Form Body","errors":{"embeds":{"0":{"title":
            {"_errors":[{"code":"BASE_TYPE_MAX_LENGTH","message":"Must be 256 or fewer in length."}]}}}}}"#;
        let error = of(400, body).to_string();
        assert!(error.contains("`embeds.0.title`: Must be 256"), "{error}");
    }

    #[test]
    fn each_kind_of_refusal_is_told_from_the_others() {
        let body = |code: u32| format!(r#"{{"code":{code},"message":"No"}}"#).into_bytes();
        assert!(
            matches!(of(403, &body(50_013)), ConnectorError::Denied(text) if text.contains("role"))
        );
        assert!(matches!(
            of(404, &body(10_008)),
            ConnectorError::NotFound(_)
        ));
        assert!(matches!(of(400, &body(50_006)), ConnectorError::Invalid(_)));
        assert!(matches!(of(502, b"<html>"), ConnectorError::Unavailable(_)));
        assert!(matches!(of(418, b"{}"), ConnectorError::Failed(_)));
    }

    #[test]
    fn no_answer_breaks_it_or_makes_it_long() {
        let deep = "{\"a\":".repeat(100) + "1" + &"}".repeat(100);
        let long = format!(r#"{{"message":"{}"}}"#, "\\n\\u0000".repeat(10_000));
        for body in [
            "",
            "[]",
            "null",
            r#"{"errors":[1],"message":1}"#,
            &deep,
            &long,
        ] {
            for status in [0, 200, 400, 401, 403, 404, 500, 999] {
                let text = of(status, body.as_bytes()).to_string();
                assert!(
                    text.len() < 1_000 && !text.contains(char::is_control),
                    "{text}"
                );
            }
        }
    }
}
