use tokio::time::timeout;

use super::HostState;
use crate::bindings::pato::platform::services;
use crate::bindings::pato::platform::types::Error;
use crate::services::ServiceCall;

impl services::Host for HostState {
    async fn call(&mut self, action: String, parameters: String) -> Result<String, Error> {
        self.permit(|allowed| allowed.check_call(&action))?;
        let parameters = self.payload("the parameters", &parameters)?;
        let shared = &self.shared;
        let call = shared.services.call(ServiceCall {
            plugin: &shared.id,
            action: &action,
            parameters: &parameters,
            cause: self.cause.as_ref().map(|(id, _)| id.clone()),
        });
        let limit = shared.limits.host_call;
        match timeout(limit, call).await {
            Ok(answer) => Ok(answer?.as_str().to_owned()),
            Err(_) => Err(Error::TimedOut(format!(
                "`{action}` was not answered within {} s",
                limit.as_secs_f64()
            ))),
        }
    }
}
