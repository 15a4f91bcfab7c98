use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use pato_host::HostError;
use pato_host::runtime::ServiceError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a request gets that could not be fulfilled.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// The kind, one word, for programs.
    pub(crate) error: String,
    /// What was wrong with which value, and what to do, for people.
    pub(crate) message: String,
    /// After how many milliseconds it may work, if too much was asked too fast.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retry_after_ms: Option<u64>,
}

/// An error on its way to the client.
#[derive(Debug)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) body: ErrorBody,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, error: &str, message: String) -> Self {
        Self {
            status,
            body: ErrorBody {
                error: error.to_owned(),
                message,
                retry_after_ms: None,
            },
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}

impl From<HostError> for ApiError {
    fn from(error: HostError) -> Self {
        let message = error.to_string();
        let (status, kind) = match &error {
            HostError::UnknownPlugin { .. }
            | HostError::UnknownSetting { .. }
            | HostError::UnknownAccount { .. }
            | HostError::UnknownLogin { .. }
            | HostError::UnknownSurface { .. }
            | HostError::UnknownEvent { .. }
            | HostError::NotBundled { .. }
            | HostError::UnknownDevice { .. }
            | HostError::UnknownOffer { .. }
            | HostError::UnknownIndex { .. }
            | HostError::UnknownPublisher { .. }
            | HostError::UnknownBackup { .. }
            | HostError::NotListed { .. } => (StatusCode::NOT_FOUND, "not-found"),
            HostError::HandleTaken { .. }
            | HostError::LoginCancelled
            | HostError::NothingToAnswer { .. }
            | HostError::Pinned { .. } => (StatusCode::CONFLICT, "conflict"),
            HostError::ManyOffers { .. } => (StatusCode::TOO_MANY_REQUESTS, "busy"),
            HostError::Fetch(_) | HostError::NotImported { .. } => {
                (StatusCode::BAD_GATEWAY, "not-fetched")
            }
            HostError::PublisherChanged { .. }
            | HostError::Revoked { .. }
            | HostError::OtherPlugin { .. }
            | HostError::OtherBytes { .. } => (StatusCode::FORBIDDEN, "not-trusted"),
            HostError::NetworkClosed | HostError::TooManyDevices { .. } => {
                (StatusCode::CONFLICT, "conflict")
            }
            HostError::Pairing(_) => (StatusCode::FORBIDDEN, "denied"),
            HostError::NotRunning { .. } => (StatusCode::CONFLICT, "not-running"),
            HostError::Configuration(_)
            | HostError::Handle { .. }
            | HostError::Surface { .. }
            | HostError::Placement { .. }
            | HostError::Layout { .. }
            | HostError::NotRequested { .. }
            | HostError::Revoke(_)
            | HostError::Setting { .. }
            | HostError::UnknownSecret { .. }
            | HostError::Vault(_)
            | HostError::Connector(_)
            | HostError::Permission(_)
            | HostError::Topic(_)
            | HostError::Pattern(_)
            | HostError::Payload { .. }
            | HostError::Package(_)
            | HostError::Source(_)
            | HostError::Digest(_)
            | HostError::Address { .. }
            | HostError::Key(_)
            | HostError::OneVersion { .. }
            | HostError::UnknownVersion { .. }
            | HostError::NewerSetUp { .. }
            | HostError::OnlyAFile { .. }
            | HostError::Publish(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
            HostError::Service(error) => {
                return service(error, message);
            }
            HostError::Runtime(_) | HostError::Tampered { .. } | HostError::Unhealthy { .. } => {
                (StatusCode::UNPROCESSABLE_ENTITY, "not-runnable")
            }
            HostError::Directory(_)
            | HostError::Database(_)
            | HostError::Keyring
            | HostError::ShuttingDown
            | HostError::Random { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "failed"),
        };
        Self::new(status, kind, message)
    }
}

fn service(error: &ServiceError, message: String) -> ApiError {
    let (status, kind) = match error {
        ServiceError::Denied(_) => (StatusCode::FORBIDDEN, "denied"),
        ServiceError::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
        ServiceError::NotFound(_) => (StatusCode::NOT_FOUND, "not-found"),
        ServiceError::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        ServiceError::RateLimited(_) => (StatusCode::TOO_MANY_REQUESTS, "rate-limited"),
        ServiceError::TimedOut(_) => (StatusCode::GATEWAY_TIMEOUT, "timed-out"),
        ServiceError::Failed(_) => (StatusCode::BAD_GATEWAY, "failed"),
    };
    let mut error_body = ApiError::new(status, kind, message);
    if let ServiceError::RateLimited(wait) = error {
        error_body.body.retry_after_ms = Some(wait.as_millis().try_into().unwrap_or(u64::MAX));
    }
    error_body
}
