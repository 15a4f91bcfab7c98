//! What can be subscribed to. See <https://dev.twitch.tv/docs/eventsub/eventsub-subscription-types/>.

use serde_json::{Value, json};

/// One type of subscription.
#[derive(Debug)]
pub(crate) struct SubscriptionType {
    /// Its name.
    pub(crate) name: &'static str,
    /// The version whose payload is understood here.
    pub(crate) version: &'static str,
    /// Whom it is about.
    pub(crate) condition: Condition,
    /// What the account must be allowed: all of them.
    pub(crate) scopes: &'static [&'static str],
    /// What its notifications become.
    pub(crate) topics: &'static [&'static str],
}

/// Whom a subscription is about, and who must ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    /// The channel; anyone may ask.
    Anyone,
    /// The channel; only the broadcaster may ask.
    Broadcaster,
    /// The channel, as a moderator or the broadcaster sees it.
    Moderator,
    /// The channel's chat, as the account sees it.
    Chatter,
    /// Raids that come.
    RaidTo,
    /// Raids that go.
    RaidFrom,
}

impl SubscriptionType {
    /// The condition that Twitch is sent.
    pub(crate) fn condition(&self, broadcaster: &str, user: &str) -> Value {
        match self.condition {
            Condition::Anyone | Condition::Broadcaster => {
                json!({ "broadcaster_user_id": broadcaster })
            }
            Condition::Moderator => {
                json!({ "broadcaster_user_id": broadcaster, "moderator_user_id": user })
            }
            Condition::Chatter => json!({ "broadcaster_user_id": broadcaster, "user_id": user }),
            Condition::RaidTo => json!({ "to_broadcaster_user_id": broadcaster }),
            Condition::RaidFrom => json!({ "from_broadcaster_user_id": broadcaster }),
        }
    }

    /// Whether it is subscribed to even if nobody listens: chat is what everything else stands on.
    pub(crate) fn is_chat(&self) -> bool {
        self.condition == Condition::Chatter
    }
}

const fn of(
    name: &'static str,
    version: &'static str,
    condition: Condition,
    scopes: &'static [&'static str],
    topics: &'static [&'static str],
) -> SubscriptionType {
    SubscriptionType {
        name,
        version,
        condition,
        scopes,
        topics,
    }
}

use Condition::{Anyone, Broadcaster, Chatter, Moderator, RaidFrom, RaidTo};

const CHAT: &[&str] = &[crate::twitch::scopes::READ_CHAT];
const SUBSCRIPTIONS: &[&str] = &["channel:read:subscriptions"];
const REDEMPTIONS: &[&str] = &["channel:read:redemptions"];
const POLLS: &[&str] = &["channel:read:polls"];
const PREDICTIONS: &[&str] = &["channel:read:predictions"];
const HYPE_TRAIN: &[&str] = &["channel:read:hype_train"];
const GOALS: &[&str] = &["channel:read:goals"];
const CHARITY: &[&str] = &["channel:read:charity"];
const SHOUTOUTS: &[&str] = &["moderator:read:shoutouts"];
const SHIELD: &[&str] = &["moderator:read:shield_mode"];
const AUTOMOD: &[&str] = &["moderator:manage:automod"];
const BANS: &[&str] = &["channel:moderate"];
/// `channel.moderate` tells of all that moderators do, and wants a scope for each kind.
const MODERATE: &[&str] = &[
    "moderator:read:banned_users",
    "moderator:read:blocked_terms",
    "moderator:read:chat_messages",
    "moderator:read:chat_settings",
    "moderator:read:moderators",
    "moderator:read:unban_requests",
    "moderator:read:vips",
    "moderator:read:warnings",
];

/// Chat tells of subscriptions, gifts and raids too, and is used for them where the dedicated types
/// are not allowed.
const NOTIFICATION: &[&str] = &["chat.notice", "channel.watch-streak"];

/// Every type that becomes events; chat first.
pub(crate) const TYPES: &[SubscriptionType] = &[
    of(
        "channel.chat.message",
        "1",
        Chatter,
        CHAT,
        &["chat.message"],
    ),
    of(
        "channel.chat.notification",
        "1",
        Chatter,
        CHAT,
        NOTIFICATION,
    ),
    of(
        "channel.chat.message_delete",
        "1",
        Chatter,
        CHAT,
        &["chat.message-deleted"],
    ),
    of("channel.chat.clear", "1", Chatter, CHAT, &["chat.cleared"]),
    of(
        "channel.chat.clear_user_messages",
        "1",
        Chatter,
        CHAT,
        &["chat.cleared"],
    ),
    of(
        "channel.chat_settings.update",
        "1",
        Chatter,
        CHAT,
        &["chat.mode"],
    ),
    of("stream.online", "1", Anyone, &[], &["stream.status"]),
    of("stream.offline", "1", Anyone, &[], &["stream.status"]),
    of("channel.update", "2", Anyone, &[], &["stream.status"]),
    of("channel.raid", "1", RaidTo, &[], &["channel.raid"]),
    of("channel.raid", "1", RaidFrom, &[], &["channel.raid-sent"]),
    of(
        "channel.follow",
        "2",
        Moderator,
        &["moderator:read:followers"],
        &["channel.follow"],
    ),
    of(
        "channel.bits.use",
        "1",
        Broadcaster,
        &["bits:read"],
        &["channel.cheer", "channel.power-up"],
    ),
    of(
        "channel.subscribe",
        "1",
        Broadcaster,
        SUBSCRIPTIONS,
        &["channel.subscribe"],
    ),
    of(
        "channel.subscription.message",
        "1",
        Broadcaster,
        SUBSCRIPTIONS,
        &["channel.subscribe"],
    ),
    of(
        "channel.subscription.gift",
        "1",
        Broadcaster,
        SUBSCRIPTIONS,
        &["channel.gift"],
    ),
    of(
        "channel.subscription.end",
        "1",
        Broadcaster,
        SUBSCRIPTIONS,
        &["channel.subscription-ended"],
    ),
    of(
        "channel.channel_points_custom_reward_redemption.add",
        "1",
        Broadcaster,
        REDEMPTIONS,
        &["channel.reward-redeemed"],
    ),
    of(
        "channel.channel_points_custom_reward_redemption.update",
        "1",
        Broadcaster,
        REDEMPTIONS,
        &["channel.redemption-updated"],
    ),
    of(
        "channel.channel_points_automatic_reward_redemption.add",
        "2",
        Broadcaster,
        REDEMPTIONS,
        &["channel.reward-redeemed"],
    ),
    of(
        "channel.channel_points_custom_reward.add",
        "1",
        Broadcaster,
        REDEMPTIONS,
        &["channel.reward-changed"],
    ),
    of(
        "channel.channel_points_custom_reward.update",
        "1",
        Broadcaster,
        REDEMPTIONS,
        &["channel.reward-changed"],
    ),
    of(
        "channel.channel_points_custom_reward.remove",
        "1",
        Broadcaster,
        REDEMPTIONS,
        &["channel.reward-changed"],
    ),
    of(
        "channel.poll.begin",
        "1",
        Broadcaster,
        POLLS,
        &["channel.poll"],
    ),
    of(
        "channel.poll.progress",
        "1",
        Broadcaster,
        POLLS,
        &["channel.poll"],
    ),
    of(
        "channel.poll.end",
        "1",
        Broadcaster,
        POLLS,
        &["channel.poll"],
    ),
    of(
        "channel.prediction.begin",
        "1",
        Broadcaster,
        PREDICTIONS,
        &["channel.prediction"],
    ),
    of(
        "channel.prediction.progress",
        "1",
        Broadcaster,
        PREDICTIONS,
        &["channel.prediction"],
    ),
    of(
        "channel.prediction.lock",
        "1",
        Broadcaster,
        PREDICTIONS,
        &["channel.prediction"],
    ),
    of(
        "channel.prediction.end",
        "1",
        Broadcaster,
        PREDICTIONS,
        &["channel.prediction"],
    ),
    of(
        "channel.hype_train.begin",
        "2",
        Broadcaster,
        HYPE_TRAIN,
        &["channel.hype-train"],
    ),
    of(
        "channel.hype_train.progress",
        "2",
        Broadcaster,
        HYPE_TRAIN,
        &["channel.hype-train"],
    ),
    of(
        "channel.hype_train.end",
        "2",
        Broadcaster,
        HYPE_TRAIN,
        &["channel.hype-train"],
    ),
    of(
        "channel.goal.begin",
        "1",
        Broadcaster,
        GOALS,
        &["channel.goal"],
    ),
    of(
        "channel.goal.progress",
        "1",
        Broadcaster,
        GOALS,
        &["channel.goal"],
    ),
    of(
        "channel.goal.end",
        "1",
        Broadcaster,
        GOALS,
        &["channel.goal"],
    ),
    of(
        "channel.charity_campaign.start",
        "1",
        Broadcaster,
        CHARITY,
        &["channel.charity"],
    ),
    of(
        "channel.charity_campaign.progress",
        "1",
        Broadcaster,
        CHARITY,
        &["channel.charity"],
    ),
    of(
        "channel.charity_campaign.stop",
        "1",
        Broadcaster,
        CHARITY,
        &["channel.charity"],
    ),
    of(
        "channel.charity_campaign.donate",
        "1",
        Broadcaster,
        CHARITY,
        &["channel.donation"],
    ),
    of(
        "channel.shoutout.create",
        "1",
        Moderator,
        SHOUTOUTS,
        &["channel.shoutout"],
    ),
    of(
        "channel.shoutout.receive",
        "1",
        Moderator,
        SHOUTOUTS,
        &["channel.shoutout-received"],
    ),
    of(
        "channel.ad_break.begin",
        "1",
        Broadcaster,
        &["channel:read:ads"],
        &["channel.ad-break"],
    ),
    of(
        "channel.shared_chat.begin",
        "1",
        Anyone,
        &[],
        &["channel.shared-chat"],
    ),
    of(
        "channel.shared_chat.update",
        "1",
        Anyone,
        &[],
        &["channel.shared-chat"],
    ),
    of(
        "channel.shared_chat.end",
        "1",
        Anyone,
        &[],
        &["channel.shared-chat"],
    ),
    of(
        "channel.ban",
        "1",
        Broadcaster,
        BANS,
        &["moderation.banned"],
    ),
    of(
        "channel.unban",
        "1",
        Broadcaster,
        BANS,
        &["moderation.unbanned"],
    ),
    of(
        "channel.moderate",
        "2",
        Moderator,
        MODERATE,
        &["moderation.action"],
    ),
    of(
        "automod.message.hold",
        "2",
        Moderator,
        AUTOMOD,
        &["moderation.message-held"],
    ),
    of(
        "automod.message.update",
        "2",
        Moderator,
        AUTOMOD,
        &["moderation.held-message-resolved"],
    ),
    of(
        "channel.shield_mode.begin",
        "1",
        Moderator,
        SHIELD,
        &["moderation.shield-mode"],
    ),
    of(
        "channel.shield_mode.end",
        "1",
        Moderator,
        SHIELD,
        &["moderation.shield-mode"],
    ),
];
