//! Signatures in the format of minisign, over a hash of what is signed (never the bytes themselves).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blake2b_simd::blake2b;
use pato_permissions::Manifest;

use crate::key::PublicKey;

/// The longest signature, in bytes: four lines, of which two are comments.
pub const MAX_SIGNATURE_BYTES: usize = 1024;

/// A signature that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Whose.
    pub key: PublicKey,
    /// The comment that is signed, too; in a package, `pato ID VERSION`.
    pub trusted_comment: String,
}

/// Why a signature is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Not the four lines of a signature.
    #[error(
        "the signature is unreadable: {problem}; sign anew with `pato plugin sign`, or minisign"
    )]
    Malformed {
        /// What is wrong.
        problem: &'static str,
    },
    /// Signed as minisign did before version 0.6.
    #[error(
        "the signature is of minisign's old kind, which signs the bytes instead of their hash: \
         sign anew without `-l`"
    )]
    Legacy,
    /// It is by another key.
    #[error(
        "it is signed by another key than that of its publisher ({}): \
         get it from where its author publishes it",
        .publisher.words().join(" ")
    )]
    OtherKey {
        /// By whom it must be signed.
        publisher: PublicKey,
    },
    /// The bytes are not those that were signed.
    #[error(
        "the signature does not fit the bytes: they were changed after they were signed by {}; \
         get it from where its author publishes it",
        .publisher.words().join(" ")
    )]
    Wrong {
        /// Who signed something else.
        publisher: PublicKey,
    },
    /// It was signed as another plugin or another version.
    #[error(
        "it is signed as `{found}`, and it is `{expected}`: sign it anew with `pato plugin sign`"
    )]
    OtherPlugin {
        /// What the trusted comment must be.
        expected: String,
        /// What it is, cut if it is long.
        found: String,
    },
    /// The manifest names a publisher, and there is no signature.
    #[error(
        "its manifest names a publisher ({}), and it is not signed: get it from where its author \
         publishes it, or, if it is yours, sign it with `pato plugin sign`",
        .publisher.words().join(" ")
    )]
    Missing {
        /// By whom it must be signed.
        publisher: PublicKey,
    },
    /// There is a signature, and the manifest names no publisher.
    #[error(
        "it is signed, and its manifest does not say by whom: write `publisher = \"RW…\"` into the \
         manifest, then pack and sign it again"
    )]
    NoPublisher,
}

/// Checks a signature of `bytes`, such as that of an index, which lies beside it in a file of its own.
///
/// # Errors
///
/// If it is no signature of these bytes by this key.
pub fn verify(key: &PublicKey, bytes: &[u8], signature: &str) -> Result<Signature, SignatureError> {
    verify_hash(key, blake2b(bytes).as_bytes(), signature)
}

/// Checks a signature of bytes whose BLAKE2b-512 is `hash`.
///
/// What minisign signs is that hash, and its library takes the signed bytes only together with the
/// signature, which here comes last. But a signature of a hash is what minisign's old kind would be of a
/// file that consists of the hash, so the library is given that.
fn verify_hash(key: &PublicKey, hash: &[u8], text: &str) -> Result<Signature, SignatureError> {
    let malformed = |problem| SignatureError::Malformed { problem };
    if text.len() > MAX_SIGNATURE_BYTES {
        return Err(malformed("it is too long"));
    }
    let lines: Vec<&str> = text.trim_end_matches(['\r', '\n']).lines().collect();
    let [untrusted, signature, trusted, global] = lines.as_slice() else {
        return Err(malformed("it does not have four lines"));
    };
    if !untrusted.starts_with("untrusted comment: ") {
        return Err(malformed(
            "its first line does not begin with `untrusted comment: `",
        ));
    }
    let Some(trusted_comment) = trusted.strip_prefix("trusted comment: ") else {
        return Err(malformed(
            "its third line does not begin with `trusted comment: `",
        ));
    };
    let mut bytes = STANDARD
        .decode(signature)
        .map_err(|_| malformed("its second line is no base64"))?;
    match bytes.get_mut(..2) {
        Some(algorithm) if algorithm == b"ED" => algorithm.copy_from_slice(b"Ed"),
        Some(algorithm) if algorithm == b"Ed" => return Err(SignatureError::Legacy),
        _ => return Err(malformed("its algorithm is not Ed25519")),
    }
    let of_hash = format!(
        "{untrusted}\n{}\n{trusted}\n{global}",
        STANDARD.encode(bytes)
    );
    let of_hash = minisign_verify::Signature::decode(&of_hash)
        .map_err(|_| malformed("its lines are not of the right lengths"))?;
    let publisher = *key;
    let verifier = key
        .verifier()
        .ok_or(SignatureError::OtherKey { publisher })?;
    verifier
        .verify(hash, &of_hash, true)
        .map_err(|error| match error {
            minisign_verify::Error::UnexpectedKeyId => SignatureError::OtherKey { publisher },
            _ => SignatureError::Wrong { publisher },
        })?;
    Ok(Signature {
        key: publisher,
        trusted_comment: (*trusted_comment).to_owned(),
    })
}

/// Hashes the signed bytes of a package as they arrive.
#[derive(Default)]
pub(crate) struct Signed(blake2b_simd::State);

impl Signed {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Checks the contents of the package's signature section, if it has one, against its manifest.
    pub(crate) fn check(
        self,
        manifest: &Manifest,
        section: Option<&[u8]>,
    ) -> Result<Option<Signature>, SignatureError> {
        let (publisher, section) = match (PublicKey::of_publisher(manifest), section) {
            (None, None) => return Ok(None),
            (None, Some(_)) => return Err(SignatureError::NoPublisher),
            (Some(publisher), None) => return Err(SignatureError::Missing { publisher }),
            (Some(publisher), Some(section)) => (publisher, section),
        };
        let text = std::str::from_utf8(section).map_err(|_| SignatureError::Malformed {
            problem: "it is not UTF-8",
        })?;
        let signature = verify_hash(&publisher, self.0.finalize().as_bytes(), text)?;
        let expected = trusted_comment(manifest);
        if signature.trusted_comment != expected {
            let found = signature.trusted_comment.chars().take(120);
            return Err(SignatureError::OtherPlugin {
                expected,
                found: found.flat_map(char::escape_default).collect(),
            });
        }
        Ok(Some(signature))
    }
}

/// What the signature of a package says it is of.
pub(crate) fn trusted_comment(manifest: &Manifest) -> String {
    format!("pato {} {}", manifest.id, manifest.version)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the documentation of minisign's library: of the four bytes `test`.
    const KEY: &str = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
    const SIGNATURE: &str = "untrusted comment: signature from minisign secret key
RUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=
trusted comment: timestamp:1633700835\tfile:test\tprehashed
wLMDjy9FLAuxZ3q4NlEvkgtyhrr0gtTu6KC4KBJdITbbOeAi1zBIYo0v4iTgt8jJpIidRJnp94ABQkJAgAooBQ==
";

    fn check(bytes: &[u8], signature: &str) -> Result<Signature, SignatureError> {
        verify(&KEY.parse().unwrap(), bytes, signature)
    }

    #[test]
    fn a_signature_that_minisign_made_holds() {
        let signature = check(b"test", SIGNATURE).unwrap();
        assert_eq!(signature.key.to_string(), KEY);
        assert_eq!(
            signature.trusted_comment,
            "timestamp:1633700835\tfile:test\tprehashed"
        );
        check(b"test", &SIGNATURE.replace('\n', "\r\n")).unwrap();
    }

    #[test]
    fn other_bytes_another_comment_and_another_key_are_refused() {
        let publisher = KEY.parse().unwrap();
        assert_eq!(
            check(b"Test", SIGNATURE),
            Err(SignatureError::Wrong { publisher })
        );
        let comment = SIGNATURE.replace("file:test", "file:best");
        assert_eq!(
            check(b"test", &comment),
            Err(SignatureError::Wrong { publisher })
        );
        let number = SIGNATURE.replace("RUQf6", "RUQf7");
        assert_eq!(
            check(b"test", &number),
            Err(SignatureError::OtherKey { publisher })
        );
    }

    #[test]
    fn what_is_no_signature_is_refused_with_what_is_wrong() {
        let lines: Vec<&str> = SIGNATURE.lines().collect();
        for (text, problem) in [
            (String::new(), "four lines"),
            (lines[..3].join("\n"), "four lines"),
            (format!("{SIGNATURE}more"), "four lines"),
            (SIGNATURE.replace("untrusted", "un"), "first line"),
            (SIGNATURE.replace("\ntrusted", "\nun"), "third line"),
            (SIGNATURE.replace("RUQf", "R!Qf"), "no base64"),
            (SIGNATURE.replace("RUQf", "AAAf"), "not Ed25519"),
            (SIGNATURE.replace("RUQf", "RWQf"), "without `-l`"),
            (SIGNATURE.replace("wLMD", ""), "lengths"),
            (
                format!("untrusted comment: {}\n", "x".repeat(2000)),
                "too long",
            ),
        ] {
            let message = check(b"test", &text).unwrap_err().to_string();
            assert!(message.contains(problem), "{message}");
        }
    }
}
