use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bip39::Language;
use pato_permissions::Manifest;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// How many words stand for a key: 66 bits, for people who compare two.
const WORDS: usize = 6;

/// The key by which an author's signatures are checked, in the format of
/// [minisign](https://jedisct1.github.io/minisign/): two letters for the algorithm, the key's number, and an
/// Ed25519 key. As text, 56 characters of base64 that begin with `RW`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, JsonSchema)]
#[schemars(with = "String", extend("pattern" = "^RW[Q-T][A-Za-z0-9+/]{53}$"))]
pub struct PublicKey([u8; 42]);

/// A text that is no public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no public key: it has 56 characters and begins with `RW`; `pato key show` prints it"
)]
pub struct KeyError {
    /// The text, cut if it is long.
    pub text: String,
}

impl PublicKey {
    /// The key of the manifest's `publisher`, if it names one.
    pub fn of_publisher(manifest: &Manifest) -> Option<Self> {
        manifest.publisher.as_deref()?.parse().ok()
    }

    /// Six words that stand for this key, for people who compare it with one they know. The words are
    /// those of [BIP-39](https://github.com/bitcoin/bips/blob/master/bip-0039/english.txt), taken by the first
    /// 66 bits of the key's SHA-256.
    pub fn words(&self) -> [&'static str; WORDS] {
        let digest = Sha256::digest(self.0);
        let first: [u8; 16] = std::array::from_fn(|index| digest.get(index).copied().unwrap_or(0));
        let bits = u128::from_be_bytes(first);
        let words = Language::English.word_list();
        std::array::from_fn(|index| {
            let number = (bits >> (128 - 11 * (index + 1)) & 0x7ff) as usize;
            words.get(number).copied().unwrap_or_default()
        })
    }

    /// The key as the library that checks signatures takes it.
    pub(crate) fn verifier(&self) -> Option<minisign_verify::PublicKey> {
        minisign_verify::PublicKey::from_base64(&self.to_string()).ok()
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    /// Reads the 56 characters, or the file in which minisign keeps them below a comment.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let line = match text.trim().split_once('\n') {
            Some((comment, line)) if comment.starts_with("untrusted comment:") => line.trim(),
            _ => text.trim(),
        };
        let bytes = STANDARD.decode(line).unwrap_or_default();
        match <[u8; 42]>::try_from(bytes) {
            Ok(key) if key.starts_with(b"Ed") => Ok(Self(key)),
            _ => Err(KeyError {
                text: line
                    .chars()
                    .take(80)
                    .flat_map(char::escape_default)
                    .collect(),
            }),
        }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From minisign's own page.
    const KEY: &str = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";

    #[test]
    fn a_key_is_read_alone_or_below_its_comment() {
        let key: PublicKey = KEY.parse().unwrap();
        assert_eq!(key.to_string(), KEY);
        let file = format!("untrusted comment: minisign public key\r\n{KEY}\r\n");
        assert_eq!(file.parse(), Ok(key));
        assert_eq!(
            serde_json::from_str::<PublicKey>(&format!("\"{KEY}\"")).unwrap(),
            key
        );
    }

    #[test]
    fn what_is_no_key_is_refused_with_what_one_looks_like() {
        let cut = KEY.trim_end_matches("O3");
        let other = KEY.replace("RWQ", "AAA");
        for text in [
            "",
            "RW",
            KEY.trim_start_matches('R'),
            &format!("{KEY}A"),
            cut,
            &other,
            "\u{202e}key",
        ] {
            let message = text.parse::<PublicKey>().unwrap_err().to_string();
            assert!(message.contains("begins with `RW`"), "{message}");
            assert!(!message.contains('\u{202e}'), "{message}");
        }
    }

    #[test]
    fn six_words_stand_for_a_key_and_another_key_has_others() {
        let key: PublicKey = KEY.parse().unwrap();
        let digest = Sha256::digest(key.0);
        let first = usize::from(digest[0]) << 3 | usize::from(digest[1]) >> 5;
        assert_eq!(key.words()[0], Language::English.word_list()[first]);
        assert_eq!(key.words(), key.words());
        let mut other = key;
        other.0[41] ^= 1;
        assert_ne!(other.words(), key.words());
    }
}
