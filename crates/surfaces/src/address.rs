use url::{Host, Url};

use crate::error::shown;
use crate::limits::Limits;

/// Says whether a page may load an image or a sound of a plugin from that host and port, which is to say
/// whether the plugin was granted the host. Asked while a table, a value or an alert is checked; it must
/// not wait.
///
/// The host is in lower case, as the URL Standard has it: a name, or an address, IPv6 in brackets.
pub type Hosts<'a> = &'a dyn Fn(&str, u16) -> bool;

const SOUNDS: [&str; 4] = ["chime", "bell", "fanfare", "pop"];

/// Checks where an image comes from; the error says what is wrong and what to write.
pub(crate) fn check_image(text: &str, limits: &Limits, hosts: Hosts<'_>) -> Result<(), String> {
    check(text, limits, hosts)
        .map_err(|problem| format!("`{}` is no source of an image: {problem}", shown(text)))
}

/// Checks where a sound comes from; the error says what is wrong and what to write.
pub(crate) fn check_sound(text: &str, limits: &Limits, hosts: Hosts<'_>) -> Result<(), String> {
    if SOUNDS.contains(&text) {
        return Ok(());
    }
    check(text, limits, hosts).map_err(|problem| {
        format!(
            "`{}` is no source of a sound: {problem}, or one of {}",
            shown(text),
            SOUNDS.join(", ")
        )
    })
}

fn check(text: &str, limits: &Limits, hosts: Hosts<'_>) -> Result<(), String> {
    if let Some(name) = text.strip_prefix("asset:") {
        return match is_asset_name(name) {
            true => Ok(()),
            false => Err(
                "the name of an asset is 1 to 128 letters, digits, `.`, `-` and `_`, and begins with a \
                 letter or digit"
                    .into(),
            ),
        };
    }
    let url = https(text, limits)
        .ok_or("write `asset:NAME` or an address that begins with `https://`")?;
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return Err("its host is missing: write `https://` and a host".into());
    };
    if hosts(host, port) {
        return Ok(());
    }
    let port = url.port().map_or(String::new(), |port| format!(":{port}"));
    Err(format!(
        "the plugin may not reach its host: request `http:{host}{port}` in the manifest and have it granted"
    ))
}

fn is_asset_name(name: &str) -> bool {
    name.len() <= 128
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

/// The address, if it is one of `https` that every reader understands in the same way: visible ASCII
/// without backslashes, which browsers take for slashes, and without a user name, behind which another
/// host could be hidden.
pub(crate) fn https(text: &str, limits: &Limits) -> Option<Url> {
    let plain = text.len() <= limits.address_bytes
        && text.starts_with("https://")
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if !plain {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let whole = match url.host()? {
        Host::Domain(name) => !name.is_empty(),
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    };
    let bare = url.username().is_empty() && url.password().is_none();
    (whole && bare && !text.starts_with("https:///")).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(host: &str, port: u16) -> bool {
        host == "cdn.example.com" && port == 443
    }

    #[test]
    fn an_image_is_an_asset_or_comes_from_a_granted_host() {
        for text in [
            "asset:duck.png",
            "asset:2x_duck-1.webp",
            "https://cdn.example.com/duck.png?size=2#top",
            "https://CDN.example.com:443/",
        ] {
            assert_eq!(check_image(text, &Limits::DEFAULT, &granted), Ok(()));
        }
    }

    #[test]
    fn everything_else_is_refused_with_what_to_write() {
        let long = format!("https://cdn.example.com/{}", "a".repeat(3_000));
        for (text, remedy) in [
            ("", "write `asset:NAME`"),
            ("duck.png", "write `asset:NAME`"),
            ("asset:", "the name of an asset"),
            ("asset:../secret", "the name of an asset"),
            ("asset:a/b", "the name of an asset"),
            ("asset:.hidden", "the name of an asset"),
            ("javascript:alert(1)", "begins with `https://`"),
            (
                "data:image/svg+xml,<svg onload=alert(1)>",
                "begins with `https://`",
            ),
            ("http://cdn.example.com/a", "begins with `https://`"),
            ("//cdn.example.com/a", "begins with `https://`"),
            ("HTTPS://cdn.example.com/a", "begins with `https://`"),
            (" https://cdn.example.com/a", "begins with `https://`"),
            ("https:///cdn.example.com/a", "begins with `https://`"),
            ("https://", "begins with `https://`"),
            (
                "https://cdn.example.com\\@evil.com/",
                "begins with `https://`",
            ),
            ("https://cdn.example.com/\n", "begins with `https://`"),
            ("https://cdn.example.com\u{2028}/", "begins with `https://`"),
            ("https://user@cdn.example.com/", "begins with `https://`"),
            (
                "https://cdn.example.com:secret@evil.com/",
                "begins with `https://`",
            ),
            ("https://cdn.example.com:99999/", "begins with `https://`"),
            ("https://[::1/", "begins with `https://`"),
            ("https://evil.com/a", "`http:evil.com`"),
            (
                "https://cdn.example.com:8443/",
                "`http:cdn.example.com:8443`",
            ),
            ("https://cdn.example.com./", "`http:cdn.example.com.`"),
            ("https://evil.com/cdn.example.com", "`http:evil.com`"),
            ("https://2130706433/", "`http:127.0.0.1`"),
            (&long, "begins with `https://`"),
        ] {
            let problem = check_image(text, &Limits::DEFAULT, &granted).unwrap_err();
            assert!(problem.contains(remedy), "{text:?}: {problem}");
            assert!(problem.chars().count() < 300, "{problem}");
        }
    }

    #[test]
    fn a_sound_may_be_one_of_the_hosts_own() {
        for text in ["chime", "bell", "fanfare", "pop", "asset:duck.ogg"] {
            assert_eq!(check_sound(text, &Limits::DEFAULT, &granted), Ok(()));
        }
        let problem = check_sound("airhorn", &Limits::DEFAULT, &granted).unwrap_err();
        assert!(problem.contains("fanfare"), "{problem}");
    }
}
