//! Parameters of the model, shared between those who want to move it.
//!
//! To VTube Studio, Pato is one plugin. [`claims`] decides whose value counts, [`injector`] sends what
//! comes of it often enough and not too often, [`ledger`] knows which parameters there are and who
//! made them.

pub(super) mod claims;
pub(super) mod injector;
pub(super) mod ledger;

use serde::Deserialize;

use crate::connector::ConnectorError;

/// The largest value, either way.
pub(super) const LIMIT: f64 = 1_000_000.0;

/// The parameters of `vtube.inject-parameter-data`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Injection {
    face_found: Option<bool>,
    mode: Option<String>,
    parameter_values: Vec<Value>,
}

/// One value for one parameter.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Value {
    pub(super) id: String,
    pub(super) value: f64,
    weight: Option<f64>,
}

impl Value {
    /// How much of the value counts beside the tracking, 0 to 1.
    pub(super) fn weight(&self) -> f64 {
        self.weight.unwrap_or(1.0)
    }
}

/// How values are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Take the parameter over.
    Set,
    /// Add to whatever it is.
    Add,
}

/// An injection whose values VTube Studio can take.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) mode: Mode,
    pub(super) values: Vec<Value>,
    pub(super) face_found: Option<bool>,
}

impl Injection {
    pub(super) fn check(self) -> Result<Checked, ConnectorError> {
        let invalid = |text: String| Err(ConnectorError::Invalid(text));
        let mode = match self.mode.as_deref() {
            None | Some("" | "set") => Mode::Set,
            Some("add") => Mode::Add,
            Some(other) => {
                let other = other.escape_debug();
                return invalid(format!("mode: `{other}` is none; use `set` or `add`"));
            }
        };
        if self.parameter_values.is_empty() {
            return invalid("parameterValues: at least one is needed".into());
        }
        for one in &self.parameter_values {
            let (id, value, weight) = (one.id.escape_debug(), one.value, one.weight());
            if one.id.is_empty() || one.id.len() > 64 {
                return invalid(format!("id: `{id}` is no parameter"));
            }
            if value.is_nan() || value.abs() > LIMIT {
                return invalid(format!(
                    "{id}: {value} is out of range; use -{LIMIT} to {LIMIT}"
                ));
            }
            if !(0.0..=1.0).contains(&weight) {
                return invalid(format!("{id}: the weight {weight} is not between 0 and 1"));
            }
        }
        Ok(Checked {
            mode,
            values: self.parameter_values,
            face_found: self.face_found,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_vtube_studio_would_refuse_do_not_reach_it() {
        let check = |text: &str| {
            let injection: Injection = serde_json::from_str(text).unwrap();
            injection.check().map_err(|error| error.to_string())
        };
        let checked = check(r#"{"parameterValues":[{"id":"A","value":1e6,"weight":0}]}"#).unwrap();
        assert_eq!(checked.mode, Mode::Set);
        for (text, names) in [
            (r#"{"parameterValues":[]}"#, "at least one"),
            (r#"{"mode":"mix","parameterValues":[]}"#, "`mix`"),
            (
                r#"{"parameterValues":[{"id":"","value":1}]}"#,
                "no parameter",
            ),
            (
                r#"{"parameterValues":[{"id":"A","value":1000001}]}"#,
                "1000001",
            ),
            (
                r#"{"parameterValues":[{"id":"A","value":1,"weight":1.5}]}"#,
                "1.5",
            ),
            (
                r#"{"parameterValues":[{"id":"A","value":1,"weight":-0.1}]}"#,
                "-0.1",
            ),
        ] {
            let error = check(text).unwrap_err();
            assert!(error.contains(names), "{error} lacks {names}");
        }
    }
}
