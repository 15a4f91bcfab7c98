//! Where a plugin comes from, as a person or a link says it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pato_library::{MAX_SOURCE_BYTES, Source};

fuzz_target!(|text: &str| {
    let Ok(source) = Source::parse(text) else {
        return;
    };
    let shown = source.to_string();
    // A path is any text, and escapes make others longer.
    if !matches!(source, Source::Path(_)) && shown.len() <= MAX_SOURCE_BYTES {
        assert_eq!(Source::parse(&shown).as_ref(), Ok(&source), "{shown}");
    }
    if let Source::Link(link) = &source {
        // A web page may offer it: it reads no file of this machine.
        assert!(!matches!(link.source, Source::Path(_) | Source::Link(_)));
    }
});
