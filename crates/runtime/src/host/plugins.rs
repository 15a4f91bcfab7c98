use super::HostState;
use crate::bindings::pato::platform::plugins;
use crate::bindings::pato::platform::types::Error;

impl plugins::Host for HostState {
    async fn call(
        &mut self,
        plugin: String,
        function: String,
        parameters: String,
    ) -> Result<String, Error> {
        let parameters = self.payload("the parameters", &parameters)?;
        let answer = self
            .calling()
            .command(&plugin, &function, parameters)
            .await?;
        Ok(answer.as_str().to_owned())
    }

    fn caller(&mut self) -> Option<String> {
        let caller = self.call.as_ref()?.chain.last()?;
        Some(caller.to_string())
    }
}
