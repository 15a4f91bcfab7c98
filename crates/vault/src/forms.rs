use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::secret::MIN_SECRET_BYTES;

/// The shapes in which a secret turns up in logs: as it is; in Base64 (also inside a longer text that
/// was encoded as a whole), hexadecimal and percent-encoding; escaped in JSON (also JSON in JSON) and in
/// Rust's debug output; without the `oauth:` before it; and line by line, since logs are lines.
pub(crate) fn of(secret: &str) -> Vec<Zeroizing<String>> {
    let mut forms = Vec::new();
    let bare = secret.strip_prefix("oauth:");
    let lines = secret.lines().filter(|line| *line != secret);
    for text in std::iter::once(secret).chain(bare).chain(lines) {
        if text.len() >= MIN_SECRET_BYTES {
            push_forms(text, &mut forms);
        }
    }
    forms.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
    forms.dedup();
    forms
}

fn push_forms(text: &str, forms: &mut Vec<Zeroizing<String>>) {
    let bytes = text.as_bytes();
    for offset in 0..3 {
        forms.push(base64_inside(&STANDARD_NO_PAD, bytes, offset));
        forms.push(base64_inside(&URL_SAFE_NO_PAD, bytes, offset));
    }
    // What stays as it is: by RFC 3986, in JavaScript's encodeURIComponent, in HTML forms.
    for plain in ["-._~", "-._~!*'()", "*-._"] {
        for hexadecimal in [*b"0123456789ABCDEF", *b"0123456789abcdef"] {
            let encoded = percent_encoded(bytes, plain, &hexadecimal);
            forms.push(Zeroizing::new(encoded.replace("%20", "+")));
            forms.push(encoded);
        }
    }
    let json = json_escaped(text);
    forms.push(json_escaped(&json));
    forms.push(Zeroizing::new(json.replace('/', "\\/")));
    forms.push(json);
    forms.push(Zeroizing::new(text.escape_debug().collect()));
    forms.push(Zeroizing::new(
        bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    ));
    forms.push(Zeroizing::new(
        bytes.iter().map(|byte| format!("{byte:02X}")).collect(),
    ));
    forms.push(Zeroizing::new(text.to_owned()));
}

/// The characters that `bytes` alone decide when they stand `offset` bytes, modulo 3, into a text that
/// is encoded: those that hold bits of a neighbour are left out.
fn base64_inside(engine: &impl Engine, bytes: &[u8], offset: usize) -> Zeroizing<String> {
    let mut shifted = Zeroizing::new(vec![0; offset]);
    shifted.extend_from_slice(bytes);
    let encoded = Zeroizing::new(engine.encode(&shifted));
    let (start, end) = ((offset * 8).div_ceil(6), shifted.len() * 8 / 6);
    Zeroizing::new(encoded.get(start..end).unwrap_or_default().to_owned())
}

fn percent_encoded(bytes: &[u8], plain: &str, hexadecimal: &[u8; 16]) -> Zeroizing<String> {
    let digit = |value: u8| {
        let digit = hexadecimal.get(usize::from(value)).copied();
        char::from(digit.unwrap_or_default())
    };
    let mut encoded = Zeroizing::new(String::with_capacity(bytes.len() * 3));
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || plain.as_bytes().contains(byte) {
            encoded.push(char::from(*byte));
        } else {
            encoded.extend(['%', digit(byte >> 4), digit(byte & 0xf)]);
        }
    }
    encoded
}

/// The inside of a JSON string, with the escapes that every writer uses.
fn json_escaped(text: &str) -> Zeroizing<String> {
    let mut escaped = Zeroizing::new(String::with_capacity(text.len() * 6));
    for character in text.chars() {
        match character {
            '"' | '\\' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            '\u{8}' => escaped.push_str("\\b"),
            '\u{c}' => escaped.push_str("\\f"),
            '\0'..='\u{1f}' => escaped.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => escaped.push(character),
        }
    }
    escaped
}
