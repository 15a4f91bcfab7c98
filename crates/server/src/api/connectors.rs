use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use pato_host::ConnectorView;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::server::Shared;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(retry))
}

/// The connectors, with the state of each.
#[utoipa::path(
    get, path = "/api/connectors", tag = "connectors",
    responses((status = 200, body = Vec<ConnectorView>))
)]
async fn list(State(shared): State<Shared>) -> Json<Vec<ConnectorView>> {
    Json(shared.host.connectors())
}

/// Tries to connect now, instead of at the next try.
#[utoipa::path(
    post, path = "/api/connectors/{id}/retry", tag = "connectors",
    params(("id" = String, Path, description = "The connector")),
    responses((status = 202), (status = 404, body = ErrorBody))
)]
async fn retry(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    if shared.host.reconnect(&id) {
        return Ok(StatusCode::ACCEPTED);
    }
    let message = format!("there is no connector `{id}`: `pato connector list` shows them");
    Err(ApiError::new(StatusCode::NOT_FOUND, "not-found", message))
}
