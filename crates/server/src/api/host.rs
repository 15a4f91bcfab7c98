use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use pato_host::HostView;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::security::cookie_name;
use crate::server::Shared;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(status))
        .routes(routes!(stop))
        .routes(routes!(session))
        .routes(routes!(call))
}

/// The host at a glance.
#[utoipa::path(get, path = "/api/status", tag = "host", responses((status = 200, body = HostView)))]
pub(crate) async fn status(State(shared): State<Shared>) -> Result<Json<HostView>, ApiError> {
    Ok(Json(shared.host.view().await?))
}

/// Stops the host, after plugins had their chance to save.
#[utoipa::path(post, path = "/api/stop", tag = "host", responses((status = 202)))]
async fn stop(State(shared): State<Shared>) -> StatusCode {
    shared.host.request_stop();
    StatusCode::ACCEPTED
}

/// Gives whoever shows the token in the `Authorization` header a cookie, so that a page need not keep
/// anything where scripts can read it. The cookie outlives a restart of the host.
#[utoipa::path(post, path = "/api/session", tag = "host", responses((status = 204)))]
async fn session(State(shared): State<Shared>) -> impl IntoResponse {
    let secret = shared.host.page_secret();
    let name = cookie_name(shared.address);
    let cookie = format!(
        "{name}={}; HttpOnly; SameSite=Strict; Path=/",
        *secret.borrow()
    );
    (
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, cookie)]),
    )
}

/// What to call.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CallBody {
    /// An action such as `chat.send`, or a plugin's command, `plugin-id.command`.
    name: String,
    /// A JSON object.
    #[serde(default)]
    #[schema(value_type = Object)]
    parameters: serde_json::Map<String, serde_json::Value>,
}

/// Performs an action of a connector, or a command of a plugin, and answers with its JSON.
#[utoipa::path(
    post, path = "/api/call", tag = "host", request_body = CallBody,
    responses((status = 200, body = Object), (status = "4XX", body = ErrorBody), (status = "5XX", body = ErrorBody))
)]
async fn call(
    State(shared): State<Shared>,
    Json(body): Json<CallBody>,
) -> Result<impl IntoResponse, ApiError> {
    let parameters = serde_json::Value::Object(body.parameters).to_string();
    let answer = shared.host.call(&body.name, &parameters).await?;
    Ok((
        [(header::CONTENT_TYPE, "application/json")],
        answer.as_str().to_owned(),
    ))
}
