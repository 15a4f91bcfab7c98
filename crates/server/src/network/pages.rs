//! The page where a device is paired: a form, and no script.

use axum::http::{HeaderMap, HeaderName, header};
use axum::response::IntoResponse;
use pato_host::PairingError;

use super::door::PAGE_HEADERS;
use super::german;

/// What stands in the form.
pub(super) struct PairingPage {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) problem: Option<String>,
}

/// Longer than any code or name.
const LONGEST: usize = 64;

impl PairingPage {
    /// With the code that the address brings, so that one who scanned it need not type.
    pub(super) fn asked_for(query: Option<&str>, headers: &HeaderMap) -> Self {
        Self::sent(query.unwrap_or_default().as_bytes(), headers)
    }

    /// As the browser sent it.
    pub(super) fn sent(form: &[u8], headers: &HeaderMap) -> Self {
        let field = |wanted: &str| {
            let mut fields = url::form_urlencoded::parse(form);
            let found = fields.find(|(name, _)| name == wanted);
            let value: String = found.map_or(String::new(), |(_, value)| {
                value.chars().take(LONGEST).collect()
            });
            value
        };
        let name = field("name");
        Self {
            code: field("code"),
            name: match name.trim() {
                "" => usual_name(headers).to_owned(),
                _ => name,
            },
            problem: None,
        }
    }

    pub(super) fn render(
        &self,
        headers: &HeaderMap,
    ) -> ([(HeaderName, axum::http::HeaderValue); 3], String) {
        let words = Words::of(headers);
        let problem = self
            .problem
            .as_ref()
            .map(|problem| format!("<p id=\"problem\" role=\"alert\">{}</p>", escaped(problem)));
        let page = format!(
            "<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>{title} · Pato</title><link rel=\"icon\" href=\"data:,\">\
             <link rel=\"stylesheet\" href=\"/pair.css\"><main><h1>{title}</h1><p>{explanation}</p>\
             {problem}<form method=\"post\" action=\"/pair\"><label>{code}<input name=\"code\" \
             value=\"{code_value}\" required maxlength=\"16\" autocomplete=\"off\" \
             autocapitalize=\"characters\" spellcheck=\"false\"></label><label>{name}\
             <input name=\"name\" value=\"{name_value}\" required maxlength=\"40\" \
             autocomplete=\"off\"></label><button>{pair}</button></form><p>{clear}</p></main></html>",
            lang = words.lang,
            title = words.title,
            explanation = words.explanation,
            problem = problem.unwrap_or_default(),
            code = words.code,
            code_value = escaped(&self.code),
            name = words.name,
            name_value = escaped(&self.name),
            pair = words.pair,
            clear = words.clear,
        );
        (PAGE_HEADERS, page)
    }
}

pub(super) async fn style() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (headers, include_str!("pair.css"))
}

/// What the page says, in the browser's language.
pub(super) struct Words {
    pub(super) lang: &'static str,
    pub(super) title: &'static str,
    pub(super) explanation: &'static str,
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) pair: &'static str,
    pub(super) clear: &'static str,
    pub(super) problem: fn(PairingError) -> String,
}

const ENGLISH: Words = Words {
    lang: "en",
    title: "Pair this device",
    explanation: "In Pato's settings on the computer, make a code, and type it in here.",
    code: "Code",
    name: "Name of this device",
    pair: "Pair",
    clear: "What this device sends and shows is not encrypted on the network. It can look at and operate \
            Pato, but change nothing about who may do what.",
    problem: |problem| problem.to_string(),
};

impl Words {
    pub(super) fn of(headers: &HeaderMap) -> &'static Self {
        let languages = headers.get(header::ACCEPT_LANGUAGE);
        match languages.and_then(|languages| languages.to_str().ok()) {
            Some(languages) if languages.trim_start().starts_with("de") => &german::WORDS,
            _ => &ENGLISH,
        }
    }
}

/// What a device is called unless its user says otherwise.
fn usual_name(headers: &HeaderMap) -> &'static str {
    const KNOWN: [(&str, &str); 6] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Macintosh", "Mac"),
        ("Windows", "Windows"),
        ("Linux", "Linux"),
    ];
    let agent = headers.get(header::USER_AGENT);
    let agent = agent
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let found = KNOWN.iter().find(|(part, _)| agent.contains(part));
    found.map_or("Device", |(_, name)| name)
}

/// As text of a page or a value in quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_form_brings_is_text_and_never_markup() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, "de-AT,de;q=0.9".parse().unwrap());
        let form = b"code=%22%3E%3Cscript%3E&name=%3Cb%3E%26&name=second";
        let mut page = PairingPage::sent(form, &headers);
        page.problem = Some("<i>".to_owned());
        let (_, text) = page.render(&headers);
        assert!(
            text.contains("value=\"&quot;&gt;&lt;script&gt;\""),
            "{text}"
        );
        assert!(text.contains("value=\"&lt;b&gt;&amp;\""), "{text}");
        assert!(!text.contains("<i>") && !text.contains("second"), "{text}");
        assert!(text.contains("lang=\"de\""), "{text}");
    }

    #[test]
    fn a_device_has_a_name_also_if_its_user_gives_none() {
        let mut headers = HeaderMap::new();
        assert_eq!(PairingPage::sent(b"name=%20", &headers).name, "Device");
        let agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)";
        headers.insert(header::USER_AGENT, agent.parse().unwrap());
        assert_eq!(PairingPage::asked_for(None, &headers).name, "iPhone");
        let long = format!("name={}", "x".repeat(5_000));
        assert_eq!(PairingPage::sent(long.as_bytes(), &headers).name.len(), 64);
    }
}
