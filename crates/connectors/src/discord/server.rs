//! What is known of servers: who owns them, and which roles moderate.

use std::collections::{HashMap, HashSet};

use pato_events::catalogue::chat::Role;

use super::received::{Guild, RoleChange, RoleDeleted, ServerRole};

/// The rights of which one makes a moderator: to ban members, everything, to manage messages, to time
/// members out. <https://discord.com/developers/docs/topics/permissions>
const MODERATES: u64 = 1 << 2 | 1 << 3 | 1 << 13 | 1 << 40;

/// The most servers that are remembered: more than a streamer's bot is on.
const MOST_SERVERS: usize = 100;

#[derive(Default)]
pub(super) struct Servers(HashMap<String, Server>);

struct Server {
    owner: String,
    moderating: HashSet<String>,
}

impl Servers {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn learn(&mut self, guild: Guild) {
        let Some(owner) = guild.owner_id else {
            return;
        };
        if self.0.len() >= MOST_SERVERS && !self.0.contains_key(&guild.id) {
            return;
        }
        let moderating = guild.roles.into_iter().filter(moderates);
        let server = Server {
            owner,
            moderating: moderating.map(|role| role.id).collect(),
        };
        self.0.insert(guild.id, server);
    }

    pub(super) fn role_changed(&mut self, change: RoleChange) {
        let Some(server) = self.0.get_mut(&change.guild_id) else {
            return;
        };
        match moderates(&change.role) {
            true => server.moderating.insert(change.role.id),
            false => server.moderating.remove(&change.role.id),
        };
    }

    pub(super) fn role_deleted(&mut self, deleted: &RoleDeleted) {
        if let Some(server) = self.0.get_mut(&deleted.guild_id) {
            server.moderating.remove(&deleted.role_id);
        }
    }

    /// What someone with these roles may do.
    pub(super) fn roles(&self, server: Option<&str>, user: &str, roles: &[String]) -> Vec<Role> {
        let Some(server) = server.and_then(|server| self.0.get(server)) else {
            return Vec::new();
        };
        if server.owner == user {
            return vec![Role::Broadcaster];
        }
        let moderates = roles.iter().any(|role| server.moderating.contains(role));
        moderates.then_some(Role::Moderator).into_iter().collect()
    }
}

fn moderates(role: &ServerRole) -> bool {
    let permissions: u64 = role.permissions.parse().unwrap_or_default();
    permissions & MODERATES != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn servers() -> Servers {
        let guild = r#"{"id":"1","owner_id":"10","roles":[{"id":"7","permissions":"8192"},{"id":"8","permissions":"1024"}]}"#;
        let mut servers = Servers::default();
        servers.learn(serde_json::from_str(guild).unwrap());
        servers
    }

    #[test]
    fn the_owner_and_those_who_moderate_are_told_from_the_rest() {
        let mut servers = servers();
        assert_eq!(servers.roles(Some("1"), "10", &[]), [Role::Broadcaster]);
        assert_eq!(
            servers.roles(Some("1"), "11", &["7".into()]),
            [Role::Moderator]
        );
        assert!(servers.roles(Some("1"), "11", &["8".into()]).is_empty());
        assert!(servers.roles(Some("2"), "10", &["7".into()]).is_empty());
        let change = r#"{"guild_id":"1","role":{"id":"8","permissions":"1099511627776"}}"#;
        servers.role_changed(serde_json::from_str(change).unwrap());
        assert_eq!(
            servers.roles(Some("1"), "11", &["8".into()]),
            [Role::Moderator]
        );
        let deleted = r#"{"guild_id":"1","role_id":"8"}"#;
        servers.role_deleted(&serde_json::from_str(deleted).unwrap());
        assert!(servers.roles(Some("1"), "11", &["8".into()]).is_empty());
    }

    #[test]
    fn rights_that_are_no_number_are_no_rights() {
        let mut servers = servers();
        let change = r#"{"guild_id":"1","role":{"id":"7","permissions":"-1"}}"#;
        servers.role_changed(serde_json::from_str(change).unwrap());
        assert!(servers.roles(Some("1"), "11", &["7".into()]).is_empty());
    }
}
