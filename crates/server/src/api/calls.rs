//! Calls from one plugin to another, and the user's own.

use axum::Json;
use axum::extract::State;
use pato_host::runtime::CallEdge;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::server::Shared;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(edges, call))
}

/// What the plugins that are loaded call in each other: who, in whom, whether it may, and how often it did.
#[utoipa::path(
    get, path = "/api/calls", tag = "modules", responses((status = 200, body = Vec<Object>))
)]
async fn edges(State(shared): State<Shared>) -> Json<Vec<CallEdge>> {
    Json(shared.host.calls())
}

/// A function of an interface that a plugin offers to others.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FunctionBody {
    /// The plugin's id.
    plugin: String,
    /// The interface: `points`, or in full `ronni:points/points@1.0.0`.
    interface: String,
    /// The function in it.
    function: String,
    /// Its arguments, in WAVE, with commas between them: `"ronni", 5`.
    #[serde(default)]
    arguments: String,
}

/// What a function answered.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct FunctionAnswer {
    /// In WAVE: `ok(5)`.
    answer: String,
}

/// Calls a function that a plugin offers to others.
#[utoipa::path(
    post, path = "/api/calls", tag = "modules", request_body = FunctionBody,
    responses((status = 200, body = FunctionAnswer), (status = "4XX", body = ErrorBody), (status = "5XX", body = ErrorBody))
)]
async fn call(
    State(shared): State<Shared>,
    Json(body): Json<FunctionBody>,
) -> Result<Json<FunctionAnswer>, ApiError> {
    let FunctionBody {
        plugin,
        interface,
        function,
        arguments,
    } = body;
    let host = &shared.host;
    let answer = host.call_function(&plugin, &interface, &function, &arguments);
    Ok(Json(FunctionAnswer {
        answer: answer.await?,
    }))
}
