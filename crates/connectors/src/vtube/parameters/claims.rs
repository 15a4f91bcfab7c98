//! Whose value counts: one sets, many add.

use std::collections::{BTreeMap, BTreeSet};

use super::{LIMIT, Mode, Value};
use crate::connector::ConnectorError;

/// How many parameters one caller can hold.
pub(in crate::vtube) const MOST_HELD: usize = 200;

/// Below this weight a setter counts for nothing, and what is added to it is sent as such.
const LEAST_WEIGHT: f64 = 0.001;

/// Who wants what of which parameter. First come, first served; an added value is added to whatever
/// there is, that of a setter or that of the tracking.
#[derive(Debug, Default)]
pub(in crate::vtube) struct Claims {
    parameters: BTreeMap<String, Parameter>,
    faces: BTreeMap<String, bool>,
}

#[derive(Debug, Default)]
struct Parameter {
    setter: Option<Setter>,
    adders: BTreeMap<String, f64>,
}

#[derive(Debug)]
struct Setter {
    caller: String,
    value: f64,
    weight: f64,
}

/// What is to be sent for a parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::vtube) struct Effective {
    pub(in crate::vtube) mode: Mode,
    pub(in crate::vtube) value: f64,
    /// Counts only for [`Mode::Set`].
    pub(in crate::vtube) weight: f64,
}

impl Claims {
    /// Takes the values in, all or none. A caller that sets a parameter no longer adds to it, and the
    /// other way round.
    ///
    /// # Errors
    ///
    /// If another caller sets one of the parameters, or the caller would hold too many.
    pub(in crate::vtube) fn claim(
        &mut self,
        caller: &str,
        mode: Mode,
        values: &[Value],
    ) -> Result<(), ConnectorError> {
        if mode == Mode::Set {
            for value in values {
                self.check_free(caller, &value.id)?;
            }
        }
        let held = self.held_by(caller);
        let new: BTreeSet<&str> = values
            .iter()
            .map(|value| &*value.id)
            .filter(|id| !held.contains(id))
            .collect();
        if held.len() + new.len() > MOST_HELD {
            let text = format!(
                "`{caller}` would hold {} parameters of the model, and {MOST_HELD} are the most: \
                 release some with `vtube.release-parameters`",
                held.len() + new.len()
            );
            return Err(ConnectorError::Invalid(text));
        }
        for value in values {
            let parameter = self.parameters.entry(value.id.clone()).or_default();
            match mode {
                Mode::Set => {
                    parameter.adders.remove(caller);
                    parameter.setter = Some(Setter {
                        caller: caller.to_owned(),
                        value: value.value,
                        weight: value.weight(),
                    });
                }
                Mode::Add => {
                    parameter.setter.take_if(|setter| setter.caller == caller);
                    parameter.adders.insert(caller.to_owned(), value.value);
                }
            }
        }
        Ok(())
    }

    fn check_free(&self, caller: &str, id: &str) -> Result<(), ConnectorError> {
        let setter = self.parameters.get(id).and_then(|one| one.setter.as_ref());
        match setter {
            Some(setter) if setter.caller != caller => Err(ConnectorError::Denied(format!(
                "`{id}` is set by `{}` until it lets go or stops: add to it with the mode `add`, or \
                 wait",
                setter.caller
            ))),
            _ => Ok(()),
        }
    }

    /// Whether a caller wants the face to count as found; none takes the wish back.
    pub(in crate::vtube) fn claim_face(&mut self, caller: &str, found: Option<bool>) {
        match found {
            Some(found) => self.faces.insert(caller.to_owned(), found),
            None => self.faces.remove(caller),
        };
    }

    /// Whether the face counts as found: if one wants so. None if nobody wants anything.
    pub(in crate::vtube) fn face_found(&self) -> Option<bool> {
        self.faces
            .values()
            .copied()
            .reduce(|one, other| one || other)
    }

    /// Lets go what a caller holds of `only`, or everything. Returns what that was.
    pub(in crate::vtube) fn release(
        &mut self,
        caller: &str,
        only: Option<&[String]>,
    ) -> Vec<String> {
        let mut released = Vec::new();
        self.parameters.retain(|id, parameter| {
            if only.is_some_and(|only| !only.contains(id)) {
                return true;
            }
            let set = parameter.setter.take_if(|setter| setter.caller == caller);
            let added = parameter.adders.remove(caller);
            if set.is_some() || added.is_some() {
                released.push(id.clone());
            }
            parameter.setter.is_some() || !parameter.adders.is_empty()
        });
        if only.is_none() {
            self.faces.remove(caller);
        }
        released
    }

    /// Takes a parameter from whoever sets it, if others add to it. Returns whether they do.
    pub(in crate::vtube) fn leave_to_adders(&mut self, id: &str) -> bool {
        let parameter = self.parameters.get_mut(id);
        let Some(parameter) = parameter.filter(|parameter| !parameter.adders.is_empty()) else {
            return false;
        };
        parameter.setter = None;
        true
    }

    /// Takes a parameter from everyone who holds it.
    pub(in crate::vtube) fn forget(&mut self, id: &str) {
        self.parameters.remove(id);
    }

    /// What comes of all claims on a parameter; none if nobody holds it.
    pub(in crate::vtube) fn effective(&self, id: &str) -> Option<Effective> {
        let parameter = self.parameters.get(id)?;
        let added: f64 = parameter.adders.values().sum();
        let (mode, value, weight) = match &parameter.setter {
            None => (Mode::Add, added, 1.0),
            Some(setter) if parameter.adders.is_empty() => (Mode::Set, setter.value, setter.weight),
            Some(setter) if setter.weight < LEAST_WEIGHT => (Mode::Add, added, 1.0),
            // VTube Studio takes only the weight's part of the whole.
            Some(setter) => {
                let whole = setter.value + added / setter.weight;
                (Mode::Set, whole, setter.weight)
            }
        };
        let value = value.clamp(-LIMIT, LIMIT);
        Some(Effective {
            mode,
            value,
            weight,
        })
    }

    fn held_by(&self, caller: &str) -> BTreeSet<&str> {
        let holds = |parameter: &Parameter| {
            let sets = parameter
                .setter
                .as_ref()
                .is_some_and(|setter| setter.caller == caller);
            sets || parameter.adders.contains_key(caller)
        };
        let held = self.parameters.iter().filter(|(_, one)| holds(one));
        held.map(|(id, _)| &**id).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(id: &str, value: f64, weight: Option<f64>) -> Value {
        let id = id.to_owned();
        Value { id, value, weight }
    }

    fn one(id: &str, number: f64) -> [Value; 1] {
        [value(id, number, None)]
    }

    #[test]
    fn the_second_setter_is_told_who_was_first_until_that_one_lets_go() {
        let mut claims = Claims::default();
        claims
            .claim("plugin:a", Mode::Set, &one("FaceAngleX", 1.0))
            .unwrap();
        let both = [
            value("FaceAngleY", 2.0, None),
            value("FaceAngleX", 2.0, None),
        ];
        let error = claims.claim("plugin:b", Mode::Set, &both).unwrap_err();
        assert!(
            error.to_string().contains("is set by `plugin:a`"),
            "{error}"
        );
        // All or nothing.
        assert_eq!(claims.effective("FaceAngleY"), None);
        assert_eq!(claims.release("plugin:a", None), ["FaceAngleX"]);
        claims.claim("plugin:b", Mode::Set, &both).unwrap();
        assert_eq!(claims.effective("FaceAngleX").unwrap().value, 2.0);
    }

    #[test]
    fn added_values_are_summed_and_come_on_top_of_a_setter_with_a_weight() {
        let mut claims = Claims::default();
        for (caller, number) in [("a", 1.5), ("b", 2.0), ("a", 0.5)] {
            claims.claim(caller, Mode::Add, &one("P", number)).unwrap();
        }
        let added = claims.effective("P").unwrap();
        assert_eq!((added.mode, added.value), (Mode::Add, 2.5));
        claims
            .claim("c", Mode::Set, &[value("P", 4.0, Some(0.5))])
            .unwrap();
        let set = claims.effective("P").unwrap();
        // Half of 9 is half of 4, plus 2.5.
        assert_eq!((set.mode, set.value, set.weight), (Mode::Set, 9.0, 0.5));
        claims
            .claim("c", Mode::Set, &[value("P", 4.0, Some(0.0))])
            .unwrap();
        assert_eq!(claims.effective("P").unwrap().mode, Mode::Add);
        // The setter changes its mind.
        claims.claim("c", Mode::Add, &one("P", 1.0)).unwrap();
        let all = claims.effective("P").unwrap();
        assert_eq!((all.mode, all.value), (Mode::Add, 3.5));
    }

    #[test]
    fn nobody_holds_more_than_their_share() {
        let mut claims = Claims::default();
        let many: Vec<Value> = (0..=MOST_HELD)
            .map(|number| value(&format!("P{number}"), 1.0, None))
            .collect();
        let error = claims.claim("a", Mode::Add, &many).unwrap_err();
        assert!(error.to_string().contains("201 parameters"), "{error}");
        claims.claim("a", Mode::Add, &many[..MOST_HELD]).unwrap();
        claims.claim("a", Mode::Set, &many[..MOST_HELD]).unwrap();
        claims.claim("b", Mode::Add, &many[1..]).unwrap();
    }

    #[test]
    fn the_face_counts_as_found_if_one_wants_so() {
        let mut claims = Claims::default();
        assert_eq!(claims.face_found(), None);
        claims.claim_face("a", Some(false));
        assert_eq!(claims.face_found(), Some(false));
        claims.claim_face("b", Some(true));
        assert_eq!(claims.face_found(), Some(true));
        claims.release("b", None);
        claims.claim_face("a", None);
        assert_eq!(claims.face_found(), None);
    }

    #[derive(Debug, Clone)]
    enum Step {
        Claim(u8, Mode, u8, i16, u8),
        Release(u8, Option<u8>),
        Stop(u8),
    }

    fn step() -> impl Strategy<Value = Step> {
        let mode = prop_oneof![Just(Mode::Set), Just(Mode::Add)];
        prop_oneof![
            4 => (0..4_u8, mode, 0..3_u8, any::<i16>(), 1..=4_u8)
                .prop_map(|(caller, mode, id, value, weight)| Step::Claim(caller, mode, id, value, weight)),
            1 => (0..4_u8, proptest::option::of(0..3_u8)).prop_map(|(caller, id)| Step::Release(caller, id)),
            1 => (0..4_u8).prop_map(Step::Stop),
        ]
    }

    proptest! {
        /// Against a model that keeps each caller's own wish, and knows nothing of the rest.
        #[test]
        fn one_sets_many_add_and_whoever_stops_leaves_nothing(steps in proptest::collection::vec(step(), 0..60)) {
            let mut claims = Claims::default();
            let mut wishes: BTreeMap<(String, String), (Mode, f64, f64)> = BTreeMap::new();
            for step in steps {
                match step {
                    Step::Claim(caller, mode, id, number, quarter) => {
                        let (caller, id) = (caller.to_string(), id.to_string());
                        let (number, weight) = (f64::from(number), f64::from(quarter) / 4.0);
                        let mut others = wishes.iter().filter(|((other, _), _)| *other != caller);
                        let taken = others.any(|((_, held), (mode, ..))| *held == id && *mode == Mode::Set);
                        let claimed = claims.claim(&caller, mode, &[value(&id, number, Some(weight))]);
                        prop_assert_eq!(claimed.is_err(), mode == Mode::Set && taken);
                        if claimed.is_ok() {
                            wishes.insert((caller, id), (mode, number, weight));
                        }
                    }
                    Step::Release(caller, id) => {
                        let (caller, id) = (caller.to_string(), id.map(|id| id.to_string()));
                        let only = id.clone().map(|id| [id]);
                        claims.release(&caller, only.as_ref().map(|only| &only[..]));
                        wishes.retain(|(other, held), _| *other != caller || id.as_ref().is_some_and(|id| id != held));
                    }
                    Step::Stop(caller) => {
                        let caller = caller.to_string();
                        claims.release(&caller, None);
                        prop_assert!(claims.held_by(&caller).is_empty());
                        wishes.retain(|(other, _), _| *other != caller);
                    }
                }
                for id in ["0", "1", "2"] {
                    let of_id = || wishes.iter().filter(move |((_, held), _)| held == id).map(|(_, wish)| wish);
                    let setters: Vec<_> = of_id().filter(|wish| wish.0 == Mode::Set).collect();
                    prop_assert!(setters.len() <= 1);
                    let added: f64 = of_id().filter(|wish| wish.0 == Mode::Add).map(|wish| wish.1).sum();
                    match (claims.effective(id), setters.first()) {
                        (None, setter) => prop_assert!(setter.is_none() && of_id().count() == 0),
                        (Some(sent), None) => prop_assert_eq!((sent.mode, sent.value), (Mode::Add, added)),
                        (Some(sent), Some((_, number, weight))) => {
                            prop_assert_eq!(sent.mode, Mode::Set);
                            // What reaches the model: the setter's part, plus everything added.
                            let reaches = sent.value * sent.weight;
                            prop_assert!((reaches - (number * weight + added)).abs() < 1e-6);
                        }
                    }
                }
            }
        }
    }
}
