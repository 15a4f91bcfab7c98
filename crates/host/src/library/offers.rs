//! Plugins on their way in: fetched, looked at, asked about, installed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use pato_library::{FetchError, Fetched, Progress};
use pato_packages::PublicKey;
use pato_permissions::Manifest;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::resolve::Wanted;
use super::trust::inherits;
use super::view::{OfferAnswer, OfferRequest, OfferStage, OfferView};
use crate::database::PluginRecord;
use crate::error::HostError;
use crate::host::Host;
use crate::package::Package;
use crate::plugins::Consent;
use crate::view::InspectionView;

/// How many offers are remembered; of those that are over, the oldest give way.
const REMEMBERED: usize = 64;

/// How many offers may be under way.
const UNDER_WAY: usize = 16;

/// Every offer since the host started.
#[derive(Default)]
pub(crate) struct Offers(Mutex<Numbered>);

#[derive(Default)]
struct Numbered {
    last: u64,
    offers: BTreeMap<u64, Arc<Offer>>,
}

/// One offer.
pub(crate) struct Offer {
    view: watch::Sender<OfferView>,
    request: OfferRequest,
    /// The installed plugin that is to be updated.
    updates: Option<String>,
    answer: watch::Sender<Option<OfferAnswer>>,
    cancel: CancellationToken,
}

/// How an offer ended, but for failures.
enum Outcome {
    Installed(String),
    UpToDate,
}

impl Offers {
    fn open(
        &self,
        request: OfferRequest,
        updates: Option<String>,
        cancel: CancellationToken,
    ) -> Result<Arc<Offer>, HostError> {
        let mut numbered = self.numbered();
        let over = |offer: &Offer| offer.view.borrow().stage.is_final();
        let under_way = numbered
            .offers
            .values()
            .filter(|offer| !over(offer))
            .count();
        if under_way >= UNDER_WAY {
            return Err(HostError::ManyOffers { most: UNDER_WAY });
        }
        while numbered.offers.len() >= REMEMBERED {
            let mut offers = numbered.offers.iter();
            match offers.find(|(_, offer)| over(offer)).map(|(id, _)| *id) {
                Some(id) => numbered.offers.remove(&id),
                None => break,
            };
        }
        numbered.last += 1;
        let offer = Arc::new(Offer {
            view: watch::Sender::new(OfferView {
                id: numbered.last,
                reference: request.reference.clone(),
                stage: OfferStage::Resolving,
                received: 0,
                total: None,
                inspection: None,
                needs_answer: false,
                plugin: None,
                problem: None,
            }),
            request,
            updates,
            answer: watch::Sender::new(None),
            cancel,
        });
        let id = numbered.last;
        numbered.offers.insert(id, Arc::clone(&offer));
        Ok(offer)
    }

    fn find(&self, id: u64) -> Result<Arc<Offer>, HostError> {
        let offer = self.numbered().offers.get(&id).cloned();
        offer.ok_or(HostError::UnknownOffer { id })
    }

    fn numbered(&self) -> MutexGuard<'_, Numbered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host {
    /// Begins to fetch a plugin. It is installed once it is here, whole, and the user has agreed with
    /// [`accept_offer`](Self::accept_offer), which may be as soon as its manifest has come.
    ///
    /// # Errors
    ///
    /// If too many are under way, or the name to install it under is none.
    pub fn offer(&self, request: OfferRequest) -> Result<OfferView, HostError> {
        if let Some(name) = &request.name {
            name.parse::<pato_permissions::PluginId>()?;
        }
        self.begin_offer(request, None)
    }

    pub(super) fn begin_offer(
        &self,
        request: OfferRequest,
        updates: Option<String>,
    ) -> Result<OfferView, HostError> {
        let cancel = self.inner.stopping.child_token();
        let offer = self.inner.offers.open(request, updates, cancel)?;
        let view = offer.view.borrow().clone();
        let host = self.clone();
        self.inner
            .tasks
            .spawn(async move { host.run_offer(&offer).await });
        self.inner.pages_changed.send_replace(());
        Ok(view)
    }

    /// The offers since the host started, the latest first.
    pub fn offers(&self) -> Vec<OfferView> {
        let numbered = self.inner.offers.numbered();
        let offers = numbered.offers.values().rev();
        offers.map(|offer| offer.view.borrow().clone()).collect()
    }

    /// One offer.
    ///
    /// # Errors
    ///
    /// If there is none of that number.
    pub fn offer_view(&self, id: u64) -> Result<OfferView, HostError> {
        Ok(self.inner.offers.find(id)?.view.borrow().clone())
    }

    /// Follows one offer.
    ///
    /// # Errors
    ///
    /// If there is none of that number.
    pub fn watch_offer(&self, id: u64) -> Result<watch::Receiver<OfferView>, HostError> {
        Ok(self.inner.offers.find(id)?.view.subscribe())
    }

    /// Agrees to an offer, with what is granted.
    ///
    /// # Errors
    ///
    /// If there is none of that number, it is over, or there is nothing to agree to yet.
    pub fn accept_offer(&self, id: u64, answer: OfferAnswer) -> Result<OfferView, HostError> {
        let offer = self.inner.offers.find(id)?;
        let view = offer.view.borrow().clone();
        if view.inspection.is_none() || view.stage.is_final() {
            return Err(HostError::NothingToAnswer { id });
        }
        offer.answer.send_replace(Some(answer));
        Ok(view)
    }

    /// Gives an offer up. What has come of it is thrown away; if it is installed already, it stays.
    ///
    /// # Errors
    ///
    /// If there is none of that number.
    pub fn decline_offer(&self, id: u64) -> Result<OfferView, HostError> {
        let offer = self.inner.offers.find(id)?;
        offer.cancel.cancel();
        let view = offer.view.borrow().clone();
        Ok(view)
    }

    async fn run_offer(&self, offer: &Offer) {
        let outcome = tokio::select! {
            outcome = self.carry_out(offer) => outcome.map(Some),
            () = offer.declined() => Ok(None),
        };
        offer.change(|view| {
            view.needs_answer = false;
            match outcome {
                Ok(Some(Outcome::Installed(plugin))) => {
                    view.stage = OfferStage::Installed;
                    view.plugin = Some(plugin);
                }
                Ok(Some(Outcome::UpToDate)) => view.stage = OfferStage::UpToDate,
                // The download may notice first that it was given up.
                Ok(None) | Err(HostError::Fetch(FetchError::Cancelled)) => {
                    view.stage = OfferStage::Declined;
                }
                Err(error) => {
                    view.stage = OfferStage::Failed;
                    view.problem = Some(error.to_string());
                }
            }
        });
        self.inner.pages_changed.send_replace(());
    }

    async fn carry_out(&self, offer: &Offer) -> Result<Outcome, HostError> {
        let installed = match &offer.updates {
            Some(id) => Some(self.record(id).await?),
            None => None,
        };
        let wanted = self.resolve(&offer.request, installed.as_ref()).await?;
        let here = |hash: &str| {
            let mut installed = installed.iter();
            installed.any(|record| record.hash == hash)
        };
        if wanted
            .expected
            .sha256
            .is_some_and(|hash| here(&hash.to_string()))
        {
            return Ok(Outcome::UpToDate);
        }
        let fetched = self.fetch(offer, &wanted, installed.as_ref()).await?;
        let package = tokio::task::spawn_blocking(move || Package::read(&fetched.file));
        let package = package.await.map_err(|_| HostError::ShuttingDown)??;
        if here(&package.hash) {
            return Ok(Outcome::UpToDate);
        }
        self.check_trust(&package, &wanted).await?;
        let name = installed.as_ref().map(|record| &record.id);
        let name = name.or(offer.request.name.as_ref());
        let id = name.map_or(package.manifest.id.as_str(), String::as_str);
        let before = self.inner.database.plugin(id).await?;
        let before = before.as_ref();
        let (inspection, inherited) = self.compare(&package, before).await?;
        let new = inspection.requests.iter().any(|request| request.is_new);
        let needs_answer = new || before.is_none_or(|record| !inherits(&package, record));
        offer.change(|view| {
            view.inspection = Some(inspection);
            view.needs_answer = needs_answer && offer.answer.borrow().is_none();
            if needs_answer {
                view.stage = OfferStage::Asking;
            }
        });
        self.inner.pages_changed.send_replace(());
        let mut grants = inherited;
        if needs_answer {
            let answer = offer.answered().await;
            for permission in answer.grant.iter() {
                grants.add(permission.clone());
            }
        }
        offer.change(|view| {
            view.stage = OfferStage::Installing;
            view.needs_answer = false;
        });
        let consent = Consent {
            grants,
            origin: wanted.origin,
            source: Some(wanted.kept),
            name: Some(id.parse()?),
        };
        let on_trial = || {
            offer.change(|view| view.stage = OfferStage::Trial);
            self.inner.pages_changed.send_replace(());
        };
        let installed = self.install_and_prove(package, consent, on_trial);
        Ok(Outcome::Installed(installed.await?.id))
    }

    async fn fetch(
        &self,
        offer: &Offer,
        wanted: &Wanted,
        installed: Option<&PluginRecord>,
    ) -> Result<Fetched, HostError> {
        offer.change(|view| view.stage = OfferStage::Fetching);
        let progress = watch::Sender::new(Progress::default());
        let mut told = progress.subscribe();
        let fetcher = &self.inner.fetcher;
        let fetch =
            fetcher.fetch_first(&wanted.sources, &wanted.expected, &progress, &offer.cancel);
        tokio::pin!(fetch);
        let mut manifest: Option<Arc<Manifest>> = None;
        loop {
            tokio::select! {
                fetched = &mut fetch => return Ok(fetched?),
                Ok(()) = told.changed() => {
                    let now = told.borrow_and_update().clone();
                    if manifest.is_none()
                        && let Some(known) = &now.manifest
                    {
                        manifest = Some(Arc::clone(known));
                        let first = self.first_sight(known, installed).await?;
                        offer.change(|view| view.inspection = Some(first));
                    }
                    offer.change(|view| {
                        view.received = now.received;
                        view.total = now.total;
                    });
                    self.inner.pages_changed.send_replace(());
                }
            }
        }
    }

    /// What can be said of a plugin of which only the manifest has come: it holds if all of it does.
    async fn first_sight(
        &self,
        manifest: &Manifest,
        installed: Option<&PluginRecord>,
    ) -> Result<InspectionView, HostError> {
        let before = match installed {
            Some(record) => Some(record.clone()),
            None => self.inner.database.plugin(manifest.id.as_str()).await?,
        };
        let key = PublicKey::of_publisher(manifest);
        self.inspection(manifest, "", key, before.as_ref()).await
    }
}

impl Offer {
    fn change(&self, change: impl FnOnce(&mut OfferView)) {
        self.view.send_modify(change);
    }

    async fn answered(&self) -> OfferAnswer {
        let mut answer = self.answer.subscribe();
        loop {
            if let Some(answer) = answer.borrow_and_update().clone() {
                return answer;
            }
            if answer.changed().await.is_err() {
                // The sender is ours, so this can't be; nothing granted is the safe answer.
                return OfferAnswer::default();
            }
        }
    }

    /// Ends when the user gives the offer up, but not any more once it is being installed: that happens
    /// wholly or not at all.
    async fn declined(&self) {
        self.cancel.cancelled().await;
        let mut view = self.view.subscribe();
        let stays =
            |view: &OfferView| matches!(view.stage, OfferStage::Installing | OfferStage::Trial);
        if view.wait_for(|view| stays(view)).now_or_never().is_some() {
            std::future::pending::<()>().await;
        }
    }
}
