//! The functions that a program exports, and which one a name means.

use std::fmt;

use pato_events::nearest;

use super::ExecError;

/// An exported function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FunctionName {
    /// The interface of a component in which it stands.
    pub(super) interface: Option<String>,
    pub(super) name: String,
}

impl FunctionName {
    /// Whether `text` means this one: `name`, `interface.name` or `package:path/interface@1.0.0#name`.
    fn is(&self, text: &str) -> bool {
        if self.name == text {
            return true;
        }
        let Some(interface) = self.interface.as_deref() else {
            return false;
        };
        if let Some((path, name)) = text.split_once('#') {
            return path == interface && name == self.name;
        }
        let versionless = interface
            .split_once('@')
            .map_or(interface, |(path, _)| path);
        let short = versionless
            .rsplit_once('/')
            .map_or(versionless, |(_, short)| short);
        text.rsplit_once('.')
            .is_some_and(|(path, name)| path == short && name == self.name)
    }
}

impl fmt::Display for FunctionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.interface {
            Some(interface) => write!(f, "{interface}#{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// The function that `text` means.
pub(super) fn find<'a>(
    functions: &'a [FunctionName],
    text: &str,
) -> Result<&'a FunctionName, ExecError> {
    let fit: Vec<_> = functions.iter().filter(|known| known.is(text)).collect();
    // A function of the component itself is meant before those of its interfaces.
    let own = fit.iter().find(|known| known.interface.is_none());
    match (own, fit.as_slice()) {
        (Some(own), _) => Ok(own),
        (None, [only]) => Ok(only),
        (None, []) => Err(ExecError::UnknownFunction {
            name: text.to_owned(),
            nearest: nearest(text, functions.iter().map(|known| known.name.as_str()))
                .map(str::to_owned),
            functions: names(functions),
        }),
        (None, several) => Err(ExecError::AmbiguousFunction {
            name: text.to_owned(),
            functions: several.iter().map(ToString::to_string).collect(),
        }),
    }
}

pub(super) fn names(functions: &[FunctionName]) -> Vec<String> {
    functions.iter().map(ToString::to_string).collect()
}

/// Says how many arguments a function takes, and which.
pub(super) fn wrong_count(function: &str, parameters: &[String], given: usize) -> ExecError {
    let wanted = match parameters {
        [] => "no argument".to_owned(),
        [only] => format!("one argument ({only})"),
        several => format!("{} arguments ({})", several.len(), several.join(", ")),
    };
    ExecError::ArgumentCount {
        function: function.to_owned(),
        wanted,
        given,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(interface: Option<&str>, name: &str) -> FunctionName {
        FunctionName {
            interface: interface.map(str::to_owned),
            name: name.to_owned(),
        }
    }

    #[test]
    fn a_function_is_found_by_its_name_alone_as_long_as_that_is_the_only_one() {
        let all = [
            function(None, "add"),
            function(Some("a:b/math@1.2.0"), "add"),
            function(Some("a:b/math@1.2.0"), "give"),
            function(Some("a:b/points@1.2.0"), "give"),
            function(Some("a:b/points@1.2.0"), "take"),
        ];
        for (text, expected) in [
            ("add", &all[0]),
            ("math.add", &all[1]),
            ("a:b/math@1.2.0#add", &all[1]),
            ("take", &all[4]),
            ("points.give", &all[3]),
        ] {
            assert_eq!(find(&all, text).unwrap(), expected, "{text}");
        }
        let error = find(&all, "give").unwrap_err().to_string();
        assert!(
            error.contains("a:b/math@1.2.0#give, a:b/points@1.2.0#give"),
            "{error}"
        );
        let error = find(&all, "tale").unwrap_err().to_string();
        assert!(error.contains("did you mean `take`?"), "{error}");
    }
}
