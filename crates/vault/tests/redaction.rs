//! What people read holds no secret, in whatever shape it got there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use std::borrow::Cow;
use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use pato_vault::{MAX_LINE_BYTES, RedactingWriter, Redactor, Secret, Vault};
use proptest::prelude::*;

fn redactor(secrets: &[&str]) -> Redactor {
    let vault = Vault::new();
    for (number, secret) in secrets.iter().enumerate() {
        let secret = Secret::new((*secret).to_owned());
        vault
            .set("lights", &format!("s{number}"), secret, &["a.example"])
            .unwrap();
    }
    vault.redactor()
}

fn logged(redactor: &Redactor, writes: &[&[u8]]) -> String {
    let mut log = Vec::new();
    let mut writer = RedactingWriter::new(&mut log, redactor.clone());
    for bytes in writes {
        writer.write_all(bytes).unwrap();
        writer.flush().unwrap();
    }
    drop(writer);
    String::from_utf8_lossy(&log).into_owned()
}

#[test]
fn a_secret_is_blotted_out_in_every_usual_shape() {
    let secret = "p\"ä/ss w~rd\\?&9";
    let redactor = redactor(&[secret]);
    let json = serde_json::to_string(secret).unwrap();
    let in_json = serde_json::to_string(&serde_json::json!({ "text": json })).unwrap();
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let hexadecimal: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    for shape in [
        secret.to_owned(),
        json,
        in_json,
        format!("{secret:?}"),
        hexadecimal.to_uppercase(),
        hexadecimal,
        form,
        "p%22%C3%A4%2Fss%20w~rd%5C%3F%269".into(),
        "p%22%c3%a4%2fss%20w~rd%5c%3f%269".into(),
    ] {
        let text = format!("before {shape} after");
        let redacted = redactor.redact(&text);
        assert!(redacted.contains("***"), "{text} became {redacted}");
        assert!(
            redacted.starts_with("before ") && redacted.ends_with(" after"),
            "{redacted}"
        );
        assert!(
            !redacted.contains("w~rd") && !redacted.contains("%26") && !redacted.contains("2639")
        );
    }
}

#[test]
fn base64_is_recognised_wherever_the_secret_stands_in_it() {
    let secret = "s3cr>t?vælue";
    let redactor = redactor(&[secret]);
    for before in ["", "u", "us", "use", "user:"] {
        for after in ["", "x", "xy"] {
            let whole = format!("{before}{secret}{after}");
            for encoded in [STANDARD.encode(&whole), URL_SAFE.encode(&whole)] {
                let redacted = redactor.redact(&encoded);
                assert!(redacted.contains("***"), "{whole}: {redacted}");
                assert!(redacted.len() <= 3 + 12, "{whole}: {redacted}");
            }
        }
    }
}

#[test]
fn a_token_is_blotted_out_with_and_without_its_prefix() {
    let redactor = redactor(&["oauth:abcdef123456"]);
    assert_eq!(redactor.redact("PASS oauth:abcdef123456"), "PASS ***");
    assert_eq!(redactor.redact("Bearer abcdef123456"), "Bearer ***");
}

#[test]
fn overlapping_and_touching_secrets_leave_nothing() {
    let redactor = redactor(&["abcd", "cdef", "abcdefgh", "xyzw"]);
    assert_eq!(redactor.redact("1abcdef2"), "1***2");
    assert_eq!(redactor.redact("1abcdefgh2"), "1***2");
    assert_eq!(redactor.redact("abcdxyzw."), "***.");
}

#[test]
fn a_text_without_secrets_is_not_copied() {
    assert!(matches!(
        redactor(&["abcd"]).redact("harmless"),
        Cow::Borrowed("harmless")
    ));
    assert!(matches!(
        redactor(&[]).redact("abcd"),
        Cow::Borrowed("abcd")
    ));
}

#[test]
fn a_redactor_follows_its_vault() {
    let vault = Vault::new();
    let redactor = vault.redactor();
    assert_eq!(redactor.redact("later1"), "later1");
    vault
        .set("a", "b", Secret::new("later1".into()), &["a.example"])
        .unwrap();
    assert_eq!(redactor.redact("later1"), "***");
}

#[test]
fn a_secret_split_over_writes_is_blotted_out() {
    let redactor = redactor(&["s3cret-value"]);
    let whole = b"one s3cret-value two\nthree s3cret-value";
    for split in 0..whole.len() {
        let (first, second) = whole.split_at(split);
        assert_eq!(
            logged(&redactor, &[first, second]),
            "one *** two\nthree ***"
        );
    }
    let bytes: Vec<&[u8]> = whole.chunks(1).collect();
    assert_eq!(logged(&redactor, &bytes), "one *** two\nthree ***");
}

#[test]
fn lines_that_are_no_utf_8_pass() {
    let mut log = Vec::new();
    let mut writer = RedactingWriter::new(&mut log, redactor(&["s3cret"]));
    writer.write_all(b"\xff s3cret \xfe\n").unwrap();
    drop(writer);
    assert_eq!(log, b"\xff *** \xfe\n");
}

#[test]
fn each_line_of_a_secret_is_one() {
    let redactor = redactor(&["-----BEGIN-----\nMIIEvQIBADANBg\n-----END-----"]);
    let log = logged(&redactor, &[b"a\nMIIEvQIBADANBg\nb\n"]);
    assert_eq!(log, "a\n***\nb\n");
}

#[test]
fn a_line_without_end_is_cut_and_the_memory_bounded() {
    let redactor = redactor(&["s3cret-value"]);
    let filler = vec![b'x'; MAX_LINE_BYTES - 5];
    let much = vec![b'y'; 1 << 20];
    let log = logged(
        &redactor,
        &[&filler, b"s3cret-value", &much, b"\nnext s3cret-value\n"],
    );
    assert!(log.len() < MAX_LINE_BYTES + 100);
    assert!(!log.contains("s3c") && !log.contains('y'));
    assert!(log.ends_with("*** (line cut)\nnext ***\n"));
}

#[test]
fn a_secret_anywhere_around_the_cut_is_not_passed_on() {
    let redactor = redactor(&["s3cret-value"]);
    for shift in 0..40 {
        let mut line = vec![b'x'; MAX_LINE_BYTES - shift];
        line.extend_from_slice(b"s3cret-value");
        line.extend_from_slice(&[b'z'; 64]);
        let log = logged(&redactor, &[&line, b"\n"]);
        assert!(!log.contains("s3c") && !log.contains("value"), "{shift}");
    }
}

proptest! {
    /// Secrets without stars: a blot beside a star could look like a secret that is made of stars.
    #[test]
    fn no_output_holds_a_secret(
        secrets in proptest::collection::vec("[ab\"/ ]{4,7}|[a-zä=]{4,9}", 1..4),
        parts in proptest::collection::vec("[ab\"/ ]{0,9}", 0..6),
        picks in proptest::collection::vec(any::<prop::sample::Index>(), 6),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 3),
    ) {
        let names: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let redactor = redactor(&names);
        let mut text = String::new();
        for (part, pick) in parts.iter().zip(&picks) {
            text.push_str(part);
            text.push_str(names[pick.index(names.len())]);
        }
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        ends.extend([0, text.len()]);
        ends.sort_unstable();
        let writes: Vec<&[u8]> = ends.windows(2).map(|two| &text.as_bytes()[two[0]..two[1]]).collect();
        let log = logged(&redactor, &writes);
        let redacted = redactor.redact(&text);
        prop_assert_eq!(&log, &redacted);
        for secret in &secrets {
            prop_assert!(!redacted.contains(secret.as_str()), "{} in {}", secret, redacted);
        }
    }
}
