//! Accounts of services.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use pato_host::{AccountView, GivenSecret, LoginRequest, LoginView};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::server::Shared;

/// The longest that a request waits for a login to end.
const MAX_WAIT: Duration = Duration::from_secs(25);

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(change, remove))
        .routes(routes!(authorize))
        .routes(routes!(begin))
        .routes(routes!(login, cancel))
}

/// The accounts, the first added first.
#[utoipa::path(
    get, path = "/api/accounts", tag = "accounts", responses((status = 200, body = Vec<AccountView>))
)]
async fn list(State(shared): State<Shared>) -> Result<Json<Vec<AccountView>>, ApiError> {
    Ok(Json(shared.host.accounts().await?))
}

/// What to change of an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountChanges {
    /// Whether the system's keyring keeps what opens it.
    remembered: bool,
}

/// Changes an account.
#[utoipa::path(
    patch, path = "/api/accounts/{handle}", tag = "accounts", request_body = AccountChanges,
    params(("handle" = String, Path, description = "The account")),
    responses((status = 200, body = AccountView), (status = 404, body = ErrorBody))
)]
async fn change(
    State(shared): State<Shared>,
    Path(handle): Path<String>,
    Json(changes): Json<AccountChanges>,
) -> Result<Json<AccountView>, ApiError> {
    let host = &shared.host;
    Ok(Json(
        host.remember_account(&handle, changes.remembered).await?,
    ))
}

/// Removes an account, and what opens it.
#[utoipa::path(
    delete, path = "/api/accounts/{handle}", tag = "accounts",
    params(("handle" = String, Path, description = "The account")),
    responses((status = 204), (status = 404, body = ErrorBody))
)]
async fn remove(
    State(shared): State<Shared>,
    Path(handle): Path<String>,
) -> Result<StatusCode, ApiError> {
    shared.host.remove_account(&handle).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is needed to log in anew.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Authorization {
    /// What the user has already, by its name.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>)]
    secrets: BTreeMap<String, GivenSecret>,
}

/// Begins to log in anew, with what granted plugins need by now.
#[utoipa::path(
    post, path = "/api/accounts/{handle}/authorize", tag = "accounts", request_body = Authorization,
    params(("handle" = String, Path, description = "The account")),
    responses((status = 200, body = LoginView), (status = 404, body = ErrorBody))
)]
async fn authorize(
    State(shared): State<Shared>,
    Path(handle): Path<String>,
    Json(authorization): Json<Authorization>,
) -> Result<Json<LoginView>, ApiError> {
    let host = &shared.host;
    Ok(Json(
        host.authorize_account(&handle, authorization.secrets)
            .await?,
    ))
}

/// Begins to log in to a service. Poll the login's own address until it is done.
#[utoipa::path(
    post, path = "/api/logins", tag = "accounts", request_body = LoginRequest,
    responses((status = 200, body = LoginView), (status = 422, body = ErrorBody))
)]
async fn begin(
    State(shared): State<Shared>,
    Json(request): Json<LoginRequest>,
) -> Result<Json<LoginView>, ApiError> {
    Ok(Json(shared.host.begin_login(request).await?))
}

/// How long to wait.
#[derive(Debug, Deserialize)]
struct Patience {
    #[serde(default)]
    wait_ms: u64,
}

/// How a login stands.
#[utoipa::path(
    get, path = "/api/logins/{id}", tag = "accounts",
    params(
        ("id" = u64, Path, description = "The login"),
        ("wait_ms" = Option<u64>, Query, description = "Wait up to so many milliseconds for its end"),
    ),
    responses((status = 200, body = LoginView), (status = 404, body = ErrorBody))
)]
async fn login(
    State(shared): State<Shared>,
    Path(id): Path<u64>,
    Query(patience): Query<Patience>,
) -> Result<Json<LoginView>, ApiError> {
    let patience = Duration::from_millis(patience.wait_ms).min(MAX_WAIT);
    Ok(Json(shared.host.login(id, patience).await?))
}

/// Gives a login up.
#[utoipa::path(
    delete, path = "/api/logins/{id}", tag = "accounts",
    params(("id" = u64, Path, description = "The login")),
    responses((status = 204), (status = 404, body = ErrorBody))
)]
async fn cancel(State(shared): State<Shared>, Path(id): Path<u64>) -> Result<StatusCode, ApiError> {
    shared.host.cancel_login(id)?;
    Ok(StatusCode::NO_CONTENT)
}
