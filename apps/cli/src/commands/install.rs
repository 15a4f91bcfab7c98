//! `pato plugin install` and `pato plugin update`: a progress bar, one question, and it runs.

use std::io::IsTerminal;
use std::time::Duration;

use anstream::{eprintln, println};
use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use owo_colors::OwoColorize;
use pato_host::{InspectionView, OfferStage, OfferView, PluginView, RequestView};
use reqwest::Method;
use serde_json::{Value, json};

use super::plugin::{answer, choose};
use crate::arguments::{GrantOptions, InstallOptions, UpdateOptions};
use crate::client::Client;
use crate::output::{Output, state, word};

/// How often the host is asked how far it is.
const LOOK: Duration = Duration::from_millis(100);

/// `pato plugin install REFERENCE`
pub(super) async fn install(
    client: &Client,
    options: InstallOptions,
    output: &Output,
) -> anyhow::Result<()> {
    let path = std::path::Path::new(&options.reference);
    // The host has a working folder of its own.
    let reference = match path.exists() {
        true => std::path::absolute(path)?.display().to_string(),
        false => options.reference.clone(),
    };
    let body = json!({
        "reference": reference,
        "name": options.name,
        "sha256": options.sha256,
    });
    let offer: OfferView = client.post("/api/library/offers", &body).await?;
    let end = follow(client, offer, &options.grants, options.wait, output).await?;
    finish(client, &end, output).await
}

/// `pato plugin update [ID]`
pub(super) async fn update(
    client: &Client,
    options: UpdateOptions,
    output: &Output,
) -> anyhow::Result<()> {
    let offers: Vec<OfferView> = match &options.id {
        Some(id) => {
            let path = format!("/api/modules/{id}/update");
            let body = json!({ "version": options.version });
            vec![client.post(&path, &body).await?]
        }
        None => client.post("/api/library/updates", &json!({})).await?,
    };
    if offers.is_empty() {
        output.done("Everything is up to date, as far as your lists know.");
        return Ok(());
    }
    let mut failed = 0;
    for offer in offers {
        let end = follow(client, offer, &options.grants, options.wait, output).await?;
        if let Err(error) = finish(client, &end, output).await {
            if options.id.is_some() {
                return Err(error);
            }
            failed += 1;
            eprintln!("{} {error:#}", "error:".red().bold());
        }
    }
    match failed {
        0 => Ok(()),
        count => bail!("{count} of the updates failed; what was installed before runs on"),
    }
}

/// Shows how far it comes, and asks when there is something to decide. Ctrl-C gives it up.
async fn follow(
    client: &Client,
    mut offer: OfferView,
    grants: &GrantOptions,
    wait: bool,
    output: &Output,
) -> anyhow::Result<OfferView> {
    let path = format!("/api/library/offers/{}", offer.id);
    let progress = match output.is_json() {
        true => ProgressBar::hidden(),
        false => ProgressBar::new(0).with_style(style()?),
    };
    progress.enable_steady_tick(LOOK);
    let mut answered = false;
    loop {
        show(&progress, &offer);
        if offer.stage.is_final() || (offer.stage == OfferStage::Trial && !wait) {
            break;
        }
        // Once its manifest is here people can be asked, while the rest comes.
        if let Some(inspection) = &offer.inspection
            && !answered
            && (offer.needs_answer || offer.stage == OfferStage::Fetching)
            && inspection.installed_version.is_none() | offer.needs_answer
        {
            let granted = progress.suspend(|| decide(inspection, grants, output));
            let granted = match granted {
                Ok(granted) => granted,
                Err(error) => {
                    client
                        .send::<Value>(Method::DELETE, &path, &json!({}))
                        .await?;
                    return Err(error);
                }
            };
            let body = json!({ "grant": granted });
            client
                .post::<OfferView>(&format!("{path}/accept"), &body)
                .await?;
            answered = true;
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = tokio::signal::ctrl_c() => {
                client.send::<Value>(Method::DELETE, &path, &json!({})).await?;
                bail!("given up: nothing was installed");
            }
        }
        offer = client.get(&path).await?;
    }
    progress.finish_and_clear();
    Ok(offer)
}

fn style() -> anyhow::Result<ProgressStyle> {
    ProgressStyle::with_template("{spinner} {msg} {wide_bar} {bytes}/{total_bytes}")
        .context("the progress bar has no such form")
}

fn show(progress: &ProgressBar, offer: &OfferView) {
    let name = match &offer.inspection {
        Some(inspection) => format!("{} {}", inspection.name, inspection.version),
        None => offer.reference.clone(),
    };
    progress.set_length(offer.total.unwrap_or(offer.received));
    progress.set_position(offer.received);
    progress.set_message(match offer.stage {
        OfferStage::Resolving => format!("Looking for {name}"),
        OfferStage::Fetching => format!("Fetching {name}"),
        OfferStage::Asking => format!("{name} waits for your answer"),
        OfferStage::Installing => format!("Compiling {name}"),
        OfferStage::Trial => format!("{name} is on trial"),
        _ => name,
    });
}

fn decide(
    inspection: &InspectionView,
    grants: &GrantOptions,
    output: &Output,
) -> anyhow::Result<Vec<String>> {
    for warning in &inspection.warnings {
        output.note(&format!("{} {warning}", "warning:".yellow().bold()));
    }
    let asked: Vec<&RequestView> = inspection
        .requests
        .iter()
        .filter(|request| !request.granted)
        .collect();
    if grants.grant_all {
        return Ok(asked.iter().map(|one| one.permission.to_string()).collect());
    }
    if !grants.grant.is_empty() || asked.is_empty() {
        return Ok(grants.grant.clone());
    }
    if !std::io::stdin().is_terminal() || output.is_json() {
        // Nobody can be asked: nothing is added.
        return Ok(Vec::new());
    }
    ask(inspection, &asked)
}

/// Says who it is by, and asks which of these to grant.
pub(crate) fn ask(
    inspection: &InspectionView,
    asked: &[&RequestView],
) -> anyhow::Result<Vec<String>> {
    introduce(inspection);
    choose(asked)
}

/// Who made it, and who vouches for it.
fn introduce(inspection: &InspectionView) {
    let before = inspection.installed_version.as_ref();
    eprintln!(
        "{} {} by {}{}",
        inspection.name.bold(),
        inspection.version,
        inspection.author,
        before
            .map(|version| format!(", in place of {version}"))
            .unwrap_or_default()
    );
    match &inspection.publisher {
        Some(publisher) if publisher.known => {
            eprintln!("  signed by the same key as before: {}", publisher.words);
        }
        Some(publisher) => eprintln!(
            "  signed by a key that is new here: {} (compare it with what the author publishes)",
            publisher.words.bold()
        ),
        None if inspection.hash.is_empty() => {}
        None => eprintln!(
            "  {} nobody vouches for who made it; what you grant holds for exactly this file",
            "unsigned:".yellow().bold()
        ),
    }
}

async fn finish(client: &Client, offer: &OfferView, output: &Output) -> anyhow::Result<()> {
    let name = match &offer.inspection {
        Some(inspection) => inspection.name.clone(),
        None => offer.reference.clone(),
    };
    match offer.stage {
        OfferStage::Failed => bail!(
            "{}",
            offer
                .problem
                .as_deref()
                .unwrap_or("it failed, without a reason")
        ),
        OfferStage::Declined => bail!("given up: nothing was installed"),
        OfferStage::UpToDate => {
            output.done(&format!("{name} is up to date."));
            Ok(())
        }
        _ => {
            let id = offer.plugin.clone().or_else(|| {
                let inspection = offer.inspection.as_ref()?;
                Some(inspection.id.clone())
            });
            let id = id.context("the host does not say what it installed")?;
            let view: PluginView = client.get(&format!("/api/modules/{id}")).await?;
            output.result(&view, |view| tell(view, offer))
        }
    }
}

fn tell(view: &PluginView, offer: &OfferView) {
    match &view.trial {
        Some(version) => println!(
            "{} {version} runs, on trial; {} stands by in case it fails.",
            view.name, view.version
        ),
        None => println!(
            "{} {} was added, and is {}.",
            view.name,
            view.version,
            state(&word(&view.state))
        ),
    }
    if offer.stage != OfferStage::Trial {
        for request in view.requests.iter().filter(|request| !request.granted) {
            println!("{}", not_granted(&view.id, request));
        }
    }
}

/// How one says that a permission is missing, and what gives it.
pub(crate) fn not_granted(id: &str, request: &RequestView) -> String {
    format!(
        "Not granted: {}. To allow it: {}",
        request.meaning_with_danger(),
        format!("pato plugin grant {id} {}", request.permission).bold()
    )
}

/// Whether the user means it.
pub(super) fn confirm(question: &str) -> anyhow::Result<bool> {
    anstream::eprint!("{question} [y/n]: ");
    Ok(matches!(answer()?.as_str(), "y" | "yes"))
}
