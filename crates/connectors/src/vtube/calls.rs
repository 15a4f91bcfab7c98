//! What each action does.

use std::time::Duration;

use pato_events::Payload;
use pato_events::catalogue::vtube::request_of;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::time::{Instant, sleep};

use super::follow::{Kind, Wish};
use super::parameters::Injection;
use super::protocol::{Answer, Refusal};
use super::subscriptions::subscription;
use super::{VtubeConnector, lock};
use crate::connector::{Call, ConnectorError};
use crate::reconnect::{BackOff, BackOffConfiguration};

/// The longest that a caller waits for a cool-down of VTube Studio to be over.
const PATIENCE: Duration = Duration::from_secs(10);

/// The largest request, in bytes: a picture of 5 MB fits.
const MAX_REQUEST_BYTES: usize = 8 * 1024 * 1024;

/// What VTube Studio's own limits on custom parameters say.
const LIMITS: std::ops::RangeInclusive<i64> = 355..=356;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    parameter_name: String,
}

#[derive(Deserialize)]
struct Released {
    ids: Option<Vec<String>>,
}

impl VtubeConnector {
    /// A request that reaches VTube Studio as it is.
    pub(super) async fn pass_on(&self, call: &Call<'_>) -> Result<Payload, ConnectorError> {
        let action = call.action;
        let request = request_of(action).ok_or_else(|| {
            let text =
                format!("VTube Studio has no action `{action}`: see the reference of `vtube.*`");
            ConnectorError::NotFound(text)
        })?;
        let data = data_of(call)?;
        // So that whoever asks too much keeps nobody else from being heard.
        let (limit, _question) = match asks_user(request, &data) {
            false => (self.configuration.timing.request, None),
            true => {
                let place = self.link.questions.try_acquire();
                let place = place.map_err(|_| ConnectorError::RateLimited(PATIENCE))?;
                (self.configuration.timing.user, Some(place))
            }
        };
        self.link.causes.remember(request, &data, call.cause);
        let answer = self.ask_patiently(request, &data, limit).await?;
        answer.map_err(|refusal| refusal.into_error(request))
    }

    /// Asks again when a cool-down is over, if that does not take too long.
    async fn ask_patiently(
        &self,
        request: &'static str,
        data: &Payload,
        limit: Duration,
    ) -> Result<Answer, ConnectorError> {
        let began = Instant::now();
        loop {
            let answer = self.requests.ask(request, data, limit).await?;
            let Some(cooldown) = answer.as_ref().err().and_then(Refusal::cooldown) else {
                return Ok(answer);
            };
            // Several callers would else come back at the same moment.
            let pauses = BackOffConfiguration {
                first: cooldown * 2,
                longest: cooldown * 2,
                stable_after: Duration::MAX,
            };
            let seed = self.environment.seed ^ u64::from(began.elapsed().subsec_nanos());
            let pause = BackOff::new(pauses, seed).next_pause(Duration::ZERO);
            if began.elapsed() + pause > PATIENCE {
                return Err(ConnectorError::RateLimited(cooldown));
            }
            sleep(pause).await;
        }
    }

    pub(super) async fn inject(&self, call: &Call<'_>) -> Result<Payload, ConnectorError> {
        let wanted = call.read::<Injection>()?.check()?;
        let ids = || wanted.values.iter().map(|value| &*value.id);
        if lock(&self.link.ledger).should_read_for(ids()) {
            self.read_parameters().await?;
        }
        for id in ids() {
            lock(&self.link.ledger).check_known(id)?;
        }
        let outcome = lock(&self.link.injector).inject(call.caller, &wanted, Instant::now())?;
        self.link.changed.notify_one();
        let limit = self.configuration.timing.request;
        self.requests
            .answer_of("InjectParameterData", outcome, limit)
            .await??;
        Ok(Payload::empty())
    }

    async fn read_parameters(&self) -> Result<(), ConnectorError> {
        let request = "InputParameterList";
        let limit = self.configuration.timing.request;
        let answer = self.requests.ask(request, &Payload::empty(), limit).await?;
        let list = answer.map_err(|refusal| refusal.into_error(request))?;
        lock(&self.link.ledger).read(&list);
        Ok(())
    }

    pub(super) fn release(&self, call: &Call<'_>) -> Result<Payload, ConnectorError> {
        let Released { ids } = call.read()?;
        let released = lock(&self.link.injector).release(call.caller, ids.as_deref());
        self.link.changed.notify_one();
        answer(&json!({ "released": released }))
    }

    pub(super) async fn create_parameter(
        &self,
        call: &Call<'_>,
    ) -> Result<Payload, ConnectorError> {
        let request = "ParameterCreation";
        let data = data_of(call)?;
        let Named {
            parameter_name: name,
        } = call.read()?;
        let is_new = lock(&self.link.ledger).make(call.caller, &name)?;
        let limit = self.configuration.timing.request;
        let answer = self.requests.ask(request, &data, limit).await;
        let made = matches!(answer, Ok(Ok(_)));
        let mut ledger = lock(&self.link.ledger);
        match made || !is_new {
            true => ledger.confirm(&name),
            false => ledger.unmake(&name),
        }
        drop(ledger);
        answer?.map_err(|refusal| match LIMITS.contains(&refusal.id) {
            true => {
                let shares = lock(&self.link.ledger).shares();
                let text = format!(
                    "VTube Studio counts all plugins of Pato as one, and lets it make no more \
                     parameters{shares}: delete some with `vtube.parameter-deletion`"
                );
                ConnectorError::Invalid(text)
            }
            false => refusal.into_error(request),
        })
    }

    pub(super) async fn delete_parameter(
        &self,
        call: &Call<'_>,
    ) -> Result<Payload, ConnectorError> {
        let request = "ParameterDeletion";
        let data = data_of(call)?;
        let Named {
            parameter_name: name,
        } = call.read()?;
        lock(&self.link.ledger).check_maker(call.caller, &name)?;
        let limit = self.configuration.timing.request;
        let answer = self.requests.ask(request, &data, limit).await?;
        let answer = answer.map_err(|refusal| refusal.into_error(request))?;
        lock(&self.link.ledger).unmake(&name);
        lock(&self.link.injector).forget(&name);
        Ok(answer)
    }

    pub(super) async fn follow(
        &self,
        call: &Call<'_>,
        kind: Kind,
    ) -> Result<Payload, ConnectorError> {
        let wish: Wish = call.read()?;
        // Sent in the order in which wishes were taken in.
        let (before, sent) = {
            let mut following = lock(&self.link.following);
            let before = following.follow(call.caller, kind, wish)?;
            let data = subscription(kind.event(), following.config(kind));
            let sent =
                payload(&data).and_then(|data| self.requests.put("EventSubscription", &data));
            match sent {
                Ok(sent) => (before, sent),
                Err(error) => {
                    following.restore(call.caller, kind, before);
                    return Err(error);
                }
            }
        };
        let limit = self.configuration.timing.request;
        let answer = self
            .requests
            .answer_of("EventSubscription", sent, limit)
            .await;
        if !matches!(answer, Ok(Ok(_))) {
            let mut following = lock(&self.link.following);
            following.restore(call.caller, kind, before);
            following.note(kind);
            self.link.changed.notify_one();
        }
        answer?.map_err(|refusal| refusal.into_error("EventSubscription"))?;
        Ok(Payload::empty())
    }
}

/// Whether VTube Studio asks its user before it answers.
fn asks_user(request: &str, data: &Payload) -> bool {
    match request {
        "ArtMeshSelection" | "Permission" => true,
        "ItemLoad" => data.as_str().contains("customDataBase64"),
        _ => false,
    }
}

/// The parameters of an action without the name of the connector.
fn data_of(call: &Call<'_>) -> Result<Payload, ConnectorError> {
    let mut data: Map<String, Value> = call.read()?;
    data.remove("connector");
    let data = payload(&Value::Object(data))?;
    let length = data.as_str().len();
    if length > MAX_REQUEST_BYTES {
        return Err(ConnectorError::Invalid(format!(
            "`{}`: {length} bytes are more than the {MAX_REQUEST_BYTES} that VTube Studio is sent at once",
            call.action
        )));
    }
    Ok(data)
}

fn payload(value: &Value) -> Result<Payload, ConnectorError> {
    let payload = Payload::from_value(value);
    payload.map_err(|error| ConnectorError::Invalid(error.to_string()))
}

fn answer(value: &Value) -> Result<Payload, ConnectorError> {
    let payload = Payload::from_value(value);
    payload.map_err(|error| ConnectorError::Failed(error.to_string()))
}
