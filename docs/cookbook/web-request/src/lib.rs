//! Answers `!weather Berlin` with what a web service says.

// ANCHOR: plugin
use std::time::Duration;

use pato_sdk::prelude::*;
use serde::Deserialize;

#[derive(Default)]
struct Weather;

/// The part of the answer that matters; the rest is not looked at.
#[derive(Deserialize)]
struct Report {
    text: String,
    degrees: f64,
}

#[plugin]
impl Plugin for Weather {
    fn init(&mut self) -> Result<()> {
        events::subscribe("chat.message")
    }

    fn event(&mut self, event: Event) -> Result<()> {
        let Some(message) = event.payload::<ChatMessage>()? else {
            return Ok(());
        };
        let Some(("weather", city)) = chat::command(&message.text, "!") else {
            return Ok(());
        };
        if event.flags.own || city.is_empty() {
            return Ok(());
        }
        let reply = match ask(city) {
            Ok(report) => format!("{city}: {}, {:.0} °C", report.text, report.degrees),
            Err(error) => {
                warn!("the weather in {city}: {error}");
                "I can't tell the weather now.".to_owned()
            }
        };
        chat::reply(&event, chat::harmless(&reply))
    }
}

fn ask(city: &str) -> Result<Report> {
    let response = http::post("https://api.weather.example/v1/now")
        // The host puts the secret in; the plugin never sees it.
        .header("authorization", "Bearer {secret:key}")
        .timeout(Duration::from_secs(5))
        .json(&json!({ "city": city }))?
        .send()?;
    match response.status {
        200 => response.json(),
        status => Err(Error::Failed(format!("the service answered with {status}"))),
    }
}
// ANCHOR_END: plugin

#[cfg(test)]
mod tests {
    use pato_sdk::http::Response;
    use pato_sdk::testing::{FakeHost, chat};

    use super::*;

    fn asked(status: u16, body: &str) -> FakeHost {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        host.answer("chat.send", |_| Ok(json!({ "messages": 1 })));
        let body = body.as_bytes().to_vec();
        host.web(move |request| {
            Ok(Response {
                status,
                url: request.url,
                headers: Vec::new(),
                body: body.clone(),
            })
        });
        Weather.event(chat("!weather Berlin")).unwrap();
        host
    }

    #[test]
    fn the_city_is_asked_for_with_the_users_key() {
        let host = asked(200, r#"{"text": "rain", "degrees": 11.6, "wind": 3}"#);
        assert_eq!(host.sent(), ["Berlin: rain, 12 °C"]);
        let request = &host.requests()[0];
        let key = ("authorization".to_owned(), "Bearer {secret:key}".to_owned());
        assert!(request.headers.contains(&key));
        assert_eq!(
            request.body.as_deref(),
            Some(r#"{"city":"Berlin"}"#.as_bytes())
        );
    }

    #[test]
    fn whatever_goes_wrong_is_told_in_the_log_and_not_in_chat() {
        for (status, body) in [(503, ""), (200, "<html>")] {
            let host = asked(status, body);
            assert_eq!(host.sent(), ["I can't tell the weather now."]);
            assert_eq!(host.logs().len(), 1);
        }
    }
}
