//! What acting through accounts needs: who may, where, and within which limits.

use std::sync::{Mutex, PoisonError};

use pato_events::catalogue::chat::{Role, User};
use pato_events::{Draft, Event};
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::PATIENCE;
use super::helix::Helix;
use super::helix::users::Users;
use super::own::{Cause, OwnMessages};
use super::rate::{RateLimit, Standing};
use crate::account::Account;
use crate::connector::{ConnectorError, Environment};

/// The accounts, and what is known through them.
pub(super) struct Acting {
    pub(super) environment: Environment,
    /// The channel's login.
    channel: String,
    main: Seat,
    bot: Option<Seat>,
    broadcaster: OnceCell<User>,
    pub(super) users: Users,
    pub(super) own: OwnMessages,
}

/// One account at work.
pub(super) struct Seat {
    pub(super) helix: Helix,
    chat: Mutex<RateLimit>,
    standing: Mutex<Standing>,
}

/// Who does something, and in which channel.
pub(super) struct Actor<'a> {
    pub(super) seat: &'a Seat,
    pub(super) helix: &'a Helix,
    /// The id of the account's user.
    pub(super) user_id: &'a str,
    pub(super) broadcaster: User,
    /// The event that led to it.
    pub(super) cause: Option<&'a Event>,
}

/// Which account does something that names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// The bot, if there is one.
    Bot,
    /// The main account.
    Main,
}

impl Seat {
    pub(super) fn new(helix: Helix) -> Self {
        Self {
            helix,
            chat: Mutex::default(),
            standing: Mutex::new(Standing::Viewer { slow: 0 }),
        }
    }

    pub(super) fn account(&self) -> &Account {
        self.helix.tokens().account()
    }

    /// The moments at which so many messages may be written.
    pub(super) fn reserve(&self, count: usize) -> Result<Vec<Instant>, ConnectorError> {
        let standing = *lock(&self.standing);
        let mut chat = lock(&self.chat);
        chat.reserve(count, standing, Instant::now(), PATIENCE)
            .map_err(ConnectorError::RateLimited)
    }

    fn learn(&self, change: impl FnOnce(&mut Standing)) {
        change(&mut lock(&self.standing));
    }
}

impl Acting {
    pub(super) fn new(
        environment: Environment,
        channel: String,
        main: Seat,
        bot: Option<Seat>,
    ) -> Self {
        let acting = Self {
            environment,
            channel,
            main,
            bot,
            broadcaster: OnceCell::new(),
            users: Users::default(),
            own: OwnMessages::default(),
        };
        let own = acting.main.account().login == acting.channel;
        if own {
            acting
                .main
                .learn(|standing| *standing = Standing::Moderator);
        }
        acting
    }

    pub(super) fn main(&self) -> &Seat {
        &self.main
    }

    pub(super) fn seats(&self) -> impl Iterator<Item = &Seat> {
        std::iter::once(&self.main).chain(&self.bot)
    }

    /// Whether the channel is that of the main account.
    pub(super) fn is_broadcaster(&self) -> bool {
        self.main.account().login == self.channel
    }

    /// Whose channel it is.
    pub(super) async fn broadcaster(&self) -> Result<&User, ConnectorError> {
        self.broadcaster
            .get_or_try_init(|| self.find_broadcaster())
            .await
    }

    async fn find_broadcaster(&self) -> Result<User, ConnectorError> {
        let account = self.main.account();
        if self.is_broadcaster() {
            return Ok(User {
                id: account.user_id.clone(),
                login: account.login.clone(),
                name: account.name.clone(),
            });
        }
        self.users.find(&self.main.helix, &self.channel).await
    }

    /// Who does it: the account that is named, or the one for such deeds. It must be allowed `scopes`.
    pub(super) async fn actor<'a>(
        &'a self,
        by: By,
        scopes: &[&str],
        account: Option<&str>,
        channel: Option<&str>,
        cause: Option<&'a Event>,
    ) -> Result<Actor<'a>, ConnectorError> {
        let seat = match (account, &self.bot) {
            (Some(handle), _) => self.seat(handle)?,
            (None, Some(bot)) if by == By::Bot => bot,
            (None, _) => &self.main,
        };
        if let Some(channel) = channel
            && super::checked_name("channel", channel)? != self.channel
        {
            let text = format!(
                "`{}` is in the channel `{}`, not in `{channel}`",
                super::Twitch::ID,
                self.channel
            );
            return Err(ConnectorError::NotFound(text));
        }
        if let Some(reason) = &*seat.helix.tokens().refused().borrow() {
            return Err(ConnectorError::Unavailable(reason.clone()));
        }
        let lacking = scopes.iter().find(|scope| !seat.helix.tokens().has(scope));
        if let Some(scope) = lacking {
            return Err(seat.helix.lacks(scope));
        }
        Ok(Actor {
            seat,
            helix: &seat.helix,
            user_id: &seat.account().user_id,
            broadcaster: self.broadcaster().await?.clone(),
            cause,
        })
    }

    fn seat(&self, handle: &str) -> Result<&Seat, ConnectorError> {
        let mut seats = self.seats();
        seats
            .find(|seat| seat.account().handle == handle)
            .ok_or_else(|| {
                let handles: Vec<_> = self.seats().map(|seat| &*seat.account().handle).collect();
                ConnectorError::NotFound(format!(
                    "`{}` has no account `{}`; it has {}",
                    super::Twitch::ID,
                    handle.escape_debug(),
                    handles.join(", ")
                ))
            })
    }

    /// Learns what an account may do in the channel from a message that it wrote.
    pub(super) fn learn_roles(&self, user_id: &str, roles: &[Role]) {
        for seat in self
            .seats()
            .filter(|seat| seat.account().user_id == user_id)
        {
            seat.learn(|standing| {
                let slow = match *standing {
                    Standing::Viewer { slow } => slow,
                    Standing::Vip | Standing::Moderator => 0,
                };
                *standing =
                    if roles.contains(&Role::Broadcaster) || roles.contains(&Role::Moderator) {
                        Standing::Moderator
                    } else if roles.contains(&Role::Vip) {
                        Standing::Vip
                    } else {
                        Standing::Viewer { slow }
                    };
            });
        }
    }

    /// Learns the seconds between messages that slow mode demands.
    pub(super) fn learn_slow(&self, seconds: u32) {
        for seat in self.seats() {
            seat.learn(|standing| {
                if let Standing::Viewer { slow } = standing {
                    *slow = seconds;
                }
            });
        }
    }

    /// Publishes events as those of the main account, through which they came.
    pub(super) fn publish(&self, drafts: Vec<Draft>) {
        for mut draft in drafts {
            draft.account = Some(self.main.account().handle.as_str().into());
            if let Err(error) = self.environment.bus.publish(draft) {
                tracing::warn!(%error, "an event of Twitch was not published");
            }
        }
    }
}

/// A message under way: whatever becomes of it, what was held for its sake is let go.
pub(super) struct Awaited<'a> {
    acting: &'a Acting,
    user_id: &'a str,
    written: Option<(String, Cause)>,
}

impl<'a> Awaited<'a> {
    pub(super) fn begin(acting: &'a Acting, user_id: &'a str) -> Self {
        acting.own.begin(user_id);
        Self {
            acting,
            user_id,
            written: None,
        }
    }

    /// Twitch wrote it, under this id.
    pub(super) fn written(mut self, message_id: String, cause: Cause) {
        self.written = Some((message_id, cause));
    }
}

impl Drop for Awaited<'_> {
    fn drop(&mut self) {
        let drafts = self.acting.own.end(self.user_id, self.written.take());
        self.acting.publish(drafts);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
