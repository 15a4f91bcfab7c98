use axum::Json;
use axum::extract::{Path, Query, State};
use pato_events::wire::EventFrame;
use pato_events::{Event, Pattern};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::invalid;
use crate::error::{ApiError, ErrorBody};
use crate::server::Shared;

/// The most events in one answer.
const MAX_EVENTS: usize = 1_000;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(history, emit))
        .routes(routes!(chain))
        .routes(routes!(simulate))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HistoryQuery {
    /// Which topics: `chat.*`, `obs.**`; all if left out.
    #[serde(default = "everything")]
    pattern: String,
    /// How many at the most, up to 1,000.
    #[serde(default = "hundred")]
    limit: usize,
}

fn everything() -> String {
    "**".to_owned()
}

fn hundred() -> usize {
    100
}

fn frames<'a>(events: impl IntoIterator<Item = &'a Event>) -> Json<Vec<EventFrame>> {
    Json(
        events
            .into_iter()
            .map(|event| EventFrame::new(event, true))
            .collect(),
    )
}

/// The latest events, oldest first, as far as the host remembers.
#[utoipa::path(
    get, path = "/api/events", tag = "events", params(HistoryQuery),
    responses((status = 200, body = Vec<Object>), (status = 422, body = ErrorBody))
)]
async fn history(
    State(shared): State<Shared>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<Vec<EventFrame>>, ApiError> {
    let pattern = Pattern::new(&query.pattern).map_err(invalid)?;
    let events = shared.host.history(&pattern, query.limit.min(MAX_EVENTS));
    Ok(frames(events.iter().map(AsRef::as_ref)))
}

/// An event to publish.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EmitBody {
    /// Its topic.
    topic: String,
    /// Its payload, in the shape of the topic's schema.
    #[serde(default)]
    #[schema(value_type = Object)]
    data: Map<String, Value>,
}

/// Publishes an event. One whose topic belongs to a connector is marked as simulated.
#[utoipa::path(
    post, path = "/api/events", tag = "events", request_body = EmitBody,
    responses((status = 200, body = Object), (status = 422, body = ErrorBody))
)]
async fn emit(
    State(shared): State<Shared>,
    Json(body): Json<EmitBody>,
) -> Result<Json<EventFrame>, ApiError> {
    let event = shared
        .host
        .emit(&body.topic, &Value::Object(body.data).to_string())?;
    Ok(Json(EventFrame::new(&event, true)))
}

/// An event and what led to it, as far as the host remembers.
#[utoipa::path(
    get, path = "/api/events/{id}/chain", tag = "events",
    params(("id" = String, Path, description = "The event")),
    responses((status = 200, body = Vec<Object>))
)]
async fn chain(State(shared): State<Shared>, Path(id): Path<String>) -> Json<Vec<EventFrame>> {
    let events = shared.host.chain(&id);
    frames(events.iter().map(AsRef::as_ref))
}

/// Makes the simulator invent one event: the topic's example, changed by `data`.
#[utoipa::path(
    post, path = "/api/simulate", tag = "events", request_body = EmitBody,
    responses((status = 200, body = Object), (status = 422, body = ErrorBody))
)]
async fn simulate(
    State(shared): State<Shared>,
    Json(body): Json<EmitBody>,
) -> Result<Json<EventFrame>, ApiError> {
    let event = shared
        .host
        .simulate(&body.topic, &Value::Object(body.data))?;
    Ok(Json(EventFrame::new(&event, true)))
}
