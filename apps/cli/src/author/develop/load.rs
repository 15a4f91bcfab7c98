use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use pato_host::permissions::Grants;
use pato_host::{InspectionView, OfferStage, OfferView, PluginView, RequestView};
use reqwest::Method;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::Named;
use crate::client::Client;
use crate::commands::install::ask;
use crate::output::{Output, word};

/// How often the host is asked how far it is: the author waits for it.
const LOOK: Duration = Duration::from_millis(10);

/// Puts each build in the place of the one before, with what that one was granted.
///
/// For the host a build that nobody signed is a stranger each time, so what was granted is said anew.
pub(super) struct Loader<'a> {
    client: &'a Client,
    named: &'a Named,
    output: &'a Output,
    /// What the build on trial was granted, and what it asked for: until its trial is over, the host tells
    /// of the one before it.
    last: Option<Decided>,
}

/// What was decided about a plugin's permissions.
#[derive(Clone, Default)]
struct Decided {
    granted: Grants,
    asked: Grants,
}

/// A build that runs.
pub(super) struct Loaded {
    pub(super) version: String,
    pub(super) state: String,
    /// What it asks for, was not granted, and was not spoken of before.
    pub(super) not_granted: Vec<RequestView>,
}

impl<'a> Loader<'a> {
    pub(super) fn new(client: &'a Client, named: &'a Named, output: &'a Output) -> Self {
        Self {
            client,
            named,
            output,
            last: None,
        }
    }

    /// Loads a plugin's file. The version before stays as it is if that fails, or `end` comes first.
    pub(super) async fn load(
        &mut self,
        id: &str,
        file: &Path,
        end: &CancellationToken,
    ) -> anyhow::Result<Loaded> {
        let before = self.before(id).await?;
        let body = json!({ "reference": file });
        let mut offer: OfferView = self.client.post("/api/library/offers", &body).await?;
        let path = format!("/api/library/offers/{}", offer.id);
        let mut decided = None;
        while !offer.stage.is_final() && offer.stage != OfferStage::Trial {
            if let Some(inspection) = &offer.inspection
                && offer.needs_answer
                && decided.is_none()
            {
                let answer = tokio::select! {
                    answer = self.decide(inspection, &before) => answer,
                    () = end.cancelled() => Err(anyhow::anyhow!("stopped, as asked")),
                };
                let granted = match answer {
                    Ok(granted) => granted,
                    Err(error) => return Err(self.decline(&path, error).await),
                };
                let body = json!({ "grant": granted });
                let accept = format!("{path}/accept");
                self.client.post::<OfferView>(&accept, &body).await?;
                decided = Some(granted);
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = end.cancelled() => {
                    return Err(self.decline(&path, anyhow::anyhow!("stopped, as asked")).await);
                }
            }
            offer = self.client.get(&path).await?;
        }
        self.finish(id, offer, decided, before).await
    }

    /// What was decided about the build before this one. It may have been changed in the dashboard since.
    async fn before(&self, id: &str) -> anyhow::Result<Decided> {
        let plugins: Vec<PluginView> = self.client.get("/api/modules").await?;
        let Some(view) = plugins.into_iter().find(|plugin| plugin.id == id) else {
            return Ok(Decided::default());
        };
        match &self.last {
            // Whatever changes grants ends the trial first.
            Some(last) if view.trial.is_some() => Ok(last.clone()),
            _ => Ok(decided(&view.requests, |request| request.granted)),
        }
    }

    /// What this build is granted: what the one before was, and of what is new what the author says.
    async fn decide(
        &self,
        inspection: &InspectionView,
        before: &Decided,
    ) -> anyhow::Result<Grants> {
        let mut granted = Grants::default();
        let mut new = Vec::new();
        for request in &inspection.requests {
            let permission = &request.permission;
            if self.named.covers(permission) || before.granted.covers(permission) {
                granted.add(permission.clone());
            } else if !before.asked.covers(permission) {
                new.push(request.clone());
            }
        }
        let can_ask = std::io::stdin().is_terminal() && !self.output.is_json();
        if !new.is_empty() && can_ask && self.named.is_open() {
            let inspection = inspection.clone();
            let answer = tokio::task::spawn_blocking(move || {
                let new: Vec<&RequestView> = new.iter().collect();
                ask(&inspection, &new)
            });
            for permission in answer.await?? {
                granted.add(
                    permission
                        .parse()
                        .context("the host asks for what is none")?,
                );
            }
        }
        Ok(granted)
    }

    async fn decline(&self, path: &str, why: anyhow::Error) -> anyhow::Error {
        let nothing = json!({});
        let declined = self.client.send::<Value>(Method::DELETE, path, &nothing);
        match declined.await {
            Ok(_) => why,
            Err(error) => error,
        }
    }

    async fn finish(
        &mut self,
        id: &str,
        offer: OfferView,
        granted: Option<Grants>,
        before: Decided,
    ) -> anyhow::Result<Loaded> {
        match offer.stage {
            OfferStage::Failed => bail!(
                "{}",
                offer
                    .problem
                    .as_deref()
                    .unwrap_or("it failed, without a reason")
            ),
            OfferStage::Declined => bail!("given up: nothing was loaded"),
            _ => {}
        }
        let view: PluginView = self.client.get(&format!("/api/modules/{id}")).await?;
        let inspection = offer
            .inspection
            .context("the host does not say what it loaded")?;
        let now = match granted {
            Some(granted) => decided(&inspection.requests, |request| {
                granted.covers(&request.permission)
            }),
            // What the same key signed, or the same bytes, inherit it.
            None => decided(&inspection.requests, |request| request.granted),
        };
        let missing = inspection.requests.iter().filter(|request| {
            let permission = &request.permission;
            !now.granted.covers(permission) && !before.asked.covers(permission)
        });
        let not_granted = missing.cloned().collect();
        self.last = Some(now);
        Ok(Loaded {
            version: inspection.version,
            state: word(&view.state),
            not_granted,
        })
    }
}

fn decided(requests: &[RequestView], is_granted: impl Fn(&RequestView) -> bool) -> Decided {
    let mut decided = Decided::default();
    for request in requests {
        decided.asked.add(request.permission.clone());
        if is_granted(request) {
            decided.granted.add(request.permission.clone());
        }
    }
    decided
}
