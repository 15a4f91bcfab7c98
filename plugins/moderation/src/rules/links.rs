//! Links, written out or only hinted at by a host name.

/// Endings of host names that people link to without `https://`. Others count only with it, with
/// `www.` or with a path: `ok.then` is two words.
const ENDINGS: &[&str] = &[
    "app", "biz", "cc", "click", "club", "co", "com", "de", "dev", "es", "eu", "fr", "gg", "info",
    "io", "it", "link", "live", "ly", "me", "net", "nl", "online", "org", "pl", "pro", "ru",
    "shop", "site", "store", "stream", "to", "top", "tv", "uk", "us", "website", "xyz",
];

/// Whether the text holds a link to a host that is not allowed.
pub(super) fn any(text: &str, allowed: &[String]) -> bool {
    let separates =
        |one: char| one.is_whitespace() || matches!(one, ',' | ';' | '|' | '<' | '>' | '"');
    text.split(separates).filter_map(host).any(|host| {
        !allowed.iter().any(|allowed| {
            let allowed = allowed.trim().to_lowercase();
            host == allowed
                || host
                    .strip_suffix(&allowed)
                    .is_some_and(|rest| rest.ends_with('.'))
        })
    })
}

/// The host that a word links to, in lower case.
fn host(word: &str) -> Option<String> {
    let word = word.trim_matches(|one: char| !one.is_alphanumeric() && !matches!(one, '/' | '['));
    let lower = word.to_lowercase();
    let (scheme, rest) = match lower.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, lower.as_str()),
    };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end)?;
    // What stands before an `@` is a user name, however much it looks like a host.
    let authority = authority.rsplit('@').next()?;
    let host = authority.split(':').next()?.trim_end_matches('.');
    if scheme.is_some() {
        return Some(host.to_owned());
    }
    let labels: Vec<&str> = host.split('.').collect();
    let [.., name, ending] = labels.as_slice() else {
        return None;
    };
    let is_label = |label: &&str| {
        !label.is_empty() && label.chars().all(|one| one.is_alphanumeric() || one == '-')
    };
    let is_host = labels.iter().all(is_label)
        && name.chars().any(char::is_alphanumeric)
        && ending.chars().count() >= 2
        && ending.chars().all(char::is_alphabetic);
    let hinted = host.starts_with("www.") || path.len() > 1 || ENDINGS.contains(ending);
    (is_host && hinted).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> bool {
        any(text, &["youtube.com".into(), "Twitch.tv ".into()])
    }

    #[test]
    fn links_are_found_in_every_dress() {
        for text in [
            "see https://evil.example/x",
            "EVIL.COM",
            "(www.evil.museum)",
            "evil.museum/free",
            "go to evil.com.",
            "a,evil.gg;b",
            "http://10.0.0.1:8080/",
            "https://[::1]/",
            "evil.com:443",
            "ftp://evil",
            "bücher.de",
        ] {
            assert!(links(text), "{text}");
        }
    }

    #[test]
    fn plain_speech_is_no_link() {
        for text in [
            "ok.then we go",
            "3.5 to 2.1",
            "wait...what",
            "e.g. this",
            "a/b",
            "v1.2.3",
            "x.y",
            "@ada.",
            "and/or",
            "..com",
        ] {
            assert!(!links(text), "{text}");
        }
    }

    #[test]
    fn allowed_hosts_are_allowed_with_all_below_them_only() {
        assert!(!links(
            "https://www.youtube.com/watch?v=1 and clips.twitch.tv/x"
        ));
        for text in [
            "https://youtube.com.evil.com/",
            "https://youtube.com@evil.com/",
            "https://notyoutube.com/",
            "https://evil.com/youtube.com",
            "https://evil.com?youtube.com",
            "https://evil.com#@youtube.com",
            "https://evil.com\\@youtube.com",
            "youtube.com evil.com",
        ] {
            assert!(links(text), "{text}");
        }
    }
}
