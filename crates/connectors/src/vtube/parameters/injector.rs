//! When to send which values to VTube Studio, which forgets them after a second.
//!
//! One injection is under way at a time, and the next follows a frame later at the earliest, with the
//! latest values. VTube Studio refuses an injection as a whole if it does not like one parameter in it.
//! So a parameter is first tried apart from those that it has taken before; a trial that is refused is
//! split in halves until the culprit is found.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use pato_events::Payload;
use serde_json::{Map, json};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::claims::Claims;
use super::{Checked, Mode};
use crate::connector::ConnectorError;
use crate::vtube::protocol::Refusal;

/// The least time from one injection to the next: a frame.
const INTERVAL: Duration = Duration::from_millis(16);

/// How often values are repeated: twice in the second after which they are lost.
const KEEP_ALIVE: Duration = Duration::from_millis(500);

/// How long an answer may take before the next injection is sent anyway.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long to wait before a parameter is tried again that another program controls.
const RETRY: Duration = Duration::from_secs(5);

/// How many callers may wait for their values to arrive.
const MOST_WAITING: usize = 256;

/// How an injection ended, for who asked for it.
pub(in crate::vtube) type Outcome = Result<(), ConnectorError>;

#[derive(Default)]
pub(in crate::vtube) struct Injector {
    claims: Claims,
    standings: BTreeMap<String, Standing>,
    trials: VecDeque<(Mode, Vec<String>)>,
    under_way: Option<UnderWay>,
    waiting: Vec<Waiting>,
    last: [Option<Instant>; 2],
    last_sent: Option<Instant>,
    turn: usize,
    tickets: u64,
    versions: u64,
}

/// How far VTube Studio has gone along with the values of one parameter. Versions number the changes.
#[derive(Default)]
struct Standing {
    is_taken: bool,
    /// Not tried before this time, and why.
    refused: Option<(Instant, ConnectorError)>,
    changed: u64,
    sent: u64,
    acknowledged: u64,
}

struct UnderWay {
    ticket: u64,
    mode: Mode,
    versions: Vec<(String, u64)>,
    sent: Instant,
}

struct Waiting {
    mode: Mode,
    needs: Vec<(String, u64)>,
    reply: oneshot::Sender<Outcome>,
}

/// What to send.
#[derive(Debug)]
pub(in crate::vtube) struct Batch {
    /// Names it in the answer.
    pub(in crate::vtube) ticket: u64,
    /// The data of an `InjectParameterDataRequest`.
    pub(in crate::vtube) data: Payload,
}

impl Injector {
    /// Takes values in, to be sent and repeated from now on. What it returns is told once VTube Studio
    /// has taken these values or later ones.
    ///
    /// # Errors
    ///
    /// If another caller sets one of the parameters, or there is too much of something.
    pub(in crate::vtube) fn inject(
        &mut self,
        caller: &str,
        wanted: &Checked,
        now: Instant,
    ) -> Result<oneshot::Receiver<Outcome>, ConnectorError> {
        self.waiting.retain(|waiting| !waiting.reply.is_closed());
        if self.waiting.len() >= MOST_WAITING {
            return Err(ConnectorError::RateLimited(INTERVAL));
        }
        self.claims.claim(caller, wanted.mode, &wanted.values)?;
        if wanted.face_found.is_some() {
            self.claims.claim_face(caller, wanted.face_found);
        }
        let (reply, outcome) = oneshot::channel();
        self.versions += 1;
        let mut needs = Vec::with_capacity(wanted.values.len());
        let mut refused = None;
        for value in &wanted.values {
            let standing = self.standings.entry(value.id.clone()).or_default();
            standing.changed = self.versions;
            needs.push((value.id.clone(), self.versions));
            if let Some((until, error)) = &standing.refused
                && *until > now
            {
                refused = Some(error.clone());
            }
        }
        match refused {
            // Nobody listens any more only if the caller has gone.
            Some(error) => drop(reply.send(Err(error))),
            None => self.waiting.push(Waiting {
                mode: wanted.mode,
                needs,
                reply,
            }),
        }
        Ok(outcome)
    }

    /// Lets go what a caller holds of `only`, or everything. Returns what that was.
    pub(in crate::vtube) fn release(
        &mut self,
        caller: &str,
        only: Option<&[String]>,
    ) -> Vec<String> {
        let released = self.claims.release(caller, only);
        self.versions += 1;
        for id in &released {
            if self.claims.effective(id).is_none() {
                self.standings.remove(id);
            } else if let Some(standing) = self.standings.get_mut(id) {
                standing.changed = self.versions;
            }
        }
        self.settle();
        released
    }

    /// Takes a parameter from everyone, because it is gone.
    pub(in crate::vtube) fn forget(&mut self, id: &str) {
        self.claims.forget(id);
        self.standings.remove(id);
        self.settle();
    }

    /// When there is something to do next; none if nobody wants anything.
    pub(in crate::vtube) fn next_due(&self, now: Instant) -> Option<Instant> {
        if let Some(under_way) = &self.under_way {
            return Some(under_way.sent + PATIENCE);
        }
        let mut due = (!self.trials.is_empty()).then_some(now);
        let mut sooner = |at: Instant| due = Some(due.map_or(at, |due| due.min(at)));
        for (id, standing) in &self.standings {
            let Some(effective) = self.claims.effective(id) else {
                continue;
            };
            sooner(match (&standing.refused, self.last_of(effective.mode)) {
                (Some((until, _)), _) => *until,
                (None, Some(last)) if standing.is_taken && standing.sent >= standing.changed => {
                    last + KEEP_ALIVE
                }
                _ => now,
            });
        }
        let earliest = self.last_sent.map(|last| last + INTERVAL);
        due.map(|due| earliest.map_or(due, |earliest| due.max(earliest)))
    }

    /// What to send now, if anything.
    pub(in crate::vtube) fn next_batch(&mut self, now: Instant) -> Option<Batch> {
        let late = |under_way: &mut UnderWay| now >= under_way.sent + PATIENCE;
        if let Some(under_way) = self.under_way.take_if(late) {
            let text = "VTube Studio does not answer an injection of parameters";
            self.fail(&under_way, &ConnectorError::TimedOut(text.into()), now);
        }
        let early = self.last_sent.is_some_and(|last| now < last + INTERVAL);
        if self.under_way.is_some() || early {
            return None;
        }
        // Each kind in its turn, so that none keeps another waiting.
        for _ in 0..3 {
            self.turn = (self.turn + 1) % 3;
            let (mode, ids) = match self.turn {
                0 => (Mode::Set, self.due_of(Mode::Set, now)),
                1 => (Mode::Add, self.due_of(Mode::Add, now)),
                _ => self.next_trial(now),
            };
            if ids.is_empty() {
                continue;
            }
            if self.turn < 2 {
                *self.last_mut(mode) = Some(now);
            }
            return self.batch(mode, ids, now);
        }
        None
    }

    /// Every taken parameter of a mode, if one of them has changed or all need to be repeated.
    fn due_of(&self, mode: Mode, now: Instant) -> Vec<String> {
        let of_mode = |id: &str| {
            self.claims
                .effective(id)
                .is_some_and(|one| one.mode == mode)
        };
        let taken: Vec<_> = self
            .standings
            .iter()
            .filter(|(id, standing)| standing.is_taken && of_mode(id))
            .collect();
        let changed = taken
            .iter()
            .any(|(_, standing)| standing.sent < standing.changed);
        let repeat = self
            .last_of(mode)
            .is_none_or(|last| now >= last + KEEP_ALIVE);
        match changed || repeat {
            true => taken.into_iter().map(|(id, _)| id.clone()).collect(),
            false => Vec::new(),
        }
    }

    fn next_trial(&mut self, now: Instant) -> (Mode, Vec<String>) {
        if self.trials.is_empty() {
            let mut set = Vec::new();
            let mut add = Vec::new();
            for (id, standing) in &self.standings {
                let waits = standing
                    .refused
                    .as_ref()
                    .is_some_and(|(until, _)| *until > now);
                match self.claims.effective(id) {
                    Some(one) if !standing.is_taken && !waits => match one.mode {
                        Mode::Set => set.push(id.clone()),
                        Mode::Add => add.push(id.clone()),
                    },
                    _ => {}
                }
            }
            let both = [(Mode::Set, set), (Mode::Add, add)];
            self.trials
                .extend(both.into_iter().filter(|(_, ids)| !ids.is_empty()));
        }
        while let Some((mode, mut ids)) = self.trials.pop_front() {
            ids.retain(|id| {
                let wanted = self
                    .claims
                    .effective(id)
                    .is_some_and(|one| one.mode == mode);
                wanted
                    && self
                        .standings
                        .get(id)
                        .is_some_and(|standing| !standing.is_taken)
            });
            if !ids.is_empty() {
                return (mode, ids);
            }
        }
        (Mode::Set, Vec::new())
    }

    fn batch(&mut self, mode: Mode, ids: Vec<String>, now: Instant) -> Option<Batch> {
        let mut values = Vec::with_capacity(ids.len());
        let mut versions = Vec::with_capacity(ids.len());
        for id in ids {
            let (Some(one), Some(standing)) =
                (self.claims.effective(&id), self.standings.get_mut(&id))
            else {
                continue;
            };
            standing.sent = standing.changed;
            standing.refused = None;
            values.push(match mode {
                Mode::Set => json!({ "id": id, "value": one.value, "weight": one.weight }),
                Mode::Add => json!({ "id": id, "value": one.value }),
            });
            versions.push((id, standing.changed));
        }
        let mut data = Map::new();
        if let Some(found) = self.claims.face_found() {
            data.insert("faceFound".into(), found.into());
        }
        let mode_name = match mode {
            Mode::Set => "set",
            Mode::Add => "add",
        };
        data.insert("mode".into(), mode_name.into());
        data.insert("parameterValues".into(), values.into());
        let data = Payload::from_value(&data).ok()?;
        self.tickets += 1;
        self.last_sent = Some(now);
        self.under_way = Some(UnderWay {
            ticket: self.tickets,
            mode,
            versions,
            sent: now,
        });
        let ticket = self.tickets;
        Some(Batch { ticket, data })
    }

    /// VTube Studio has answered.
    pub(in crate::vtube) fn answered(
        &mut self,
        ticket: u64,
        refusal: Option<Refusal>,
        now: Instant,
    ) {
        let Some(under_way) = self
            .under_way
            .take_if(|under_way| under_way.ticket == ticket)
        else {
            // It came too late.
            return;
        };
        let Some(refusal) = refusal else {
            for (id, version) in under_way.versions {
                if let Some(standing) = self.standings.get_mut(&id) {
                    standing.is_taken = true;
                    standing.acknowledged = version;
                }
            }
            return self.settle();
        };
        if !(451..=454).contains(&refusal.id) {
            let error = refusal.into_error("InjectParameterData");
            return self.fail(&under_way, &error, now);
        }
        for (id, _) in &under_way.versions {
            if let Some(standing) = self.standings.get_mut(id) {
                standing.is_taken = false;
            }
        }
        match &*under_way.versions {
            [(id, _)] => self.refuse(id, refusal, now),
            all => {
                let (one, other) = all.split_at(all.len() / 2);
                for half in [one, other] {
                    let ids = half.iter().map(|(id, _)| id.clone()).collect();
                    self.trials.push_back((under_way.mode, ids));
                }
            }
        }
    }

    /// VTube Studio does not take this parameter. If another program sets it at the moment, adding to
    /// it still works; and if it was ours before, it is tried again later.
    fn refuse(&mut self, id: &str, refusal: Refusal, now: Instant) {
        let set_elsewhere = refusal.id == 454;
        let adds_go_on = set_elsewhere && self.claims.leave_to_adders(id);
        let standing = self.standings.get_mut(id);
        let was_ours = standing.filter(|standing| standing.acknowledged > 0);
        let (error, is_kept) = match (set_elsewhere, was_ours) {
            (false, _) => {
                let request = format!("InjectParameterData of `{id}`");
                (refusal.into_error(&request), false)
            }
            (true, Some(standing)) if !adds_go_on => {
                let pause = RETRY.as_secs();
                let error = controlled(id, &format!(": Pato tries again every {pause} s"));
                standing.refused = Some((now + RETRY, error.clone()));
                (error, true)
            }
            (true, _) => (controlled(id, ""), adds_go_on),
        };
        tracing::warn!(parameter = id, %error, "VTube Studio does not take a parameter");
        let concerns = |waiting: &mut Waiting| {
            let spared = adds_go_on && waiting.mode == Mode::Add;
            !spared && waiting.needs.iter().any(|(need, _)| need == id)
        };
        for waiting in self.waiting.extract_if(.., concerns) {
            // Nobody listens any more only if the caller has gone.
            drop(waiting.reply.send(Err(error.clone())));
        }
        if !is_kept {
            self.forget(id);
        }
    }

    /// What is under way failed for a reason that is not its own. It is tried again.
    fn fail(&mut self, under_way: &UnderWay, error: &ConnectorError, now: Instant) {
        for (id, _) in &under_way.versions {
            if let Some(standing) = self.standings.get_mut(id)
                && !standing.is_taken
            {
                standing.refused = Some((now + PATIENCE, error.clone()));
            }
        }
        let concerns = |waiting: &mut Waiting| {
            waiting.needs.iter().any(|(id, version)| {
                let mut sent = under_way.versions.iter();
                sent.any(|(other, sent)| other == id && version <= sent)
            })
        };
        for waiting in self.waiting.extract_if(.., concerns) {
            // Nobody listens any more only if the caller has gone.
            drop(waiting.reply.send(Err(error.clone())));
        }
    }

    /// The connection has ended. What is held is sent again over the next one.
    pub(in crate::vtube) fn disconnected(&mut self) {
        for standing in self.standings.values_mut() {
            standing.is_taken = false;
            standing.refused = None;
        }
        self.trials.clear();
        self.under_way = None;
        self.last_sent = None;
        // Whoever waits learns of it by the end of their channel.
        self.waiting.clear();
    }

    /// Tells those whose values have arrived, or are not wanted any more.
    fn settle(&mut self) {
        let standings = &self.standings;
        let arrived = |waiting: &mut Waiting| {
            waiting.needs.iter().all(|(id, version)| {
                let standing = standings.get(id);
                standing.is_none_or(|standing| standing.acknowledged >= *version)
            })
        };
        for waiting in self.waiting.extract_if(.., arrived) {
            // Nobody listens any more only if the caller has gone.
            drop(waiting.reply.send(Ok(())));
        }
    }

    fn last_of(&self, mode: Mode) -> Option<Instant> {
        let [set, add] = self.last;
        match mode {
            Mode::Set => set,
            Mode::Add => add,
        }
    }

    fn last_mut(&mut self, mode: Mode) -> &mut Option<Instant> {
        let [set, add] = &mut self.last;
        match mode {
            Mode::Set => set,
            Mode::Add => add,
        }
    }
}

/// Another program sets the parameter.
fn controlled(id: &str, remedy: &str) -> ConnectorError {
    ConnectorError::Denied(format!(
        "another plugin of VTube Studio, outside of Pato, sets `{id}`, and only one can{remedy}"
    ))
}

#[cfg(test)]
mod tests;
