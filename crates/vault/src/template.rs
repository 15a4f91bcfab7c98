use crate::error::VaultError;

/// A piece of a template.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// Bytes that stand for themselves.
    Literal(&'a [u8]),
    /// The name of a secret that takes this place.
    Secret(&'a str),
}

const OPENING: &[u8] = b"{secret:";

/// Takes a template apart, in one pass: what a secret holds is never read as a placeholder.
///
/// `{secret:NAME}` is a placeholder, `{{secret:` the text `{secret:` itself; every other brace stands
/// for itself.
pub(crate) fn parse(template: &[u8]) -> Result<Vec<Part<'_>>, VaultError> {
    let mut parts = Vec::new();
    let (mut rest, mut position) = (template, 0);
    while let Some(start) = find(rest) {
        let (before, opened) = split(rest, start);
        let (opening, after) = split(opened, OPENING.len());
        if let Some((b'{', literal)) = before.split_last() {
            parts.push(Part::Literal(literal));
            parts.push(Part::Literal(opening));
            rest = after;
            position += start + opening.len();
            continue;
        }
        let end = after.iter().position(|byte| *byte == b'}');
        let name = end
            .and_then(|end| std::str::from_utf8(split(after, end).0).ok())
            .filter(|name| is_name(name))
            .ok_or(VaultError::Placeholder {
                position: position + start,
            })?;
        parts.push(Part::Literal(before));
        parts.push(Part::Secret(name));
        rest = split(after, name.len() + 1).1;
        position += start + opening.len() + name.len() + 1;
    }
    parts.push(Part::Literal(rest));
    parts.retain(|part| *part != Part::Literal(b""));
    Ok(parts)
}

/// Whether a secret may have this name: `[a-z][a-z0-9_-]{0,47}`.
pub(crate) fn is_name(name: &str) -> bool {
    name.len() <= 48
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
        })
}

fn find(bytes: &[u8]) -> Option<usize> {
    bytes
        .windows(OPENING.len())
        .position(|window| window == OPENING)
}

fn split(bytes: &[u8], at: usize) -> (&[u8], &[u8]) {
    bytes.split_at_checked(at).unwrap_or((bytes, &[]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(template: &str) -> Vec<Part<'_>> {
        parse(template.as_bytes()).unwrap()
    }

    #[test]
    fn placeholders_are_found_among_other_braces() {
        assert_eq!(
            parts("Bearer {secret:token}"),
            [Part::Literal(b"Bearer "), Part::Secret("token")]
        );
        assert_eq!(
            parts(r#"{"a":{"b":"{secret:a}{secret:b}"}}"#),
            [
                Part::Literal(br#"{"a":{"b":""#),
                Part::Secret("a"),
                Part::Secret("b"),
                Part::Literal(br#""}}"#)
            ]
        );
        assert_eq!(
            parts("{} {secret} {Secret:a}"),
            [Part::Literal(b"{} {secret} {Secret:a}")]
        );
        assert!(parts("").is_empty());
    }

    #[test]
    fn a_doubled_brace_is_the_text_itself() {
        assert_eq!(
            parts("{{secret:a} {secret:b}"),
            [
                Part::Literal(b"{secret:"),
                Part::Literal(b"a} "),
                Part::Secret("b")
            ]
        );
    }

    #[test]
    fn a_wrong_placeholder_is_refused_with_its_place() {
        for (template, position) in [
            ("{secret:", 0),
            ("x {secret:token", 2),
            ("{secret:}", 0),
            ("{secret:{secret:a}}", 0),
            ("{secret:a}{secret:A}", 10),
            ("{{secret:a}{secret:ä}", 11),
            ("{secret: a}", 0),
        ] {
            assert_eq!(
                parse(template.as_bytes()),
                Err(VaultError::Placeholder { position }),
                "{template}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_parser_panic(template in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..100),
            "(\\{|\\}|secret:|a){0,20}".prop_map(String::into_bytes),
        ]) {
            let _ = parse(&template);
        }
    }
}
