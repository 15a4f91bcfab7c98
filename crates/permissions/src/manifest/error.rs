use super::MAX_MANIFEST_BYTES;

/// Why a text is no manifest. Every message names the origin, the line where it is known, the key, and
/// the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// More bytes than a manifest may have.
    #[error(
        "{origin}: a manifest has at most {MAX_MANIFEST_BYTES} bytes, and this one has {length}"
    )]
    TooLong {
        /// Where the text comes from.
        origin: String,
        /// Its length in bytes.
        length: usize,
    },
    /// A key that means nothing.
    #[error("{origin}{}: there is no key `{key}` in {table}; {remedy}", at_line(*.line))]
    UnknownKey {
        /// Where the text comes from.
        origin: String,
        /// The line, from 1.
        line: Option<usize>,
        /// The key.
        key: String,
        /// The table it stands in: `the manifest`, or a path such as `[permissions.network]`.
        table: String,
        /// The known key most like it, or all known keys.
        remedy: String,
    },
    /// Not TOML or JSON, a key that is missing, or a value that does not fit.
    #[error("{origin}{}: {}{problem}", at_line(*.line), at_place(.place))]
    Value {
        /// Where the text comes from.
        origin: String,
        /// The line, from 1.
        line: Option<usize>,
        /// The path of the value, such as `permissions.call[2]`; empty for the whole manifest.
        place: String,
        /// What is wrong, and what to write.
        problem: String,
    },
}

fn at_line(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(", line {line}"))
}

fn at_place(place: &str) -> String {
    match place {
        "" => String::new(),
        place => format!("`{place}`: "),
    }
}
