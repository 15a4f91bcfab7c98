//! What authors need: keys, and signatures by them.

use std::fmt;
use std::io::Cursor;

use minisign::SecretKeyBox;
use pato_permissions::Manifest;
use zeroize::Zeroizing;

use crate::error::PackageError;
use crate::key::PublicKey;
use crate::sections::{SIGNATURE_SECTION, push_section, read_manifest, without_signature};
use crate::signature::trusted_comment;

/// What a new key consists of.
pub struct KeyPair {
    /// What goes into manifests.
    pub public: PublicKey,
    /// The file with the secret key, in minisign's format, encrypted unless its password is empty.
    pub secret_file: Zeroizing<String>,
}

/// A secret key, ready to sign.
pub struct SecretKey {
    secret: minisign::SecretKey,
    public: PublicKey,
}

/// Why there is no key or no signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// The file is no secret key.
    #[error("this is no secret key of minisign's format: {problem}; make one with `pato key new`")]
    NoKey {
        /// What is wrong.
        problem: String,
    },
    /// The password is not the key's.
    #[error("the password does not open this key")]
    Password,
    /// The package can't be signed.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The manifest does not name the key.
    #[error(
        "the manifest {}, and this key is `{key}`: write `publisher = \"{key}\"` into \
         pato.toml, then build or pack the plugin again",
        named(.publisher)
    )]
    Publisher {
        /// Whom it names.
        publisher: Option<PublicKey>,
        /// The key.
        key: PublicKey,
    },
    /// No random numbers, or no memory to derive a key from a password.
    #[error("can't make a key: {0}")]
    System(String),
}

fn named(publisher: &Option<PublicKey>) -> String {
    match publisher {
        Some(key) => format!("names the publisher `{key}`"),
        None => "names no publisher".into(),
    }
}

impl KeyPair {
    /// Makes a new key. With an empty password it is not encrypted.
    ///
    /// # Errors
    ///
    /// If the system gives no random numbers.
    pub fn generate(password: &str) -> Result<Self, SigningError> {
        let system = |error: minisign::PError| SigningError::System(error.to_string());
        let pair = match password {
            "" => minisign::KeyPair::generate_unencrypted_keypair(),
            password => minisign::KeyPair::generate_encrypted_keypair(Some(password.to_owned())),
        };
        let pair = pair.map_err(system)?;
        let public = public_key(&pair.pk)?;
        let comment = format!("pato secret key {}", public.words().join(" "));
        let secret_file = pair
            .sk
            .to_box(Some(&comment))
            .map_err(system)?
            .into_string();
        Ok(Self {
            public,
            secret_file: Zeroizing::new(secret_file),
        })
    }

    /// The file with the public key, as minisign reads it.
    pub fn public_file(&self) -> String {
        format!(
            "untrusted comment: pato public key {}\n{}\n",
            self.public.words().join(" "),
            self.public
        )
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

impl SecretKey {
    /// Whether a password is needed to read this key.
    ///
    /// # Errors
    ///
    /// If it is no secret key.
    pub fn is_encrypted(file: &str) -> Result<bool, SigningError> {
        check_form(file)?;
        Ok(boxed(file).into_unencrypted_secret_key().is_err())
    }

    /// Reads the file of a secret key, as `pato key new` or minisign wrote it.
    ///
    /// # Errors
    ///
    /// If it is none, or the password is wrong.
    pub fn read(file: &str, password: &str) -> Result<Self, SigningError> {
        let secret = match Self::is_encrypted(file)? {
            false => boxed(file).into_unencrypted_secret_key(),
            true => boxed(file).into_secret_key(Some(password.to_owned())),
        };
        let secret = secret.map_err(|_| SigningError::Password)?;
        let public = minisign::PublicKey::from_secret_key(&secret);
        let public = public.map_err(|error| SigningError::NoKey {
            problem: error.to_string(),
        })?;
        Ok(Self {
            public: public_key(&public)?,
            secret,
        })
    }

    /// The public key that belongs to it.
    pub fn public(&self) -> PublicKey {
        self.public
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

/// Signs a package: its signature becomes its last section, in place of one that it has.
///
/// # Errors
///
/// If it is no component with a manifest, or the manifest does not name this key.
pub fn sign(package: &[u8], key: &SecretKey) -> Result<Vec<u8>, SigningError> {
    let manifest = read_manifest(package)?;
    check_publisher(&manifest, key)?;
    let mut package = without_signature(package)?.to_vec();
    let signature = sign_bytes(&package, &trusted_comment(&manifest), key)?;
    push_section(&mut package, SIGNATURE_SECTION, signature.as_bytes());
    Ok(package)
}

/// Signs any bytes, such as an index; the signature is the text of a `.minisig` file.
///
/// # Errors
///
/// If the key can't sign.
pub fn sign_bytes(bytes: &[u8], comment: &str, key: &SecretKey) -> Result<String, SigningError> {
    let signature = minisign::sign(
        None,
        &key.secret,
        Cursor::new(bytes),
        Some(comment),
        Some("signature by pato"),
    );
    let signature = signature.map_err(|error| SigningError::System(error.to_string()))?;
    Ok(signature.into_string())
}

fn check_publisher(manifest: &Manifest, key: &SecretKey) -> Result<(), SigningError> {
    let publisher = PublicKey::of_publisher(manifest);
    match publisher == Some(key.public) {
        true => Ok(()),
        false => Err(SigningError::Publisher {
            publisher,
            key: key.public,
        }),
    }
}

fn boxed(file: &str) -> SecretKeyBox {
    SecretKeyBox::from(file.to_owned())
}

/// A comment, and base64 of 158 bytes that begin with `Ed`: what the library does not check.
fn check_form(file: &str) -> Result<(), SigningError> {
    use base64::Engine as _;
    let no_key = |problem: &str| SigningError::NoKey {
        problem: problem.to_owned(),
    };
    let mut lines = file.lines();
    let comment = lines.next().unwrap_or_default();
    if !comment.starts_with("untrusted comment:") {
        return Err(no_key(
            "its first line does not begin with `untrusted comment:`",
        ));
    }
    let bytes = base64::engine::general_purpose::STANDARD.decode(lines.next().unwrap_or_default());
    match bytes {
        Ok(bytes) if bytes.len() == 158 && bytes.starts_with(b"Ed") => Ok(()),
        Ok(bytes) if bytes.len() == 42 => Err(no_key("it is a public key")),
        _ => Err(no_key("its second line is not that of a key")),
    }
}

fn public_key(key: &minisign::PublicKey) -> Result<PublicKey, SigningError> {
    let text = key.to_base64();
    text.parse().map_err(|_| SigningError::NoKey {
        problem: "its public key is unreadable".into(),
    })
}
