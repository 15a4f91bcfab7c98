//! A plugin's file, read in pieces: the first bytes of the input say how long those are.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pato_packages::{
    Inspected, PackageError, Reader, ReaderLimits, read_asset, read_manifest, without_signature,
};

/// Below what libFuzzer gives in a long run, so that this limit is met as well.
const LIMITS: ReaderLimits = ReaderLimits { max_bytes: 4000 };

fuzz_target!(|input: &[u8]| {
    let (lengths, bytes) = input.split_at(input.len().min(4));
    let at_once = read(bytes, &[]);
    assert_eq!(read(bytes, lengths), at_once);
    assert_eq!(read(bytes, &[1]), at_once);
    let _ = without_signature(bytes);
    match at_once {
        Ok(inspected) => {
            assert_eq!(inspected.size, bytes.len() as u64);
            match read_manifest(bytes) {
                // What code and data there is, the reader leaves to whoever compiles it.
                Err(PackageError::Damaged { .. }) => return,
                manifest => assert_eq!(manifest, Ok(inspected.manifest)),
            }
            for asset in &inspected.assets {
                let contents = read_asset(bytes, &asset.name).expect("what is listed is there");
                assert_eq!(contents.len() as u64, asset.bytes);
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

/// In pieces of these lengths, again and again; all at once without any.
fn read(bytes: &[u8], lengths: &[u8]) -> Result<Inspected, PackageError> {
    let mut reader = Reader::new(LIMITS);
    let mut lengths = lengths
        .iter()
        .map(|length| usize::from(*length).max(1))
        .cycle();
    let mut rest = bytes;
    while !rest.is_empty() {
        let length = lengths.next().unwrap_or(rest.len()).min(rest.len());
        let (piece, later) = rest.split_at(length);
        reader.push(piece)?;
        rest = later;
    }
    reader.finish()
}
