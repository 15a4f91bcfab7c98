//! Plugins. The wire protocol calls them modules, and so do these addresses.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::StatusCode;
use pato_host::permissions::{Grants, Permission};
use pato_host::runtime::LogLine;
use pato_host::vault::Secret;
use pato_host::{
    Consent, Host, InspectionView, MAX_COMPONENT_BYTES, Origin, Package, PluginView, RequestView,
    SettingsView,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::invalid;
use crate::error::{ApiError, ErrorBody};
use crate::server::Shared;

pub(super) fn router() -> OpenApiRouter<Shared> {
    let uploads = OpenApiRouter::new()
        .routes(routes!(inspect))
        .routes(routes!(list, install))
        .layer(DefaultBodyLimit::max(
            MAX_COMPONENT_BYTES.try_into().unwrap_or(usize::MAX),
        ));
    OpenApiRouter::new()
        .routes(routes!(version))
        .routes(routes!(info, remove))
        .routes(routes!(act))
        .routes(routes!(grants, grant, revoke))
        .routes(routes!(settings, set_settings))
        .routes(routes!(logs))
        .routes(routes!(keep_secret))
        .merge(uploads)
}

/// The versions of the host and of its contract with plugins.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct Versions {
    /// Of Pato.
    version: String,
    /// Of the contract: what a manifest's `api_version` is compared with.
    api_version: String,
}

/// The versions of the host and of its contract with plugins.
#[utoipa::path(
    get, path = "/api/modules/version", tag = "modules", responses((status = 200, body = Versions))
)]
async fn version() -> Json<Versions> {
    Json(Versions {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        api_version: pato_host::permissions::CONTRACT_VERSION.to_string(),
    })
}

/// All installed plugins.
#[utoipa::path(
    get, path = "/api/modules", tag = "modules", responses((status = 200, body = Vec<PluginView>))
)]
async fn list(State(shared): State<Shared>) -> Result<Json<Vec<PluginView>>, ApiError> {
    Ok(Json(shared.host.plugins().await?))
}

/// What a plugin asks for. Installs nothing.
#[utoipa::path(
    post, path = "/api/modules/inspect", tag = "modules",
    request_body(content = Vec<u8>, content_type = "application/wasm"),
    responses((status = 200, body = InspectionView), (status = 422, body = ErrorBody))
)]
async fn inspect(
    State(shared): State<Shared>,
    body: Bytes,
) -> Result<Json<InspectionView>, ApiError> {
    inspection(&shared.host, body.into()).await.map(Json)
}

async fn inspection(host: &Host, bytes: Vec<u8>) -> Result<InspectionView, ApiError> {
    let package = Package::from_bytes(bytes).map_err(invalid)?;
    Ok(host.inspect(&package).await?)
}

/// Installs a plugin and starts it; one with the same id is replaced. What is granted is named by
/// `grant` parameters: `?grant=subscribe:chat.message&grant=call:chat.send`, and `origin=bundled` says
/// that it came with Pato.
#[utoipa::path(
    post, path = "/api/modules", tag = "modules",
    request_body(content = Vec<u8>, content_type = "application/wasm"),
    params(
        ("grant" = Vec<String>, Query, description = "A permission to grant; may be repeated"),
        ("origin" = Option<String>, Query, description = "`bundled` or `file`"),
    ),
    responses((status = 200, body = PluginView), (status = 422, body = ErrorBody))
)]
async fn install(
    State(shared): State<Shared>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Json<PluginView>, ApiError> {
    let query = query.unwrap_or_default();
    installation(&shared.host, &query, body.into())
        .await
        .map(Json)
}

async fn installation(host: &Host, query: &str, bytes: Vec<u8>) -> Result<PluginView, ApiError> {
    let mut grants = Grants::default();
    let mut origin = Origin::File;
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match (&*name, &*value) {
            ("grant", permission) => {
                grants.add(permission.parse::<Permission>().map_err(invalid)?);
            }
            ("origin", "bundled") => origin = Origin::Bundled,
            ("origin", "file") => origin = Origin::File,
            (name, value) => {
                return Err(invalid(format!(
                    "`{name}={value}`: known are `grant` and `origin`"
                )));
            }
        }
    }
    let package = Package::from_bytes(bytes).map_err(invalid)?;
    Ok(host.install(package, Consent::new(grants, origin)).await?)
}

/// Takes a plugin's file from a page that has no server: `path` is the address, with its query, that
/// another page would post it to. The answer is the same JSON.
///
/// # Errors
///
/// The JSON of what the server would answer with: no such address, or what is wrong with the file.
pub async fn upload(host: &Host, path: &str, bytes: Vec<u8>) -> Result<String, String> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let most = usize::try_from(MAX_COMPONENT_BYTES).unwrap_or(usize::MAX);
    let answer = match path {
        _ if bytes.len() > most => Err(ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            format!(
                "a plugin has at most {most} bytes, and this file has {}",
                bytes.len()
            ),
        )),
        "/api/modules/inspect" => inspection(host, bytes).await.and_then(|view| json(&view)),
        "/api/modules" => installation(host, query, bytes)
            .await
            .and_then(|view| json(&view)),
        _ => Err(ApiError::new(
            StatusCode::NOT_FOUND,
            "not-found",
            format!("nothing is uploaded to `{}`", path.escape_debug()),
        )),
    };
    answer.map_err(|error| json(&error.body).unwrap_or_else(|error| error.body.message))
}

fn json(value: &impl Serialize) -> Result<String, ApiError> {
    serde_json::to_string(value).map_err(invalid)
}

/// One plugin.
#[utoipa::path(
    get, path = "/api/modules/{id}", tag = "modules",
    params(("id" = String, Path, description = "The plugin")),
    responses((status = 200, body = PluginView), (status = 404, body = ErrorBody))
)]
async fn info(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<PluginView>, ApiError> {
    Ok(Json(shared.host.plugin(&id).await?))
}

/// Removes a plugin with all that it stored, and what it was granted.
#[utoipa::path(
    delete, path = "/api/modules/{id}", tag = "modules",
    params(("id" = String, Path, description = "The plugin")),
    responses((status = 204), (status = 404, body = ErrorBody))
)]
async fn remove(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    shared.host.remove(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What to do with a plugin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum PluginAct {
    /// Run now and at every start.
    Enable,
    /// Stop, now and at every start.
    Disable,
    /// Stop and start anew, out of quarantine too.
    Restart,
    /// Let events wait.
    Pause,
    /// Let them through again.
    Resume,
}

/// Enables, disables, restarts, pauses or resumes a plugin.
#[utoipa::path(
    post, path = "/api/modules/{id}/{act}", tag = "modules",
    params(("id" = String, Path, description = "The plugin"), ("act" = PluginAct, Path, description = "What to do")),
    responses((status = 200, body = PluginView), (status = 404, body = ErrorBody))
)]
async fn act(
    State(shared): State<Shared>,
    Path((id, act)): Path<(String, PluginAct)>,
) -> Result<Json<PluginView>, ApiError> {
    let host = &shared.host;
    let view = match act {
        PluginAct::Enable => host.enable(&id).await?,
        PluginAct::Disable => host.disable(&id).await?,
        PluginAct::Restart => host.restart(&id).await?,
        PluginAct::Pause => host.set_paused(&id, true).await?,
        PluginAct::Resume => host.set_paused(&id, false).await?,
    };
    Ok(Json(view))
}

/// What a plugin asks for, and what of it is granted.
#[utoipa::path(
    get, path = "/api/modules/{id}/grants", tag = "modules",
    params(("id" = String, Path, description = "The plugin")),
    responses((status = 200, body = Vec<RequestView>), (status = 404, body = ErrorBody))
)]
async fn grants(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Vec<RequestView>>, ApiError> {
    Ok(Json(shared.host.plugin(&id).await?.requests))
}

/// A permission to grant or to take back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PermissionBody {
    /// As one types it: `call:chat.send`.
    permission: String,
}

/// Grants a permission that the plugin asks for, at once.
#[utoipa::path(
    post, path = "/api/modules/{id}/grants", tag = "modules", request_body = PermissionBody,
    params(("id" = String, Path, description = "The plugin")),
    responses((status = 200, body = PluginView), (status = 422, body = ErrorBody))
)]
async fn grant(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Json(body): Json<PermissionBody>,
) -> Result<Json<PluginView>, ApiError> {
    Ok(Json(shared.host.grant(&id, &body.permission).await?))
}

/// Takes a permission back, at once.
#[utoipa::path(
    delete, path = "/api/modules/{id}/grants", tag = "modules", request_body = PermissionBody,
    params(("id" = String, Path, description = "The plugin")),
    responses((status = 200, body = PluginView), (status = 422, body = ErrorBody))
)]
async fn revoke(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Json(body): Json<PermissionBody>,
) -> Result<Json<PluginView>, ApiError> {
    Ok(Json(shared.host.revoke(&id, &body.permission).await?))
}

/// A plugin's settings.
#[utoipa::path(
    get, path = "/api/modules/{id}/settings", tag = "modules",
    params(("id" = String, Path, description = "The plugin")),
    responses((status = 200, body = SettingsView), (status = 404, body = ErrorBody))
)]
async fn settings(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<SettingsView>, ApiError> {
    Ok(Json(shared.host.settings(&id).await?))
}

/// Changes settings; null brings one back to its default. All are changed or none.
#[utoipa::path(
    patch, path = "/api/modules/{id}/settings", tag = "modules", request_body = Object,
    params(("id" = String, Path, description = "The plugin")),
    responses((status = 200, body = SettingsView), (status = 422, body = ErrorBody))
)]
async fn set_settings(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Json(values): Json<BTreeMap<String, Value>>,
) -> Result<Json<SettingsView>, ApiError> {
    Ok(Json(shared.host.set_settings(&id, values).await?))
}

/// A plugin's latest log lines, oldest first, 1,000 at the most.
#[utoipa::path(
    get, path = "/api/modules/{id}/logs", tag = "modules",
    params(("id" = String, Path, description = "The plugin")),
    responses((status = 200, body = Vec<Object>), (status = 404, body = ErrorBody))
)]
async fn logs(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Vec<LogLine>>, ApiError> {
    Ok(Json(shared.host.logs(&id, 1_000).await?))
}

/// A secret for a plugin.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SecretBody {
    /// Its name, as the plugin's manifest has it.
    name: String,
    /// The secret itself.
    #[schema(value_type = String)]
    value: Secret,
}

/// Keeps a secret that the plugin's manifest names, in memory. It can't be read back.
#[utoipa::path(
    post, path = "/api/modules/{id}/secrets", tag = "modules", request_body = SecretBody,
    params(("id" = String, Path, description = "The plugin")),
    responses((status = 204), (status = 422, body = ErrorBody))
)]
async fn keep_secret(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Json(body): Json<SecretBody>,
) -> Result<StatusCode, ApiError> {
    shared.host.keep_secret(&id, &body.name, body.value).await?;
    Ok(StatusCode::NO_CONTENT)
}
