//! The task that owns a plugin: it calls its handlers one after the other, and starts it anew after a
//! trap.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use pato_events::Payload;
use pato_events::catalogue::host::PluginState;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout};

use crate::backlog::{Backlog, Origin};
use crate::calls::{Answer, Call, Request};
use crate::compile::Code;
use crate::egress::{PluginEgress, SocketEvent};
use crate::engine::Ticker;
use crate::instance::{Instance, SocketEvents, Trapped};
use crate::log::LogLevel;
use crate::metrics::count;
use crate::plugin::{Role, Shared, lock};
use crate::restart::{Traps, Verdict};
use crate::screen::SurfaceEvent;
use crate::services::ServiceError;

/// How long the servers of a plugin that stops may take to confirm the close.
pub(crate) const GOODBYE: Duration = Duration::from_secs(1);

/// What is said to those who call a plugin that is paused.
const PAUSED: &str = "the plugin is paused";

/// What a plugin's handle asks of its task.
pub(crate) enum Control {
    /// Call `handle-command`.
    Command {
        name: String,
        parameters: Payload,
        answer: oneshot::Sender<Result<Payload, ServiceError>>,
    },
    /// Call `settings-changed`.
    SettingsChanged(Vec<String>),
    /// Call `handle-ui`.
    Surface(SurfaceEvent),
    /// Deliver nothing, or deliver again.
    Pause(bool),
    /// Start anew, out of quarantine too.
    Restart,
}

/// The task's own part of a plugin.
pub(crate) struct Actor {
    pub(crate) shared: Arc<Shared>,
    pub(crate) code: Code,
    pub(crate) egress: PluginEgress,
    pub(crate) control: mpsc::Receiver<Control>,
    pub(crate) calls: mpsc::Receiver<Call>,
    pub(crate) traps: Traps,
    pub(crate) backlog: Backlog,
    pub(crate) paused: bool,
    pub(crate) role: watch::Receiver<Role>,
    /// The version of which its storage is, until that was migrated.
    pub(crate) migrate_from: Option<String>,
    /// How long `shutdown` may take.
    pub(crate) stop_time: Duration,
    /// Keeps the epoch going while there is something to interrupt.
    pub(crate) _ticker: Arc<Ticker>,
}

/// Why the plugin no longer runs in its Store.
enum End {
    /// It was asked to stop, and did.
    Stopped,
    /// The user wants it to be started anew.
    Restart,
    /// `migrate` or `init` answered with an error.
    Failed(String),
    /// It trapped.
    Trapped(String),
}

/// What to do next.
enum Work {
    Stop,
    Retire,
    Role,
    Control(Control),
    Call(Call),
    Grants,
    Events,
    Timer(u32),
    Socket(u32, SocketEvent),
}

impl Actor {
    /// Runs the plugin until it is asked to stop.
    pub(crate) async fn run(&mut self) {
        loop {
            match self.live().await {
                End::Stopped => return,
                End::Restart => self.traps.forget(),
                End::Failed(reason) => {
                    self.report(&reason);
                    self.shared.set_status(PluginState::Failed, Some(reason));
                    if !self.rest(None).await {
                        return;
                    }
                }
                End::Trapped(reason) => {
                    count(&self.shared.counters.traps);
                    self.report(&reason);
                    if !self.recover(reason).await {
                        return;
                    }
                }
            }
            count(&self.shared.counters.restarts);
        }
    }

    /// One Store, from its beginning to its end.
    async fn live(&mut self) -> End {
        match self.live_until_trap().await {
            Ok(end) => end,
            Err(trapped) => {
                for event in self.backlog.trapped() {
                    count(&self.shared.counters.poisoned);
                    let (id, topic) = (&event.id, &event.topic);
                    let text = format!("event {id} ({topic}) is given up: two traps on it");
                    self.shared.log.host(LogLevel::Error, &text);
                }
                End::Trapped(trapped.reason)
            }
        }
    }

    async fn live_until_trap(&mut self) -> Result<End, Trapped> {
        let shared = Arc::clone(&self.shared);
        let plan = self.code.plan();
        shared.counters.set_tier(plan.tier());
        let (mut instance, mut sockets) = Instance::start(&plan, &shared, &self.egress).await?;
        if let Some(version) = self.migrate_from.clone() {
            if let Err(error) = instance.migrate(&version).await? {
                let error = ServiceError::from(error);
                return Ok(End::Failed(format!("migrate from {version}: {error}")));
            }
            self.migrate_from = None;
        }
        if let Err(error) = instance.init().await? {
            return Ok(End::Failed(format!("init: {}", ServiceError::from(error))));
        }
        self.drop_old_subscriptions(&instance);
        self.announce_running();
        loop {
            self.take_snapshots(&mut instance);
            match self.next_work(&mut instance, &mut sockets).await {
                Work::Stop => {
                    self.shut_down(&mut instance).await;
                    return Ok(End::Stopped);
                }
                Work::Retire => {
                    let websockets = &mut instance.store.data_mut().websockets;
                    websockets.shut_down(GOODBYE).await;
                    return Ok(End::Stopped);
                }
                Work::Role => {
                    let states = std::mem::take(&mut *lock(&shared.states));
                    self.backlog.add_snapshots(states);
                }
                Work::Control(Control::Restart) => {
                    self.shut_down(&mut instance).await;
                    return Ok(End::Restart);
                }
                Work::Control(control) => self.obey(control, &mut instance).await?,
                Work::Call(call) => self.answer(call, &mut instance).await?,
                Work::Grants => {
                    let (state, allowed) = (instance.store.data_mut(), shared.allowed());
                    state.websockets.enforce(&allowed);
                    if allowed.check_timers().is_err() {
                        state.timers.clear();
                    }
                }
                Work::Events => self.deliver(&mut instance).await?,
                Work::Timer(timer) => {
                    // It may have been due before the task learnt that the permission is gone.
                    if shared.allowed().check_timers().is_ok() {
                        instance.handle_timer(timer).await?;
                    }
                }
                Work::Socket(connection, event) => {
                    instance.handle_websocket(connection, &event).await?;
                }
            }
        }
    }

    async fn next_work(&mut self, instance: &mut Instance, sockets: &mut SocketEvents) -> Work {
        let shared = &*self.shared;
        if shared.stop.is_cancelled() {
            return Work::Stop;
        }
        if shared.retire.is_cancelled() {
            return Work::Retire;
        }
        if self.role.has_changed().unwrap_or(false) {
            self.role.mark_unchanged();
            return Work::Role;
        }
        let role = shared.role();
        // A candidate begins when it takes over; one that was taken over from finishes what it had.
        let reads = !self.paused && role != Role::Candidate;
        let lives = !self.paused && role == Role::Plugin;
        if reads {
            // The user's wishes come first, also while there is much to deliver again.
            if let Ok(control) = self.control.try_recv() {
                return Work::Control(control);
            }
            if self.backlog.next(shared.limits.batch) {
                return Work::Events;
            }
        }
        self.backlog.origin = Origin::News;
        let batch = &mut self.backlog.batch;
        let timers = &mut instance.store.data_mut().timers;
        tokio::select! {
            () = shared.stop.cancelled() => Work::Stop,
            () = shared.retire.cancelled() => Work::Retire,
            Ok(()) = self.role.changed() => Work::Role,
            Some(control) = self.control.recv() => Work::Control(control),
            Some(call) = self.calls.recv() => Work::Call(call),
            () = shared.grants_changed.notified() => Work::Grants,
            _ = shared.mailbox.next_batch(batch, shared.limits.batch), if reads => Work::Events,
            timer = timers.next(), if lives => Work::Timer(timer),
            Some((connection, event)) = sockets.recv(), if lives => {
                Work::Socket(connection, event)
            }
        }
    }

    async fn deliver(&mut self, instance: &mut Instance) -> Result<(), Trapped> {
        let dropped = self.shared.mailbox.take_dropped();
        if dropped > 0 {
            self.shared.announce_lag(dropped);
            instance.lagged(dropped).await?;
        }
        if self.shared.revoked.load(Ordering::Acquire) {
            self.drop_revoked();
        }
        if self.backlog.batch.is_empty() {
            return Ok(());
        }
        let (batch, origin) = (&self.backlog.batch, self.backlog.origin);
        let answer = instance.handle_events(batch, origin).await?;
        let handled = u64::try_from(self.backlog.batch.len()).unwrap_or(u64::MAX);
        self.shared
            .counters
            .events
            .fetch_add(handled, Ordering::Relaxed);
        self.backlog.handled();
        if let Err(error) = answer {
            self.report(&format!("handle-events: {}", ServiceError::from(error)));
        }
        Ok(())
    }

    /// Takes out of what waits what the plugin may no longer have.
    fn drop_revoked(&mut self) {
        // First, so that what is revoked from now on is looked for in the next batch.
        self.shared.revoked.store(false, Ordering::Release);
        let patterns = self.shared.mailbox.patterns();
        let wanted = |event: &pato_events::Event| {
            patterns.iter().any(|pattern| pattern.matches(&event.topic))
        };
        self.backlog.batch.retain(|event| wanted(event));
        self.backlog.retain(wanted);
        if !self.shared.mailbox.is_empty() {
            self.shared.revoked.store(true, Ordering::Release);
        }
    }

    async fn obey(&mut self, control: Control, instance: &mut Instance) -> Result<(), Trapped> {
        match control {
            Control::Command {
                name,
                parameters,
                answer,
            } => {
                let result = match self.paused {
                    true => Err(ServiceError::Unavailable(PAUSED.into())),
                    false => self.command(&name, &parameters, instance).await?,
                };
                // Whoever asked may have given up waiting.
                let _ = answer.send(result);
            }
            // A page is told that the plugin is paused; an alert that ends meanwhile is not told of.
            Control::Surface(_) if self.paused => {}
            Control::Surface(event) => instance.handle_ui(&event).await?,
            Control::SettingsChanged(keys) => instance.settings_changed(&keys).await?,
            Control::Pause(paused) => {
                self.paused = paused;
                self.announce_running();
            }
            Control::Restart => {}
        }
        Ok(())
    }

    /// Answers another plugin. What stops this one in the middle of it is an error for that one.
    async fn answer(&mut self, call: Call, instance: &mut Instance) -> Result<(), Trapped> {
        if call.is_abandoned() {
            return Ok(());
        }
        if self.paused {
            call.refuse(PAUSED);
            return Ok(());
        }
        let state = instance.store.data_mut();
        state.cause = call.context.as_ref().and_then(|one| one.cause.clone());
        state.call = call.context;
        match call.request {
            Request::Function {
                symbol,
                arguments,
                answer,
            } => {
                let called = instance.call_function(&symbol, &arguments).await;
                self.reply(answer, called)?;
            }
            Request::Command {
                name,
                parameters,
                answer,
            } => {
                let called = self.command(&name, &parameters, instance).await;
                self.reply(answer, called.map(Ok))?;
            }
        }
        let state = instance.store.data_mut();
        (state.call, state.cause) = (None, None);
        Ok(())
    }

    fn reply<T>(
        &self,
        answer: Answer<T>,
        called: Result<Result<T, ServiceError>, Trapped>,
    ) -> Result<(), Trapped> {
        let (result, ended) = match called {
            Ok(result) => (result, Ok(())),
            Err(trapped) => {
                let (id, reason) = (&self.shared.id, self.shared.log.clean(&trapped.reason));
                let failed = format!("`{id}` was stopped in the middle of it: {reason}");
                (Err(ServiceError::Failed(failed)), Err(trapped))
            }
        };
        // Whoever asked may have given up waiting.
        let _ = answer.send(result);
        ended
    }

    async fn command(
        &mut self,
        name: &str,
        parameters: &Payload,
        instance: &mut Instance,
    ) -> Result<Result<Payload, ServiceError>, Trapped> {
        let called = instance.handle_command(name, parameters.as_str()).await?;
        Ok(match called {
            Ok(text) => self.command_answer(&text),
            Err(error) => Err(error.into()),
        })
    }

    /// Reads what a command answered. What is JSON but no object gets one around it.
    fn command_answer(&self, text: &str) -> Result<Payload, ServiceError> {
        let most = self.shared.limits.payload_bytes;
        if text.len() > most {
            let length = text.len();
            return Err(ServiceError::Failed(format!(
                "the plugin answered with {length} bytes, and {most} are accepted"
            )));
        }
        let read = || {
            let value: serde_json::Value = serde_json::from_str(text)?;
            match value.is_object() {
                true => Payload::parse(text),
                false => Payload::from_value(&serde_json::json!({ "value": value })),
            }
        };
        read().map_err(|error| {
            ServiceError::Failed(format!("the plugin answered with no JSON: {error}"))
        })
    }

    async fn shut_down(&mut self, instance: &mut Instance) {
        let ended = timeout(self.stop_time, instance.shutdown()).await;
        let websockets = &mut instance.store.data_mut().websockets;
        websockets.shut_down(GOODBYE).await;
        let problem = match ended {
            Ok(Ok(())) => return,
            Ok(Err(trapped)) => trapped.reason,
            Err(_) => format!(
                "shutdown: not done within {} s",
                self.stop_time.as_secs_f64()
            ),
        };
        self.report(&problem);
    }

    /// After a trap: waits, then says whether to start anew.
    async fn recover(&mut self, reason: String) -> bool {
        // One that traps before it has taken over is not taken.
        if self.shared.role() == Role::Candidate {
            self.shared.set_status(PluginState::Failed, Some(reason));
            return self.rest(None).await;
        }
        match self.traps.record() {
            Verdict::RestartAfter(pause) => {
                let on_trial = || self.shared.on_trial.load(Ordering::Acquire);
                let next = match on_trial() {
                    true => "the version before stands by".to_owned(),
                    false => format!("started anew in {} ms", pause.as_millis()),
                };
                let reason = format!("{reason}; {next}");
                self.shared
                    .set_status(PluginState::Restarting, Some(reason));
                // Started anew it could give up the event that it trapped on, to which the version before
                // may still come. Looked at after the status was set: see `Standby::end_trial`.
                let until = (!on_trial()).then(|| Instant::now() + pause);
                self.rest(until).await
            }
            Verdict::Quarantine => {
                let reason = format!(
                    "{reason}; that was trap {} within {} s: restart it when it is mended",
                    self.shared.limits.restarts.traps,
                    self.shared.limits.restarts.window.as_secs()
                );
                self.shared
                    .set_status(PluginState::Quarantined, Some(reason));
                self.rest(None).await
            }
        }
    }

    /// Waits until the moment, or until the user wants it to start; false if it is to stop.
    async fn rest(&mut self, until: Option<Instant>) -> bool {
        loop {
            let due = async {
                match until {
                    Some(until) => sleep_until(until).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.shared.stop.cancelled() => return false,
                () = self.shared.retire.cancelled() => return false,
                () = due => return true,
                Some(call) = self.calls.recv() => call.refuse(&self.why_not()),
                control = self.control.recv() => match control {
                    Some(Control::Restart) => {
                        self.traps.forget();
                        return true;
                    }
                    Some(Control::Pause(paused)) => self.paused = paused,
                    Some(Control::Command { answer, .. }) => {
                        let _ = answer.send(Err(ServiceError::Unavailable(self.why_not())));
                    }
                    // Settings it will read when it starts; what it shows it will draw anew.
                    Some(Control::SettingsChanged(_) | Control::Surface(_)) => {}
                    None => return false,
                }
            }
        }
    }

    fn why_not(&self) -> String {
        let status = self.shared.status.borrow();
        let reason = status.reason.as_deref().unwrap_or_default();
        format!("the plugin does not run: {reason}")
    }

    /// Ends what an earlier Store subscribed to and this one did not. Until now the mailbox held on to
    /// it, so that nothing was lost in between.
    fn drop_old_subscriptions(&self, instance: &Instance) {
        let subscribed = &instance.store.data().subscribed;
        for pattern in self.shared.mailbox.patterns() {
            if !subscribed.contains(&pattern) {
                self.shared.mailbox.remove(&pattern);
            }
        }
    }

    fn take_snapshots(&mut self, instance: &mut Instance) {
        let snapshots = &mut instance.store.data_mut().snapshots;
        if !snapshots.is_empty() {
            let snapshots = std::mem::take(snapshots);
            // A candidate is told how things stand when it takes over.
            if self.shared.role() != Role::Candidate {
                self.backlog.add_snapshots(snapshots);
            }
        }
    }

    fn announce_running(&self) {
        let reason = self.paused.then(|| "paused: its events wait".to_owned());
        self.shared.set_status(PluginState::Running, reason);
    }

    fn report(&self, problem: &str) {
        self.shared.log.host(LogLevel::Error, problem);
        let problem = self.shared.log.clean(problem);
        self.shared.counters.set_last_error(problem);
    }
}
