//! The languages, each in a module of its own. A new one is such a module, its folder of templates, and its
//! line here.

use pato_events::nearest;

use crate::error::ToolchainError;
use crate::language::Language;

mod c;
mod cpp;
mod go;
mod javascript;
mod python;
mod rust;
mod typescript;
mod zig;

/// Every language, in the order in which they are shown.
pub static LANGUAGES: [&dyn Language; 8] = [
    &rust::Rust,
    &typescript::TypeScript,
    &javascript::JavaScript,
    &python::Python,
    &c::C,
    &cpp::Cpp,
    &zig::Zig,
    &go::Go,
];

/// The language of that id.
///
/// # Errors
///
/// If there is none.
pub fn language(id: &str) -> Result<&'static dyn Language, ToolchainError> {
    let ids = LANGUAGES.iter().map(|language| language.about().id);
    let known = LANGUAGES.iter().find(|language| language.about().id == id);
    known
        .copied()
        .ok_or_else(|| ToolchainError::UnknownLanguage {
            name: id.chars().take(40).flat_map(char::escape_default).collect(),
            nearest: nearest(id, ids.clone()),
            known: ids.collect::<Vec<_>>().join(", "),
        })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_language_is_known_by_its_id_and_a_wrong_one_is_told_the_nearest() {
        let ids: BTreeSet<_> = LANGUAGES
            .iter()
            .map(|language| language.about().id)
            .collect();
        assert_eq!(ids.len(), LANGUAGES.len());
        for id in ids {
            assert_eq!(language(id).unwrap().about().id, id);
        }
        let message = language("typscript").err().unwrap().to_string();
        assert!(message.contains("did you mean `typescript`?"), "{message}");
        let message = language("cobol").err().unwrap().to_string();
        assert!(message.contains("rust, typescript"), "{message}");
    }

    #[tokio::test]
    async fn every_program_that_is_missing_says_how_to_get_it() {
        use crate::tools::{Detail, Toolbox};

        let nowhere = Toolbox::new(Vec::new());
        for language in LANGUAGES {
            let reports = language.check(&nowhere, true, Detail::Presence).await;
            assert!(!reports.is_empty(), "{}", language.about().name);
            for report in reports {
                assert!(report.problem.is_some(), "{}", report.name);
                assert!(!report.remedy.is_empty(), "{}", report.name);
            }
        }
    }
}
