// Made by `npm run generate` from docs/reference/schemas. Do not edit.

/**
 * What has become of a redemption.
 */
export type RedemptionStatus = ("open" | "fulfilled" | "refunded")

export interface TopicPayloads {
"channel.ad-break": AdBreak
"channel.charity": Charity
"channel.cheer": Cheer
"channel.donation": Donation
"channel.follow": Follow
"channel.gift": Gift
"channel.goal": Goal
"channel.hype-train": HypeTrain
"channel.poll": Poll
"channel.power-up": PowerUp
"channel.prediction": Prediction
"channel.raid": Raid
"channel.raid-sent": RaidSent
"channel.redemption-updated": RedemptionUpdated
"channel.reward-changed": RewardChanged
"channel.reward-redeemed": RewardRedeemed
"channel.shared-chat": SharedChat
"channel.shoutout": Shoutout
"channel.shoutout-received": ShoutoutReceived
"channel.subscribe": Subscribe
"channel.subscription-ended": SubscriptionEnded
"channel.watch-streak": WatchStreak
"connector.status": ConnectorStatus
"plugin.denied": PluginDenied
"plugin.dependencies": PluginDependencies
"plugin.grants-changed": PluginGrantsChanged
"plugin.lagged": PluginLagged
"plugin.rolled-back": PluginRolledBack
"plugin.status": PluginStatus
"plugin.updated": PluginUpdated
}
/**
 * A break for advertisements began.
 */
export interface AdBreak {
/**
 * Whether the service began it by itself.
 */
automatic: boolean
/**
 * The channel.
 */
channel: string
/**
 * How long it lasts, in seconds.
 */
seconds: number
/**
 * When it began, in milliseconds since the epoch.
 */
started_at: number
}
/**
 * How a charity campaign stands.
 */
export interface Charity {
/**
 * Whether it goes on.
 */
active: boolean
/**
 * The channel.
 */
channel: string
current: Money
/**
 * The service's identifier.
 */
id: string
/**
 * Whom it helps.
 */
name: string
target: Money1
}
/**
 * How much was donated.
 */
export interface Money {
/**
 * Of which currency, by ISO 4217, such as `EUR`.
 */
currency: string
/**
 * How much, in whole units and their fractions: 12.5 is twelve and a half.
 */
value: number
}
/**
 * How much is wanted.
 */
export interface Money1 {
/**
 * Of which currency, by ISO 4217, such as `EUR`.
 */
currency: string
/**
 * How much, in whole units and their fractions: 12.5 is twelve and a half.
 */
value: number
}
/**
 * Someone cheered with bits or the like.
 */
export interface Cheer {
/**
 * How much.
 */
amount: number
/**
 * The channel.
 */
channel: string
/**
 * What was written with it; empty if nothing.
 */
text: string
/**
 * Of what, in the service's word, such as `bits` or `kicks`.
 */
unit: string
/**
 * Who cheered; none means anonymously.
 */
user?: (User | null)
}
/**
 * A person, as the service knows them.
 */
export interface User {
/**
 * The service's own identifier; empty where it tells only the name.
 */
id: string
/**
 * The name one types, lower case where the service does so.
 */
login: string
/**
 * The name one reads.
 */
name: string
}
/**
 * Someone donated to the channel's charity campaign.
 */
export interface Donation {
amount: Money2
/**
 * The channel.
 */
channel: string
/**
 * The service's identifier of the campaign.
 */
charity_id: string
/**
 * Whom it helps.
 */
name: string
user: User1
}
/**
 * How much.
 */
export interface Money2 {
/**
 * Of which currency, by ISO 4217, such as `EUR`.
 */
currency: string
/**
 * How much, in whole units and their fractions: 12.5 is twelve and a half.
 */
value: number
}
/**
 * A person, as the service knows them.
 */
export interface User1 {
/**
 * The service's own identifier; empty where it tells only the name.
 */
id: string
/**
 * The name one types, lower case where the service does so.
 */
login: string
/**
 * The name one reads.
 */
name: string
}
/**
 * Someone follows the channel.
 */
export interface Follow {
/**
 * The channel.
 */
channel: string
user: User2
}
/**
 * A person, as the service knows them.
 */
export interface User2 {
/**
 * The service's own identifier; empty where it tells only the name.
 */
id: string
/**
 * The name one types, lower case where the service does so.
 */
login: string
/**
 * The name one reads.
 */
name: string
}
/**
 * Someone gave subscriptions to others.
 */
export interface Gift {
/**
 * The channel.
 */
channel: string
/**
 * How many subscriptions.
 */
count: number
/**
 * Who received, where the service tells; it may tell of many in several events.
 */
recipients: User[]
/**
 * The service's name of the tier.
 */
tier?: (string | null)
/**
 * How many this person gave to the channel in all, where told.
 */
total?: (number | null)
/**
 * Who gave; none means anonymously.
 */
user?: (User | null)
}
/**
 * How a goal stands.
 */
export interface Goal {
/**
 * Whether it was reached.
 */
achieved: boolean
/**
 * Whether it goes on.
 */
active: boolean
/**
 * The channel.
 */
channel: string
/**
 * How much is reached.
 */
current: number
/**
 * What the broadcaster wrote about it; empty if nothing.
 */
description: string
/**
 * The service's identifier.
 */
id: string
/**
 * What is counted, in the service's word, such as `follower` or `subscription_count`.
 */
kind: string
/**
 * How much is wanted.
 */
target: number
}
/**
 * How a hype train stands.
 */
export interface HypeTrain {
/**
 * Whether it goes on.
 */
active: boolean
/**
 * The channel.
 */
channel: string
/**
 * When it ends or ended, in milliseconds since the epoch.
 */
ends_at: number
/**
 * How much this level takes; none when it has ended.
 */
goal?: (number | null)
/**
 * The service's identifier.
 */
id: string
/**
 * Its level, from 1.
 */
level: number
/**
 * How much of that counts for this level.
 */
progress: number
/**
 * How much was given in all.
 */
total: number
}
/**
 * How a poll stands.
 */
export interface Poll {
/**
 * The channel.
 */
channel: string
/**
 * The answers.
 */
choices: PollChoice[]
/**
 * When it ends or ended, in milliseconds since the epoch.
 */
ends_at: number
/**
 * The service's identifier.
 */
id: string
/**
 * When it began, in milliseconds since the epoch.
 */
started_at: number
/**
 * How it stands.
 */
state: ("running" | "completed" | "terminated" | "archived")
/**
 * The question.
 */
title: string
}
/**
 * One answer of a poll.
 */
export interface PollChoice {
/**
 * The service's identifier.
 */
id: string
/**
 * What it says.
 */
title: string
/**
 * How many votes it has.
 */
votes: number
}
/**
 * Someone paid for an effect in chat.
 */
export interface PowerUp {
/**
 * How much it cost.
 */
amount: number
/**
 * The channel.
 */
channel: string
/**
 * The service's name of the effect, such as `gigantify_an_emote`.
 */
kind: string
/**
 * What was written with it.
 */
text?: (string | null)
/**
 * Of what, such as `bits`.
 */
unit: string
user: User3
}
/**
 * A person, as the service knows them.
 */
export interface User3 {
/**
 * The service's own identifier; empty where it tells only the name.
 */
id: string
/**
 * The name one types, lower case where the service does so.
 */
login: string
/**
 * The name one reads.
 */
name: string
}
/**
 * How a prediction stands.
 */
export interface Prediction {
/**
 * The channel.
 */
channel: string
/**
 * The service's identifier.
 */
id: string
/**
 * When no more points are or were taken, in milliseconds since the epoch.
 */
locks_at?: (number | null)
/**
 * The outcomes.
 */
outcomes: PredictionOutcome[]
/**
 * When it began, in milliseconds since the epoch.
 */
started_at: number
/**
 * How it stands.
 */
state: ("open" | "locked" | "resolved" | "canceled")
/**
 * The question.
 */
title: string
/**
 * The outcome that won.
 */
winning_outcome_id?: (string | null)
}
/**
 * One outcome of a prediction.
 */
export interface PredictionOutcome {
/**
 * The service's identifier.
 */
id: string
/**
 * How many points they staked in all.
 */
points: number
/**
 * What it says.
 */
title: string
/**
 * How many people staked on it.
 */
users: number
}
/**
 * Another channel brought its viewers.
 */
export interface Raid {
/**
 * The channel that was raided.
 */
channel: string
user: User4
/**
 * How many viewers come along.
 */
viewers: number
}
/**
 * A person, as the service knows them.
 */
export interface User4 {
/**
 * The service's own identifier; empty where it tells only the name.
 */
id: string
/**
 * The name one types, lower case where the service does so.
 */
login: string
/**
 * The name one reads.
 */
name: string
}
/**
 * The channel's viewers were sent to another channel.
 */
export interface RaidSent {
/**
 * The channel that they left.
 */
channel: string
target: User5
/**
 * How many viewers went along.
 */
viewers: number
}
/**
 * A person, as the service knows them.
 */
export interface User5 {
/**
 * The service's own identifier; empty where it tells only the name.
 */
id: string
/**
 * The name one types, lower case where the service does so.
 */
login: string
/**
 * The name one reads.
 */
name: string
}
/**
 * A redemption was fulfilled, or its points given back.
 */
export interface RedemptionUpdated {
/**
 * The channel.
 */
channel: string
/**
 * The service's identifier of the redemption.
 */
redemption_id: string
/**
 * The service's identifier of the reward.
 */
reward_id: string
/**
 * What has become of it.
 */
status: ("open" | "fulfilled" | "refunded")
/**
 * The reward's title, where told.
 */
title?: (string | null)
user: User6
}
/**
 * A person, as the service knows them.
 */
export interface User6 {
/**
 * The service's own identifier; empty where it tells only the name.
 */
id: string
/**
 * The name one types, lower case where the service does so.
 */
login: string
/**
 * The name one reads.
 */
name: string
}
/**
 * A reward was added, changed or removed.
 */
export interface RewardChanged {
/**
 * What happened to it.
 */
change: ("added" | "updated" | "removed")
/**
 * The channel.
 */
channel: string
reward: Reward
}
/**
 * The reward, as it is now or was last.
 */
export interface Reward {
/**
 * Its colour, as `#RRGGBB`.
 */
color?: (string | null)
/**
 * What it costs, in points.
 */
cost: number
/**
 * Whether viewers see it.
 */
enabled: boolean
/**
 * The service's identifier.
 */
id: string
/**
 * Whether the viewer has to type something.
 */
input_required: boolean
/**
 * Whether it can be seen but not redeemed for now.
 */
paused: boolean
/**
 * What the viewer reads about it, where there is such a text.
 */
prompt?: (string | null)
/**
 * Its title.
 */
title: string
}
/**
 * Someone redeemed a reward for channel points.
 */
export interface RewardRedeemed {
/**
 * The channel.
 */
channel: string
/**
 * What it cost in points, where the service tells.
 */
cost?: (number | null)
/**
 * What was typed with it.
 */
input?: (string | null)
/**
 * The service's identifier of the redemption, where it tells.
 */
redemption_id?: (string | null)
/**
 * The service's identifier of the reward, or its word for one of its own making; empty where it
 * tells only the title.
 */
reward_id: string
/**
 * What has become of it, where the service keeps account.
 */
status?: (RedemptionStatus | null)
/**
 * The reward's title, where the service tells.
 */
title?: (string | null)
user: User7
}
/**
 * A person, as the service knows them.
 */
export interface User7 {
/**
 * The service's own identifier; empty where it tells only the name.
 */
id: string
/**
 * The name one types, lower case where the service does so.
 */
login: string
/**
 * The name one reads.
 */
name: string
}
/**
 * How channels share one chat.
 */
export interface SharedChat {
/**
 * Whether the session goes on.
 */
active: boolean
/**
 * The channel.
 */
channel: string
host: User8
/**
 * Who takes part, this channel included.
 */
participants: User[]
/**
 * The service's identifier of the session.
 */
session_id: string
}
/**
 * A person, as the service knows them.
 */
export interface User8 {
/**
 * The service's own identifier; empty where it tells only the name.
 */
id: string
/**
 * The name one types, lower case where the service does so.
 */
login: string
/**
 * The name one reads.
 */
name: string
}
/**
 * The channel recommended another one.
 */
export interface Shoutout {
/**
 * The channel.
 */
channel: string
target: User9
/**
 * How many viewers saw it, where told.
 */
viewers?: (number | null)
}
/**
 * A person, as the service knows them.
 */
export interface User9 {
/**
 * The service's own identifier; empty where it tells only the name.
 */
id: string
/**
 * The name one types, lower case where the service does so.
 */
login: string
/**
 * The name one reads.
 */
name: string
}
/**
 * Another channel recommended this one.
 */
export interface ShoutoutReceived {
/**
 * The channel.
 */
channel: string
user: User10
/**
 * How many viewers saw it, where told.
 */
viewers?: (number | null)
}
/**
 * A person, as the service knows them.
 */
export interface User10 {
/**
 * The service's own identifier; empty where it tells only the name.
 */
id: string
/**
 * The name one types, lower case where the service does so.
 */
login: string
/**
 * The name one reads.
 */
name: string
}
/**
 * Someone subscribed, or renewed a subscription.
 */
export interface Subscribe {
/**
 * The channel.
 */
channel: string
/**
 * Whether someone else paid for it. A `channel.gift` tells who.
 */
gifted: boolean
/**
 * For how many months in all, where told; 1 is a new subscription.
 */
months?: (number | null)
/**
 * For how many months without a gap, where the subscriber told.
 */
streak?: (number | null)
/**
 * What the subscriber wrote with it.
 */
text?: (string | null)
/**
 * The service's name of the tier, such as `1000` or `Prime`; none where it has only one.
 */
tier?: (string | null)
user: User11
}
/**
 * A person, as the service knows them.
 */
export interface User11 {
/**
 * The service's own identifier; empty where it tells only the name.
 */
id: string
/**
 * The name one types, lower case where the service does so.
 */
login: string
/**
 * The name one reads.
 */
name: string
}
/**
 * Someone's subscription ended.
 */
export interface SubscriptionEnded {
/**
 * The channel.
 */
channel: string
/**
 * Whether someone else had paid for it.
 */
gifted: boolean
/**
 * The service's name of the tier.
 */
tier?: (string | null)
user: User12
}
/**
 * A person, as the service knows them.
 */
export interface User12 {
/**
 * The service's own identifier; empty where it tells only the name.
 */
id: string
/**
 * The name one types, lower case where the service does so.
 */
login: string
/**
 * The name one reads.
 */
name: string
}
/**
 * Someone told how many streams in a row they watched.
 */
export interface WatchStreak {
/**
 * The channel.
 */
channel: string
/**
 * How many streams in a row.
 */
streams: number
/**
 * What was written with it.
 */
text?: (string | null)
user: User13
}
/**
 * A person, as the service knows them.
 */
export interface User13 {
/**
 * The service's own identifier; empty where it tells only the name.
 */
id: string
/**
 * The name one types, lower case where the service does so.
 */
login: string
/**
 * The name one reads.
 */
name: string
}
/**
 * A connector's state changed.
 */
export interface ConnectorStatus {
/**
 * The connector.
 */
connector: string
/**
 * When it last heard something, in milliseconds since the epoch.
 */
last_heard?: (number | null)
/**
 * When it tries again, in milliseconds since the epoch.
 */
next_try?: (number | null)
/**
 * Why, where there is something to say.
 */
reason?: (string | null)
/**
 * How its connection stands.
 */
state: ("off" | "connecting" | "connected" | "waiting" | "needs-user")
}
/**
 * A plugin was refused something.
 */
export interface PluginDenied {
/**
 * Whether the manifest asks for it, so that a grant is all that is missing.
 */
declared: boolean
/**
 * What it wanted, as a permission: `call:obs.set-current-program-scene`.
 */
permission: string
/**
 * The plugin.
 */
plugin: string
/**
 * What to type to allow it.
 */
remedy: string
}
/**
 * What a plugin imports of other plugins, and who offers it now.
 */
export interface PluginDependencies {
/**
 * The interfaces that it imports.
 */
dependencies: PluginDependency[]
/**
 * The plugin.
 */
plugin: string
}
/**
 * An interface that a plugin imports, and who offers it now.
 */
export interface PluginDependency {
/**
 * Whether it can be called now. Permission is another matter.
 */
available: boolean
/**
 * The interface, with the version that is asked for.
 */
interface: string
/**
 * The plugin that offers it.
 */
provider?: (string | null)
/**
 * Why not, in words.
 */
reason?: (string | null)
}
/**
 * The user changed what a plugin may do.
 */
export interface PluginGrantsChanged {
/**
 * Its grants now, as permissions.
 */
grants: string[]
/**
 * The plugin.
 */
plugin: string
}
/**
 * A plugin's mailbox was full.
 */
export interface PluginLagged {
/**
 * How many events were lost to it since it was last said.
 */
dropped: number
/**
 * The plugin.
 */
plugin: string
}
/**
 * A new version of a plugin failed.
 */
export interface PluginRolledBack {
/**
 * The version that failed.
 */
from: string
/**
 * The plugin.
 */
plugin: string
/**
 * Why the other failed.
 */
reason: string
/**
 * The version that runs again.
 */
to: string
}
/**
 * A plugin's state changed.
 */
export interface PluginStatus {
/**
 * The plugin.
 */
plugin: string
/**
 * Why, where there is something to say.
 */
reason?: (string | null)
/**
 * What it is doing now.
 */
state: ("loading" | "running" | "restarting" | "quarantined" | "failed" | "stopped")
}
/**
 * A new version of a plugin has proved healthy.
 */
export interface PluginUpdated {
/**
 * The version before.
 */
from: string
/**
 * The plugin.
 */
plugin: string
/**
 * The version that is installed now.
 */
to: string
}
