//! What plugins follow on art meshes, merged into the one subscription that Pato has.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::connector::ConnectorError;

/// How many points, or outlines, VTube Studio follows for one of its plugins.
const MOST: usize = 100;

/// What can be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Points,
    Outlines,
}

impl Kind {
    pub(super) const ALL: [Self; 2] = [Self::Points, Self::Outlines];

    /// The event, without `Event`.
    pub(super) fn event(self) -> &'static str {
        match self {
            Self::Points => "ArtMeshTracking",
            Self::Outlines => "ArtMeshOutline",
        }
    }

    /// Where the list stands, in the action and in the request.
    fn list(self) -> &'static str {
        match self {
            Self::Points => "trackingPoints",
            Self::Outlines => "artMeshes",
        }
    }

    /// How many events a second there can be.
    fn most_often(self) -> u64 {
        match self {
            Self::Points => 60,
            Self::Outlines => 30,
        }
    }
}

/// What one caller follows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    frequency: u64,
    wanted: Vec<Map<String, Value>>,
}

/// The parameters of both actions.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wish {
    frequency: f64,
    #[serde(alias = "artMeshes")]
    tracking_points: Vec<Map<String, Value>>,
}

/// What all callers follow.
#[derive(Debug, Default)]
pub(super) struct Following {
    parts: BTreeMap<(Kind, String), Part>,
    /// What changed without being sent.
    changed: Vec<Kind>,
}

impl Following {
    /// Replaces what a caller follows. Returns what it was.
    ///
    /// # Errors
    ///
    /// If the frequency is out of range, there are too many, a point has no name of its own, or
    /// another caller uses that name.
    pub(super) fn follow(
        &mut self,
        caller: &str,
        kind: Kind,
        wish: Wish,
    ) -> Result<Option<Part>, ConnectorError> {
        let invalid = |text: String| Err(ConnectorError::Invalid(text));
        let most = kind.most_often();
        let frequency = (1..=most).find(|number| *number as f64 == wish.frequency);
        let Some(frequency) = frequency else {
            let given = wish.frequency;
            return invalid(format!(
                "frequency: {given} is no whole number from 1 to {most}"
            ));
        };
        let others = self
            .parts
            .iter()
            .filter(|((other, owner), _)| *other == kind && owner != caller);
        let others: Vec<(&str, &Map<String, Value>)> = others
            .flat_map(|((_, owner), part)| part.wanted.iter().map(|one| (&**owner, one)))
            .collect();
        if others.len() + wish.tracking_points.len() > MOST {
            return invalid(format!(
                "{}: {} would be followed for all plugins, and {MOST} are the most",
                kind.list(),
                others.len() + wish.tracking_points.len()
            ));
        }
        if kind == Kind::Points {
            for point in &wish.tracking_points {
                let name = point
                    .get("trackingPointID")
                    .filter(|name| name.as_str() != Some(""));
                let Some(name) = name.filter(|name| name.is_string()) else {
                    return invalid("trackingPointID: every point needs one, a text".into());
                };
                let mut others = others.iter();
                let taken = others.find(|(_, other)| other.get("trackingPointID") == Some(name));
                if let Some((owner, _)) = taken {
                    let text =
                        format!("`{owner}` follows a point {name} already: choose another name");
                    return Err(ConnectorError::Denied(text));
                }
            }
        }
        let part = Part {
            frequency,
            wanted: wish.tracking_points,
        };
        Ok(self.restore(caller, kind, Some(part)))
    }

    /// Puts back what a caller followed before. Returns what it followed until now.
    pub(super) fn restore(&mut self, caller: &str, kind: Kind, part: Option<Part>) -> Option<Part> {
        let key = (kind, caller.to_owned());
        match part.filter(|part| !part.wanted.is_empty()) {
            Some(part) => self.parts.insert(key, part),
            None => self.parts.remove(&key),
        }
    }

    /// Notes that a kind has to be sent.
    pub(super) fn note(&mut self, kind: Kind) {
        self.changed.push(kind);
    }

    /// Whoever stopped follows nothing. Returns whether anything has to be sent.
    pub(super) fn stop(&mut self, caller: &str) -> bool {
        for kind in Kind::ALL {
            if self.restore(caller, kind, None).is_some() {
                self.changed.push(kind);
            }
        }
        !self.changed.is_empty()
    }

    /// What changed without being sent.
    pub(super) fn take_changed(&mut self) -> Vec<Kind> {
        std::mem::take(&mut self.changed)
    }

    /// The configuration of the merged subscription; none if nobody follows anything.
    pub(super) fn config(&self, kind: Kind) -> Option<Value> {
        let parts = self.parts.iter().filter(|((other, _), _)| *other == kind);
        let parts: Vec<&Part> = parts.map(|(_, part)| part).collect();
        let frequency = parts.iter().map(|part| part.frequency).max()?;
        let mut wanted: Vec<&Map<String, Value>> = Vec::new();
        for one in parts.iter().flat_map(|part| &part.wanted) {
            if !wanted.contains(&one) {
                wanted.push(one);
            }
        }
        Some(json!({ "frequency": frequency, kind.list(): wanted }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(frequency: f64, points: &[&str]) -> Wish {
        let points: Vec<Value> = points
            .iter()
            .map(|id| json!({ "trackingPointID": id, "artMeshCoords": {} }))
            .collect();
        serde_json::from_value(json!({ "frequency": frequency, "trackingPoints": points })).unwrap()
    }

    #[test]
    fn wishes_are_merged_and_end_with_their_callers() {
        let mut following = Following::default();
        following
            .follow("a", Kind::Points, wish(15.0, &["hat"]))
            .unwrap();
        following
            .follow("b", Kind::Points, wish(30.0, &["nose", "ear"]))
            .unwrap();
        let config = following.config(Kind::Points).unwrap();
        assert_eq!(config["frequency"], 30);
        assert_eq!(config["trackingPoints"].as_array().unwrap().len(), 3);
        assert!(following.stop("b"));
        assert_eq!(following.take_changed(), [Kind::Points]);
        assert_eq!(following.config(Kind::Points).unwrap()["frequency"], 15);
        following
            .follow("a", Kind::Points, wish(15.0, &[]))
            .unwrap();
        assert_eq!(following.config(Kind::Points), None);
        assert!(!following.stop("a"));
    }

    #[test]
    fn the_same_outline_is_followed_once() {
        let mut following = Following::default();
        for caller in ["a", "b"] {
            let one =
                json!({ "frequency": 5, "artMeshes": [{ "modelID": "m", "artMeshID": "x" }] });
            let wish = serde_json::from_value(one).unwrap();
            following.follow(caller, Kind::Outlines, wish).unwrap();
        }
        let config = following.config(Kind::Outlines).unwrap();
        assert_eq!(config["artMeshes"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn what_does_not_fit_is_refused_and_changes_nothing() {
        let mut following = Following::default();
        following
            .follow("a", Kind::Points, wish(60.0, &["hat"]))
            .unwrap();
        let names: Vec<String> = (0..MOST).map(|number| number.to_string()).collect();
        let many: Vec<&str> = names.iter().map(String::as_str).collect();
        for (wrong, kind, names) in [
            (wish(0.0, &[]), Kind::Points, "1 to 60"),
            (wish(60.5, &[]), Kind::Points, "60.5"),
            (wish(31.0, &[]), Kind::Outlines, "1 to 30"),
            (wish(f64::MAX, &[]), Kind::Points, "whole number"),
            (
                wish(1.0, &["hat"]),
                Kind::Points,
                "`a` follows a point \"hat\"",
            ),
            (wish(1.0, &[""]), Kind::Points, "needs one"),
            (wish(1.0, &many), Kind::Points, "101 would be followed"),
        ] {
            let error = following.follow("b", kind, wrong).unwrap_err().to_string();
            assert!(error.contains(names), "{error} lacks {names}");
        }
        assert!(!following.stop("b"));
    }
}
