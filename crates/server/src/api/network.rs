//! Phones and tablets on the same network.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use pato_host::{NetworkView, PairingCodeView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::server::Shared;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(view))
        .routes(routes!(open))
        .routes(routes!(close))
        .routes(routes!(code))
        .routes(routes!(remove_device))
}

/// Whether devices can reach Pato, where, and which are paired.
#[utoipa::path(
    get, path = "/api/network", tag = "network", responses((status = 200, body = NetworkView))
)]
async fn view(State(shared): State<Shared>) -> Result<Json<NetworkView>, ApiError> {
    Ok(Json(shared.host.network().await?))
}

/// Opens Pato to paired devices on the network, also after a restart. The server begins to listen soon
/// after; `GET` tells where, or why not.
#[utoipa::path(post, path = "/api/network/open", tag = "network", responses((status = 202)))]
async fn open(State(shared): State<Shared>) -> Result<StatusCode, ApiError> {
    shared.host.set_network_open(true).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Closes Pato to the network, and ends what devices have open.
#[utoipa::path(post, path = "/api/network/close", tag = "network", responses((status = 202)))]
async fn close(State(shared): State<Shared>) -> Result<StatusCode, ApiError> {
    shared.host.set_network_open(false).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Makes a code that pairs one device within 2 minutes, in place of the one before.
#[utoipa::path(
    post, path = "/api/network/code", tag = "network",
    responses((status = 200, body = PairingCodeView), (status = 409, body = ErrorBody))
)]
async fn code(State(shared): State<Shared>) -> Result<Json<PairingCodeView>, ApiError> {
    Ok(Json(shared.host.begin_pairing()?))
}

/// Ends what a device may do, and what it has open.
#[utoipa::path(
    delete, path = "/api/network/devices/{id}", tag = "network",
    params(("id" = u32, Path, description = "The device")),
    responses((status = 204), (status = 404, body = ErrorBody))
)]
async fn remove_device(
    State(shared): State<Shared>,
    Path(id): Path<u32>,
) -> Result<StatusCode, ApiError> {
    shared.host.remove_device(id).await?;
    Ok(StatusCode::NO_CONTENT)
}
