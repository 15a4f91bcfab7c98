//! Keeping order.

use pato_events::catalogue::moderation::{BanParameters, Done, TimeoutParameters, UnbanParameters};
use serde_json::{Value, json};
use twilight_http_ratelimiting::Method;

use super::{DONE, checked_id, encoded};
use crate::connector::ConnectorError;
use crate::discord::Discord;

/// The longest that Discord times somebody out: 28 days.
const LONGEST_TIMEOUT: u32 = 28 * 86_400;

impl Discord {
    pub(super) async fn time_out(
        &self,
        parameters: TimeoutParameters,
    ) -> Result<Done, ConnectorError> {
        let seconds = parameters.seconds;
        if !(1..=LONGEST_TIMEOUT).contains(&seconds) {
            return Err(ConnectorError::Invalid(format!(
                "seconds: {seconds} is not between 1 and {LONGEST_TIMEOUT} (28 days)"
            )));
        }
        let member = self.member(&parameters.login).await?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "milliseconds of a clock fit"
        )]
        let now = self.environment.clock.now() as i64;
        let until = jiff::Timestamp::from_millisecond(now)
            .and_then(|now| now.checked_add(jiff::SignedDuration::from_secs(seconds.into())))
            .map_err(|error| ConnectorError::Failed(error.to_string()))?;
        let path = format!("guilds/{}/members/{member}", self.server_id()?);
        let body = json!({ "communication_disabled_until": until.to_string() });
        let ask = self.ask(Method::Patch, path)?.with_body(body);
        let ask = ask.with_reason(parameters.reason.as_deref());
        self.shared.rest.send(ask).await?;
        Ok(DONE)
    }

    pub(super) async fn ban(&self, parameters: BanParameters) -> Result<Done, ConnectorError> {
        let member = self.member(&parameters.login).await?;
        let path = format!("guilds/{}/bans/{member}", self.server_id()?);
        let ask = self.ask(Method::Put, path)?.with_body(json!({}));
        let ask = ask.with_reason(parameters.reason.as_deref());
        self.shared.rest.send(ask).await?;
        Ok(DONE)
    }

    pub(super) async fn unban(&self, parameters: UnbanParameters) -> Result<Done, ConnectorError> {
        let login = &parameters.login;
        // Discord lists up to 1,000 at once; who is banned is no member that could be searched.
        let path = format!("guilds/{}/bans?limit=1000", self.server_id()?);
        let bans = self.shared.rest.send(self.ask(Method::Get, path)?).await?;
        let user = match id_in(&bans, login) {
            Some(id) => id,
            None => self.id(login, "is banned there")?,
        };
        let path = format!("guilds/{}/bans/{user}", self.server_id()?);
        self.shared
            .rest
            .send(self.ask(Method::Delete, path)?)
            .await?;
        Ok(DONE)
    }

    /// The id of a member. A name comes before an id: who calls themselves by another's id is meant.
    async fn member(&self, login: &str) -> Result<String, ConnectorError> {
        let server = self.server_id()?;
        if let Some(id) = self.shared.people.id_of(login) {
            return Ok(id);
        }
        // The search finds beginnings of names and shown names too.
        let path = format!(
            "guilds/{server}/members/search?limit=100&query={}",
            encoded(login)
        );
        let found = self.shared.rest.send(self.ask(Method::Get, path)?).await?;
        match id_in(&found, login) {
            Some(id) => Ok(id),
            None => self.id(login, "is on the server"),
        }
    }

    /// What nobody is called by may be an id.
    fn id(&self, login: &str, what: &str) -> Result<String, ConnectorError> {
        let id = checked_id("login", login).ok().filter(|id| id.len() >= 15);
        id.map(str::to_owned).ok_or_else(|| {
            let shown: String = login.chars().take(40).collect();
            ConnectorError::NotFound(format!(
                "nobody called `{}` {what}; give the name as Discord shows it under the profile, or \
                 the person's id",
                shown.escape_debug()
            ))
        })
    }
}

/// The id of who has exactly that name, in a list of members or bans.
fn id_in(list: &Value, login: &str) -> Option<String> {
    let users = list
        .as_array()?
        .iter()
        .filter_map(|entry| entry.get("user"));
    let text = |user: &Value, field| Some(user.get(field)?.as_str()?.to_owned());
    let mut found = users.filter(|user| text(user, "username").as_deref() == Some(login));
    let id = found.find_map(|user| text(user, "id"))?;
    checked_id("id", &id).is_ok().then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_name_is_meant() {
        let list = json!([
            { "user": { "id": "1", "username": "ronni2" } },
            { "user": { "id": "x/..", "username": "evil" } },
            { "user": null }, 7,
            { "user": { "id": "2", "username": "ronni" } },
        ]);
        assert_eq!(id_in(&list, "ronni").as_deref(), Some("2"));
        assert_eq!(id_in(&list, "ron"), None);
        assert_eq!(id_in(&list, "evil"), None);
        assert_eq!(id_in(&json!({ "message": "no" }), "ronni"), None);
    }
}
