//! Values that arguments have in common.

use std::time::Duration;

use pato_host::Service;
use url::Url;

/// A number with a unit: 500ms, 30s, 2m, 1h.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no time: write a number with a unit, such as 30s or 2m");
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at_checked(digits).ok_or_else(wrong)?;
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let milliseconds = match unit {
        "ms" => Some(number),
        "s" | "" => number.checked_mul(1_000),
        "m" | "min" => number.checked_mul(60_000),
        "h" => number.checked_mul(3_600_000),
        _ => None,
    };
    milliseconds.map(Duration::from_millis).ok_or_else(wrong)
}

pub(super) fn speed(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(speed) if (0.0..=1_000_000.0).contains(&speed) => Ok(speed),
        _ => Err("write a number from 0 to 1000000".into()),
    }
}

pub(super) fn service(text: &str) -> Result<Service, String> {
    text.parse().map_err(|error: String| {
        let known: Vec<_> = Service::ALL
            .iter()
            .map(|service| service.as_str())
            .collect();
        format!("{error}: there are {}", known.join(", "))
    })
}

pub(super) fn websocket(text: &str) -> Result<Url, String> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "ws" | "wss") && url.has_host() => Ok(url),
        _ => Err(
            "write it as ws://HOST:PORT, as OBS shows it under Tools, WebSocket Server Settings"
                .into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit_that_is_known() {
        assert_eq!(duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        for wrong in [
            "",
            "s",
            "-1s",
            "3 days",
            "99999999999999999999h",
            "18446744073709551615h",
        ] {
            assert!(duration(wrong).unwrap_err().contains("30s"), "{wrong}");
        }
    }
}
