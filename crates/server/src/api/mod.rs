//! The REST API, and its description.

mod accounts;
mod calls;
mod connectors;
mod consent;
mod events;
mod host;
pub(crate) mod library;
mod modules;
mod network;
mod recordings;

pub(crate) use host::status;
pub use modules::upload;

use axum::http::StatusCode;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;

use crate::error::ApiError;
use crate::server::Shared;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Pato",
        description = "The host's API on this machine. Send the token as `Authorization: Bearer TOKEN`; \
                       it stands in `run.json` in Pato's data folder. Live events and calls also go over \
                       the WebSocket at `/ws`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    modifiers(&BearerToken),
    security(("token" = []))
)]
struct Description;

struct BearerToken;

impl utoipa::Modify for BearerToken {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        openapi
            .components
            .get_or_insert_default()
            .add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(host::router())
        .merge(modules::router())
        .merge(calls::router())
        .merge(library::router())
        .merge(consent::router())
        .merge(accounts::router())
        .merge(connectors::router())
        .merge(events::router())
        .merge(recordings::router())
        .merge(network::router())
}

/// The API's description in OpenAPI 3.1, as JSON.
///
/// # Errors
///
/// If it can't be written as JSON, which a test rules out.
pub fn openapi() -> Result<String, serde_json::Error> {
    let (_, openapi) = router().split_for_parts();
    openapi.to_pretty_json().map(|text| text + "\n")
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "so that `map_err(invalid)` takes any error"
)]
fn invalid(message: impl ToString) -> ApiError {
    ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid",
        message.to_string(),
    )
}
