//! Plugins on their way in, lists of plugins, updates, earlier versions.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use pato_host::{
    ImportView, IndexView, ListingView, OfferAnswer, OfferRequest, OfferView, PluginView, SetUp,
    UpdateView, VersionView,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::server::Shared;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(offers, offer))
        .routes(routes!(offer_view, decline))
        .routes(routes!(accept))
        .routes(routes!(indexes, add_index, remove_index))
        .routes(routes!(refresh))
        .routes(routes!(search))
        .routes(routes!(updates, update_all))
        .routes(routes!(update))
        .routes(routes!(versions))
        .routes(routes!(roll_back))
        .routes(routes!(pin))
        .routes(routes!(forget_publisher))
        .routes(routes!(export))
        .routes(routes!(import))
}

/// The plugins on their way in, and those that came since the host started, the latest first.
#[utoipa::path(
    get, path = "/api/library/offers", tag = "library", responses((status = 200, body = Vec<OfferView>))
)]
async fn offers(State(shared): State<Shared>) -> Json<Vec<OfferView>> {
    Json(shared.host.offers())
}

/// Begins to fetch a plugin. It is installed when it is here, whole, and the user has agreed.
#[utoipa::path(
    post, path = "/api/library/offers", tag = "library", request_body = OfferRequest,
    responses((status = 200, body = OfferView), (status = 422, body = ErrorBody))
)]
async fn offer(
    State(shared): State<Shared>,
    Json(request): Json<OfferRequest>,
) -> Result<Json<OfferView>, ApiError> {
    Ok(Json(shared.host.offer(request)?))
}

/// How far a plugin on its way in has come.
#[utoipa::path(
    get, path = "/api/library/offers/{id}", tag = "library",
    params(("id" = u64, Path, description = "The offer")),
    responses((status = 200, body = OfferView), (status = 404, body = ErrorBody))
)]
async fn offer_view(
    State(shared): State<Shared>,
    Path(id): Path<u64>,
) -> Result<Json<OfferView>, ApiError> {
    Ok(Json(shared.host.offer_view(id)?))
}

/// Gives a plugin up that is on its way in.
#[utoipa::path(
    delete, path = "/api/library/offers/{id}", tag = "library",
    params(("id" = u64, Path, description = "The offer")),
    responses((status = 200, body = OfferView), (status = 404, body = ErrorBody))
)]
async fn decline(
    State(shared): State<Shared>,
    Path(id): Path<u64>,
) -> Result<Json<OfferView>, ApiError> {
    Ok(Json(shared.host.decline_offer(id)?))
}

/// Agrees to a plugin that is on its way in. That may be before its last byte has come.
#[utoipa::path(
    post, path = "/api/library/offers/{id}/accept", tag = "library", request_body = OfferAnswer,
    params(("id" = u64, Path, description = "The offer")),
    responses((status = 200, body = OfferView), (status = 409, body = ErrorBody))
)]
async fn accept(
    State(shared): State<Shared>,
    Path(id): Path<u64>,
    Json(answer): Json<OfferAnswer>,
) -> Result<Json<OfferView>, ApiError> {
    Ok(Json(shared.host.accept_offer(id, answer)?))
}

/// The lists of plugins, the most important first.
#[utoipa::path(
    get, path = "/api/library/indexes", tag = "library", responses((status = 200, body = Vec<IndexView>))
)]
async fn indexes(State(shared): State<Shared>) -> Result<Json<Vec<IndexView>>, ApiError> {
    Ok(Json(shared.host.indexes().await?))
}

/// A list of plugins.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewIndex {
    /// Its address.
    pub(crate) url: String,
    /// The key that signs it; without, it is taken unsigned.
    #[serde(default)]
    pub(crate) key: Option<String>,
    /// Which comes first where several have the same plugin: the smallest.
    #[serde(default)]
    pub(crate) priority: u32,
}

/// Adds a list of plugins, once it could be fetched.
#[utoipa::path(
    post, path = "/api/library/indexes", tag = "library", request_body = NewIndex,
    responses((status = 200, body = IndexView), (status = 422, body = ErrorBody))
)]
async fn add_index(
    State(shared): State<Shared>,
    Json(new): Json<NewIndex>,
) -> Result<Json<IndexView>, ApiError> {
    let index = shared
        .host
        .add_index(&new.url, new.key.as_deref(), new.priority);
    Ok(Json(index.await?))
}

/// Which list.
#[derive(Debug, Deserialize, IntoParams)]
struct Address {
    /// Its address.
    url: String,
}

/// Removes a list. What was installed from it stays.
#[utoipa::path(
    delete, path = "/api/library/indexes", tag = "library", params(Address),
    responses((status = 204), (status = 404, body = ErrorBody))
)]
async fn remove_index(
    State(shared): State<Shared>,
    Query(index): Query<Address>,
) -> Result<StatusCode, ApiError> {
    shared.host.remove_index(&index.url).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Fetches every list anew.
#[utoipa::path(
    post, path = "/api/library/refresh", tag = "library", responses((status = 200, body = Vec<IndexView>))
)]
async fn refresh(State(shared): State<Shared>) -> Result<Json<Vec<IndexView>>, ApiError> {
    Ok(Json(shared.host.refresh_indexes().await?))
}

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
struct Words {
    /// Words that must stand in the id, name, description or author; none means everything.
    #[serde(default)]
    text: String,
}

/// Looks through all lists.
#[utoipa::path(
    get, path = "/api/library/search", tag = "library", params(Words),
    responses((status = 200, body = Vec<ListingView>))
)]
async fn search(
    State(shared): State<Shared>,
    Query(words): Query<Words>,
) -> Result<Json<Vec<ListingView>>, ApiError> {
    Ok(Json(shared.host.search(&words.text).await?))
}

/// The newer versions of installed plugins that the lists name.
#[utoipa::path(
    get, path = "/api/library/updates", tag = "library", responses((status = 200, body = Vec<UpdateView>))
)]
async fn updates(State(shared): State<Shared>) -> Result<Json<Vec<UpdateView>>, ApiError> {
    Ok(Json(shared.host.updates().await?))
}

/// Begins to update every plugin that has a newer version in a list.
#[utoipa::path(
    post, path = "/api/library/updates", tag = "library", responses((status = 200, body = Vec<OfferView>))
)]
async fn update_all(State(shared): State<Shared>) -> Result<Json<Vec<OfferView>>, ApiError> {
    Ok(Json(shared.host.update_all().await?))
}

/// Which version.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct Version {
    /// None means the newest, or the latest before.
    version: Option<String>,
}

/// Begins to fetch a newer version of a plugin; it goes on by itself if it asks for nothing new.
#[utoipa::path(
    post, path = "/api/modules/{id}/update", tag = "library", request_body = Version,
    params(("id" = String, Path, description = "The plugin")),
    responses((status = 200, body = OfferView), (status = 422, body = ErrorBody))
)]
async fn update(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Json(wanted): Json<Version>,
) -> Result<Json<OfferView>, ApiError> {
    let offer = shared.host.update(&id, wanted.version.as_deref()).await?;
    Ok(Json(offer))
}

/// The earlier versions of a plugin that can be gone back to, the latest first.
#[utoipa::path(
    get, path = "/api/modules/{id}/versions", tag = "library",
    params(("id" = String, Path, description = "The plugin")),
    responses((status = 200, body = Vec<VersionView>), (status = 404, body = ErrorBody))
)]
async fn versions(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Vec<VersionView>>, ApiError> {
    Ok(Json(shared.host.versions(&id).await?))
}

/// Goes back to an earlier version, with what it had stored and was granted then.
#[utoipa::path(
    post, path = "/api/modules/{id}/rollback", tag = "library", request_body = Version,
    params(("id" = String, Path, description = "The plugin")),
    responses((status = 200, body = PluginView), (status = 422, body = ErrorBody))
)]
async fn roll_back(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Json(wanted): Json<Version>,
) -> Result<Json<PluginView>, ApiError> {
    let view = shared
        .host
        .roll_back(&id, wanted.version.as_deref())
        .await?;
    Ok(Json(view))
}

/// Whether a plugin stays at its version.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Pin {
    /// Whether it stays.
    pinned: bool,
}

/// Lets a plugin stay at its version, or lets it be updated again.
#[utoipa::path(
    put, path = "/api/modules/{id}/pin", tag = "library", request_body = Pin,
    params(("id" = String, Path, description = "The plugin")),
    responses((status = 200, body = PluginView), (status = 404, body = ErrorBody))
)]
async fn pin(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Json(pin): Json<Pin>,
) -> Result<Json<PluginView>, ApiError> {
    Ok(Json(shared.host.set_pinned(&id, pin.pinned).await?))
}

/// Forgets the key that signed a plugin, so that one of another key can be installed.
#[utoipa::path(
    delete, path = "/api/modules/{id}/publisher", tag = "library",
    params(("id" = String, Path, description = "The plugin's id, installed or not")),
    responses((status = 204), (status = 404, body = ErrorBody))
)]
async fn forget_publisher(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    shared.host.forget_publisher(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The whole set-up: plugins by reference and hash, grants, settings, arrangement. No secret is in it.
#[utoipa::path(
    get, path = "/api/set-up", tag = "library", responses((status = 200, body = SetUp))
)]
async fn export(State(shared): State<Shared>) -> Result<Json<SetUp>, ApiError> {
    Ok(Json(shared.host.export().await?))
}

/// Brings this machine to a set-up. What is installed besides stays.
#[utoipa::path(
    post, path = "/api/set-up", tag = "library", request_body = SetUp,
    responses((status = 200, body = ImportView), (status = 422, body = ErrorBody))
)]
async fn import(
    State(shared): State<Shared>,
    Json(set_up): Json<SetUp>,
) -> Result<Json<ImportView>, ApiError> {
    Ok(Json(shared.host.import(set_up).await?))
}
