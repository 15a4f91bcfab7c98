//! What plugins ask for while they run, what was decided, and copies of the database.

use axum::Json;
use axum::extract::{Path, Query, State};
use pato_host::permissions::Permission;
use pato_host::{AuditQuery, AuditView, BackupView, Decision, PluginView, QuestionView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::server::Shared;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(questions))
        .routes(routes!(decide))
        .routes(routes!(audit))
        .routes(routes!(backups, back_up))
}

/// What plugins wanted to do, ask for in their manifests, and were not granted, the oldest first.
#[utoipa::path(
    get, path = "/api/questions", tag = "consent", responses((status = 200, body = Vec<QuestionView>))
)]
async fn questions(State(shared): State<Shared>) -> Result<Json<Vec<QuestionView>>, ApiError> {
    Ok(Json(shared.host.questions().await?))
}

/// What the user says to a question.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Answer {
    /// As one types it: `call:chat.send`.
    #[schema(value_type = String)]
    permission: Permission,
    /// `once`, `always` or `never`.
    decision: Decision,
}

/// Answers what a plugin asks for. It takes effect at once.
#[utoipa::path(
    post, path = "/api/modules/{id}/decide", tag = "consent", request_body = Answer,
    params(("id" = String, Path, description = "The plugin")),
    responses((status = 200, body = PluginView), (status = 422, body = ErrorBody))
)]
async fn decide(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Json(answer): Json<Answer>,
) -> Result<Json<PluginView>, ApiError> {
    let host = &shared.host;
    let view = host
        .decide(&id, &answer.permission, answer.decision)
        .await?;
    Ok(Json(view))
}

/// What was granted, refused and used, the latest first.
#[utoipa::path(
    get, path = "/api/audit", tag = "consent", params(AuditQuery),
    responses((status = 200, body = Vec<AuditView>))
)]
async fn audit(
    State(shared): State<Shared>,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Vec<AuditView>>, ApiError> {
    Ok(Json(shared.host.audit(query).await?))
}

/// The copies of the database, the latest first.
#[utoipa::path(
    get, path = "/api/backups", tag = "consent", responses((status = 200, body = Vec<BackupView>))
)]
async fn backups(State(shared): State<Shared>) -> Json<Vec<BackupView>> {
    Json(shared.host.backups())
}

/// Makes a copy of the database now. None if the configuration wants none.
#[utoipa::path(
    post, path = "/api/backups", tag = "consent",
    responses((status = 200, body = Option<BackupView>), (status = 500, body = ErrorBody))
)]
async fn back_up(State(shared): State<Shared>) -> Result<Json<Option<BackupView>>, ApiError> {
    Ok(Json(shared.host.back_up("by-hand").await?))
}
