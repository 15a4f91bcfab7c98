//! Which parameters there are, and which of Pato's plugins made which.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use pato_events::{Payload, nearest};
use serde::Deserialize;
use tokio::time::Instant;

use crate::connector::ConnectorError;
use crate::vtube::protocol::PLUGIN_NAME;

/// How many custom parameters one of Pato's plugins may make.
const MOST_PER_CALLER: usize = 100;

/// How many custom parameters VTube Studio holds, for all plugins.
const MOST: usize = 300;

/// How long a list of parameters is believed when a name is not in it. Listing them is slow.
const BELIEVED: Duration = Duration::from_secs(1);

/// What VTube Studio said of its parameters last, and what was made since.
///
/// VTube Studio keeps custom parameters beyond its end, and knows of all only that Pato made them. One
/// whose maker is not known belongs to whoever makes it again.
#[derive(Debug, Default)]
pub(in crate::vtube) struct Ledger {
    /// Every parameter; none if VTube Studio has not listed them yet.
    names: Option<BTreeSet<String>>,
    /// The custom ones of all plugins of VTube Studio, Pato among them.
    custom: BTreeSet<String>,
    /// Pato's own whose makers are known.
    makers: BTreeMap<String, String>,
    /// Those of them that VTube Studio has not confirmed yet.
    unconfirmed: BTreeSet<String>,
    /// When VTube Studio was last asked for the list because of a name.
    asked_at: Option<Instant>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List {
    custom_parameters: Vec<Listed>,
    default_parameters: Vec<Listed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    name: String,
    #[serde(default)]
    added_by: String,
}

impl Ledger {
    /// Takes in the answer to `InputParameterList`.
    pub(in crate::vtube) fn read(&mut self, list: &Payload) {
        let list: List = match list.read() {
            Ok(list) => list,
            Err(error) => {
                tracing::warn!(%error, "the parameters of VTube Studio cannot be read");
                return;
            }
        };
        let own = |listed: &&Listed| listed.added_by == PLUGIN_NAME;
        let own: BTreeSet<&str> = list
            .custom_parameters
            .iter()
            .filter(own)
            .map(|listed| &*listed.name)
            .collect();
        let unconfirmed = &self.unconfirmed;
        self.makers
            .retain(|name, _| own.contains(&**name) || unconfirmed.contains(name));
        let name = |listed: &Listed| listed.name.clone();
        let custom = list.custom_parameters.iter().map(name);
        self.custom = custom.chain(self.unconfirmed.iter().cloned()).collect();
        let default = list.default_parameters.iter().map(name);
        self.names = Some(default.chain(self.custom.iter().cloned()).collect());
    }

    /// Whether to read the list again before one of these names is called unknown. Says so once, and
    /// then not for a second.
    pub(in crate::vtube) fn should_read_for<'a>(
        &mut self,
        mut names: impl Iterator<Item = &'a str>,
    ) -> bool {
        let Some(known) = &self.names else {
            // Asked for when the connection was made.
            return false;
        };
        let recent = self.asked_at.is_some_and(|at| at.elapsed() < BELIEVED);
        if recent || names.all(|name| known.contains(name)) {
            return false;
        }
        self.asked_at = Some(Instant::now());
        true
    }

    /// # Errors
    ///
    /// If VTube Studio has no such parameter; the text names the nearest that it has.
    pub(in crate::vtube) fn check_known(&self, name: &str) -> Result<(), ConnectorError> {
        let Some(known) = self.names.as_ref().filter(|known| !known.contains(name)) else {
            return Ok(());
        };
        let hint = match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "make it with `vtube.parameter-creation` first".into(),
        };
        let name = name.escape_debug();
        Err(ConnectorError::NotFound(format!(
            "VTube Studio has no parameter `{name}`: {hint}"
        )))
    }

    /// Keeps a place for a parameter that a caller is about to make. Returns whether it is a new one.
    /// [`confirm`](Self::confirm) ends that, or [`unmake`](Self::unmake) if nothing came of a new one.
    ///
    /// # Errors
    ///
    /// If another caller made it, or there would be too many.
    pub(in crate::vtube) fn make(
        &mut self,
        caller: &str,
        name: &str,
    ) -> Result<bool, ConnectorError> {
        self.check_maker(caller, name)?;
        if self.makers.contains_key(name) {
            return Ok(false);
        }
        let own = self
            .makers
            .values()
            .filter(|maker| *maker == caller)
            .count();
        if own >= MOST_PER_CALLER {
            return Err(ConnectorError::Invalid(format!(
                "`{caller}` has made {own} parameters, and {MOST_PER_CALLER} are the most: delete \
                 some with `vtube.parameter-deletion`"
            )));
        }
        let total = self.custom.len();
        if total >= MOST && !self.custom.contains(name) {
            return Err(ConnectorError::Invalid(format!(
                "VTube Studio holds {total} custom parameters of all plugins, and {MOST} are the most: \
                 delete some{}",
                self.shares()
            )));
        }
        let new = self.custom.insert(name.to_owned());
        if let Some(names) = &mut self.names {
            names.insert(name.to_owned());
        }
        self.unconfirmed.insert(name.to_owned());
        self.makers.insert(name.to_owned(), caller.to_owned());
        Ok(new)
    }

    /// VTube Studio has answered that it was made, or was there already.
    pub(in crate::vtube) fn confirm(&mut self, name: &str) {
        self.unconfirmed.remove(name);
    }

    /// # Errors
    ///
    /// If another caller made it. The user may do as they like.
    pub(in crate::vtube) fn check_maker(
        &self,
        caller: &str,
        name: &str,
    ) -> Result<(), ConnectorError> {
        match self.makers.get(name) {
            Some(maker) if maker != caller && caller != "user" => Err(ConnectorError::Denied(
                format!("the parameter `{name}` is of `{maker}`: use another name"),
            )),
            _ => Ok(()),
        }
    }

    /// The parameter is gone, or never came to be.
    pub(in crate::vtube) fn unmake(&mut self, name: &str) {
        self.custom.remove(name);
        self.makers.remove(name);
        self.unconfirmed.remove(name);
        if let Some(names) = &mut self.names {
            names.remove(name);
        }
    }

    /// How many each of Pato's plugins has made, to be added to an error.
    pub(in crate::vtube) fn shares(&self) -> String {
        let mut shares: BTreeMap<&str, usize> = BTreeMap::new();
        for maker in self.makers.values() {
            *shares.entry(maker).or_default() += 1;
        }
        let shares: Vec<String> = shares
            .iter()
            .map(|(maker, count)| format!("`{maker}` {count}"))
            .collect();
        match shares.is_empty() {
            true => String::new(),
            false => format!(" ({} made since Pato started)", shares.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn list(custom: &[(&str, &str)]) -> Payload {
        let custom: Vec<_> = custom
            .iter()
            .map(|(name, plugin)| json!({ "name": name, "addedBy": plugin, "value": 1 }))
            .collect();
        let default = json!([{ "name": "FaceAngleX", "addedBy": "VTube Studio" }]);
        Payload::from_value(&json!({ "customParameters": custom, "defaultParameters": default }))
            .unwrap()
    }

    #[test]
    fn each_plugin_makes_a_hundred_and_all_together_three_hundred() {
        let mut ledger = Ledger::default();
        for number in 0..MOST_PER_CALLER {
            assert!(ledger.make("plugin:a", &format!("A{number}")).unwrap());
        }
        let error = ledger.make("plugin:a", "One").unwrap_err().to_string();
        assert!(error.contains("`plugin:a` has made 100"), "{error}");
        // What it made already, it may change.
        assert!(!ledger.make("plugin:a", "A0").unwrap());
        for number in 0..200 {
            ledger
                .make(&format!("plugin:{}", number % 4), &format!("B{number}"))
                .unwrap();
        }
        let error = ledger.make("plugin:z", "One").unwrap_err().to_string();
        assert!(
            error.contains("`plugin:a` 100") && error.contains("300"),
            "{error}"
        );
        ledger.unmake("A7");
        ledger.make("plugin:z", "One").unwrap();
    }

    #[test]
    fn a_parameter_belongs_to_its_maker_and_one_from_before_to_the_first() {
        let mut ledger = Ledger::default();
        ledger.read(&list(&[("Old", PLUGIN_NAME), ("Strange", "Other")]));
        assert!(!ledger.make("plugin:a", "Old").unwrap());
        let error = ledger.make("plugin:b", "Old").unwrap_err().to_string();
        assert!(error.contains("`Old` is of `plugin:a`"), "{error}");
        ledger.check_maker("user", "Old").unwrap();
        // A list from before it was made changes nothing.
        ledger.read(&list(&[]));
        ledger.check_maker("plugin:b", "Old").unwrap_err();
        ledger.check_known("Old").unwrap();
        ledger.confirm("Old");
        // Deleted in VTube Studio meanwhile.
        ledger.read(&list(&[]));
        ledger.check_maker("plugin:b", "Old").unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn an_unknown_name_is_looked_up_once_a_second_at_most() {
        let mut ledger = Ledger::default();
        ledger.check_known("Anything").unwrap();
        assert!(!ledger.should_read_for(["Anything"].into_iter()));
        ledger.read(&list(&[]));
        assert!(!ledger.should_read_for(["FaceAngleX"].into_iter()));
        assert!(ledger.should_read_for(["FaceAngleX", "Nothing"].into_iter()));
        assert!(!ledger.should_read_for(["Nothing"].into_iter()));
        tokio::time::advance(BELIEVED).await;
        assert!(ledger.should_read_for(["Nothing"].into_iter()));
        let error = ledger.check_known("FaceAngelX").unwrap_err().to_string();
        assert!(error.contains("did you mean `FaceAngleX`?"), "{error}");
        // What cannot be read changes nothing.
        ledger.read(&Payload::parse(r#"{"customParameters":7}"#).unwrap());
        ledger.check_known("FaceAngleX").unwrap();
    }
}
