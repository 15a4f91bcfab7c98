//! Recording what happens, and playing it again.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use pato_events::{Event, Pattern};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::invalid;
use crate::error::{ApiError, ErrorBody};
use crate::server::Shared;

/// The most bytes of events in one request.
const MAX_REPLAY_BYTES: usize = 16 << 20;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(record))
        .routes(routes!(replay))
        .layer(DefaultBodyLimit::max(MAX_REPLAY_BYTES))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RecordingQuery {
    /// Which topics: `chat.*`, `obs.**`; all if left out.
    #[serde(default = "everything")]
    pattern: String,
}

fn everything() -> String {
    "**".to_owned()
}

/// Records what happens until the client goes away: lines of JSON, the first of which says what this
/// is. Secrets are blotted out.
#[utoipa::path(
    get, path = "/api/recording", tag = "events", params(RecordingQuery),
    responses(
        (status = 200, body = String, content_type = "application/x-ndjson"),
        (status = 422, body = ErrorBody),
    )
)]
async fn record(
    State(shared): State<Shared>,
    Query(query): Query<RecordingQuery>,
) -> Result<Response, ApiError> {
    let pattern = Pattern::new(&query.pattern).map_err(invalid)?;
    let recording = shared.host.record_events(pattern);
    let lines = stream::unfold(recording, |mut recording| async move {
        let lines = recording.next().await?;
        Some((lines.map(Bytes::from), recording))
    });
    let kind = [(CONTENT_TYPE, "application/x-ndjson")];
    Ok((kind, Body::from_stream(lines)).into_response())
}

/// Recorded events.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Replay {
    /// As a recording has them.
    #[schema(value_type = Vec<Object>)]
    events: Vec<Event>,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
struct Replayed {
    /// How many of the events the plugin is subscribed to.
    wanted: usize,
}

/// Plays recorded events into one plugin, marked as replayed, and into nothing else.
#[utoipa::path(
    post, path = "/api/modules/{id}/replay", tag = "modules", request_body = Replay,
    params(("id" = String, Path, description = "The plugin")),
    responses((status = 200, body = Replayed), (status = 409, body = ErrorBody))
)]
async fn replay(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Json(replay): Json<Replay>,
) -> Result<Json<Replayed>, ApiError> {
    let wanted = shared.host.replay(&id, replay.events)?;
    Ok(Json(Replayed { wanted }))
}
