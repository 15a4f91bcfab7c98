//! Finds people by their logins, and remembers them for a while.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pato_events::catalogue::chat::User;
use tokio::time::Instant;
use twitch_api::helix::users::GetUsersRequest;
use twitch_api::types::UserName;

use super::Helix;
use crate::connector::ConnectorError;
use crate::twitch::checked_name;

/// How many are remembered.
const CAPACITY: usize = 1_000;

/// For how long: people can rename themselves.
const LASTS: Duration = Duration::from_secs(3_600);

/// The people who were looked up.
#[derive(Default)]
pub(crate) struct Users(Mutex<Known>);

#[derive(Default)]
struct Known {
    by_login: HashMap<String, (User, Instant)>,
    order: VecDeque<String>,
}

impl Users {
    /// Who has that login.
    ///
    /// # Errors
    ///
    /// If it can be no login, nobody has it, or Twitch does not say.
    pub(crate) async fn find(&self, helix: &Helix, login: &str) -> Result<User, ConnectorError> {
        let login = checked_name("person's", login.trim_start_matches('@'))?;
        let known = self.known().get(&login, Instant::now());
        if let Some(user) = known {
            return Ok(user);
        }
        let logins = vec![UserName::from(login.clone())];
        let found = helix.get(GetUsersRequest::logins(logins)).await?;
        let Some(found) = found.data.into_iter().next() else {
            let text = format!("nobody on Twitch is called `{login}`");
            return Err(ConnectorError::NotFound(text));
        };
        let user = User {
            id: found.id.take(),
            login: found.login.take(),
            name: found.display_name.take(),
        };
        self.known().insert(login, user.clone(), Instant::now());
        Ok(user)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn get(&self, login: &str, now: Instant) -> Option<User> {
        let (user, since) = self.by_login.get(login)?;
        (now.duration_since(*since) < LASTS).then(|| user.clone())
    }

    fn insert(&mut self, login: String, user: User, now: Instant) {
        if self.by_login.insert(login.clone(), (user, now)).is_none() {
            self.order.push_back(login);
        }
        if self.order.len() > CAPACITY
            && let Some(oldest) = self.order.pop_front()
        {
            self.by_login.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stays_within_its_capacity_and_forgets_after_an_hour() {
        let mut known = Known::default();
        let now = Instant::now();
        for number in 0..3_000 {
            known.insert(format!("u{number}"), User::example(), now);
            known.insert(format!("u{number}"), User::example(), now);
        }
        assert_eq!(
            (known.by_login.len(), known.order.len()),
            (CAPACITY, CAPACITY)
        );
        assert!(known.get("u0", now).is_none() && known.get("u2999", now).is_some());
        assert!(known.get("u2999", now + LASTS).is_none());
    }
}
