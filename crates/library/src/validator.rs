use std::time::Duration;

use http::header::{self, HeaderValue};

use crate::network::Answer;

/// What tells one version of a file from another, byte for byte, so that a download may be continued.
/// <https://www.rfc-editor.org/rfc/rfc9110#name-if-range>
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Validator {
    /// A strong `ETag`.
    Tag(HeaderValue),
    /// A `Last-Modified` that was past when it was told: within the same second or minute, another version
    /// could bear the same.
    Modified(HeaderValue),
}

/// How long ago a change must be for its time to tell versions apart (RFC 9110, section 8.8.2.2).
const SETTLED: Duration = Duration::from_secs(60);

impl Validator {
    /// None if the answer has nothing that is strong enough.
    pub(crate) fn of(answer: &Answer) -> Option<Self> {
        let [tag, modified, date] = [header::ETAG, header::LAST_MODIFIED, header::DATE]
            .map(|name| answer.header(&name).map(str::to_owned));
        Self::read(tag.as_deref(), modified.as_deref(), date.as_deref())
    }

    fn read(tag: Option<&str>, modified: Option<&str>, date: Option<&str>) -> Option<Self> {
        if let Some(tag) = tag.filter(|tag| tag.starts_with('"')) {
            return HeaderValue::from_str(tag).ok().map(Self::Tag);
        }
        let then = httpdate::parse_http_date(modified?).ok()?;
        let now = httpdate::parse_http_date(date?).ok()?;
        let is_settled = now.duration_since(then).is_ok_and(|past| past >= SETTLED);
        let value = HeaderValue::from_str(modified?).ok();
        value.filter(|_| is_settled).map(Self::Modified)
    }

    pub(crate) fn for_if_range(&self) -> HeaderValue {
        match self {
            Self::Tag(value) | Self::Modified(value) => value.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: &str = "Sat, 21 Nov 2026 12:00:00 GMT";

    #[test]
    fn only_what_changes_with_every_byte_lets_a_download_go_on() {
        let strong = Validator::read(Some("\"1\""), None, None);
        assert!(matches!(strong, Some(Validator::Tag(_))));
        assert_eq!(Validator::read(Some("W/\"1\""), None, None), None);
        assert_eq!(Validator::read(Some("bare"), None, Some(NOON)), None);
        for (modified, is_strong) in [
            ("Sat, 21 Nov 2026 11:59:00 GMT", true),
            ("Sat, 21 Nov 2026 11:59:59 GMT", false),
            ("Sat, 21 Nov 2026 12:00:01 GMT", false),
            ("yesterday", false),
        ] {
            let read = Validator::read(Some("W/\"1\""), Some(modified), Some(NOON));
            assert_eq!(read.is_some(), is_strong, "{modified}");
            assert_eq!(
                Validator::read(None, Some(modified), None),
                None,
                "without a date"
            );
        }
    }
}
