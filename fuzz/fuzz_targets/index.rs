//! An index of plugins, read, searched, and written into.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pato_packages::Index;
use url::Url;

fuzz_target!(|bytes: &[u8]| {
    let base = Url::parse("https://example.com/plugins/index.json").expect("it is an address");
    let index = match Index::parse(bytes, &base) {
        Ok(index) => index,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    assert_eq!(index.search("").len(), index.plugins.len());
    for plugin in &index.plugins {
        assert!(index.plugin(&plugin.id).is_some());
        for version in &plugin.versions {
            assert!(version.urls.iter().all(|url| Url::parse(url).is_ok()));
            let publisher = plugin.publisher.as_ref();
            let _ = index.revocation_of(&plugin.id, &version.version, &version.sha256, publisher);
        }
    }
    let text = serde_json::to_vec(&index).expect("it was JSON");
    assert_eq!(
        Index::parse(&text, &base),
        Ok(index),
        "written and read again, it is the same"
    );
});
