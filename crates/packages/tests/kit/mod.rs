//! Packages to read, sound ones and others.
#![allow(dead_code, reason = "each test file uses a part")]

use pato_packages::signing::{KeyPair, SecretKey, sign};
use pato_packages::{Inspected, PackageError, PublicKey, Reader, ReaderLimits, pack};

pub(crate) const LIMITS: ReaderLimits = ReaderLimits { max_bytes: 4 << 20 };

/// A component with a module, and a handler to call.
pub(crate) fn component(more: &str) -> Vec<u8> {
    let text = format!(
        r#"(component
            (core module
                (@custom "producers" "of no interest")
                (memory 1)
                (data (i32.const 0) "data that nobody looks at")
                (func (export "f") (result i32) i32.const 42))
            (import "wasi:io/poll@0.2.6" (instance))
            {more}
            (instance $handler)
            (export "pato:platform/life-cycle@0.1.0" (instance $handler)))"#
    );
    wat::parse_str(text).unwrap()
}

/// A manifest, which names a publisher or not.
pub(crate) fn manifest(id: &str, publisher: Option<PublicKey>) -> String {
    let publisher = publisher.map_or_else(String::new, |key| format!("publisher = \"{key}\"\n"));
    format!(
        "id = \"{id}\"\nname = \"Duck\"\nversion = \"1.2.0\"\napi_version = \"0.1\"\n{publisher}"
    )
}

pub(crate) fn unsigned() -> Vec<u8> {
    let assets = [("duck.png".to_owned(), vec![7; 300])];
    pack(&component(""), &manifest("duck", None), &assets).unwrap()
}

pub(crate) fn key() -> SecretKey {
    let pair = KeyPair::generate("").unwrap();
    SecretKey::read(&pair.secret_file, "").unwrap()
}

/// A package that its publisher signed.
pub(crate) fn signed(key: &SecretKey) -> Vec<u8> {
    let manifest = manifest("duck", Some(key.public()));
    let assets = [("duck.png".to_owned(), vec![7; 300])];
    sign(&pack(&component(""), &manifest, &assets).unwrap(), key).unwrap()
}

/// All at once.
pub(crate) fn read(bytes: &[u8]) -> Result<Inspected, PackageError> {
    read_in(bytes, &[])
}

/// In pieces that end at these places.
pub(crate) fn read_in(bytes: &[u8], ends: &[usize]) -> Result<Inspected, PackageError> {
    let mut reader = Reader::new(LIMITS);
    let mut start = 0;
    for end in ends.iter().copied().chain([bytes.len()]) {
        let end = end.clamp(start, bytes.len());
        reader.push(&bytes[start..end])?;
        start = end;
    }
    reader.finish()
}
