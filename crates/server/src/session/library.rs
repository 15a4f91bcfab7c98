//! What a page does with lists of plugins, with plugins on their way in, and with what was written down.

use pato_host::{AuditQuery, Host, OfferAnswer, OfferRequest, SetUp};
use serde::Deserialize;
use serde_json::json;

use super::control::{Answer, Params, done};
use super::raw;
use crate::api::library::NewIndex;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Offer {
    id: u64,
}

#[derive(Deserialize)]
struct Accept {
    id: u64,
    #[serde(flatten)]
    answer: OfferAnswer,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Address {
    url: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Import {
    set_up: SetUp,
}

pub(super) async fn perform(host: &Host, params: Params<'_>) -> Answer {
    match params.name {
        "library.offer" => raw(&host.offer(params.read::<OfferRequest>()?)?),
        "library.accept" => {
            let Accept { id, answer } = params.read()?;
            raw(&host.accept_offer(id, answer)?)
        }
        "library.decline" => raw(&host.decline_offer(params.read::<Offer>()?.id)?),
        "library.add-index" => {
            let NewIndex { url, key, priority } = params.read()?;
            raw(&host.add_index(&url, key.as_deref(), priority).await?)
        }
        "library.remove-index" => {
            host.remove_index(&params.read::<Address>()?.url).await?;
            done()
        }
        "library.refresh" => raw(&host.refresh_indexes().await?),
        "library.search" => raw(&host.search(&params.read::<Words>()?.text).await?),
        "library.update-all" => raw(&host.update_all().await?),
        "library.export" => raw(&host.export().await?),
        "library.import" => raw(&host.import(params.read::<Import>()?.set_up).await?),
        "audit.search" => raw(&host.audit(params.read::<AuditQuery>()?).await?),
        "backup.list" => raw(&host.backups()),
        "backup.make" => raw(&json!({ "backup": host.back_up("by-hand").await? })),
        _ => Err(params.unknown()),
    }
}
