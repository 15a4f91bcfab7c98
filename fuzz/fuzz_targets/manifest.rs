//! A plugin's manifest, read as TOML and as JSON.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pato_permissions::{Allowed, Grants, Manifest, Permission};

fuzz_target!(|text: &str| {
    for read in [Manifest::from_toml, Manifest::from_json] {
        match read(text, "the fuzzer") {
            Ok(manifest) => check(&manifest),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});

fn check(manifest: &Manifest) {
    let _ = manifest.warnings();
    assert!(manifest.additional_to(manifest).is_empty());
    let nothing_granted = Allowed::new(manifest, &Grants::default());
    for request in &manifest.permissions {
        let permission = &request.permission;
        assert_eq!(
            permission.to_string().parse::<Permission>().as_ref(),
            Ok(permission)
        );
        assert!(permission.covers(permission));
        assert!(nothing_granted.check(permission).is_err());
    }
}
