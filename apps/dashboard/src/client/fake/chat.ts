import type { JsonObject } from "../frames";
import type { ActivityView, Event, PluginView } from "../views";
import type { FakeHost } from "./host";

const PEOPLE = [
  "Ronni",
  "mirabelle_",
  "TheLongestNameOnTwitch25",
  "Jörg",
  "nyxie",
  "クマさん",
  "bytewise",
];
const TEXTS = [
  "hello everyone",
  "that was so close!",
  "!scene Gaming",
  "what keyboard is that?",
  "first time here, love it",
  "LETS GO",
  "can you turn the music down a little? I can hardly hear you over it, sorry",
  "🦆🦆🦆",
];

const user = (name: string): JsonObject => ({
  id: String(name.length * 7_919),
  login: name.toLowerCase(),
  name,
});
const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

export function message(index: number): JsonObject {
  return {
    channel: "pato",
    message_id: `m-${index}`,
    text: pick(TEXTS, index * 5 + 1),
    user: user(pick(PEOPLE, index * 3)),
    roles: index % 5 === 0 ? ["moderator"] : [],
    badges: [],
  };
}

const MOMENTS: readonly [topic: string, data: (index: number) => JsonObject][] = [
  ["channel.follow", () => ({})],
  [
    "channel.subscribe",
    () => ({ gifted: false, months: 8, tier: "1000", text: "Great stream -- keep it up!" }),
  ],
  ["channel.cheer", () => ({ amount: 100, unit: "bits", text: "Cheer100 nice" })],
  ["channel.raid", () => ({ viewers: 42 })],
  ["channel.gift", () => ({ count: 5, tier: "1000", recipients: [] })],
  ["channel.reward-redeemed", () => ({ title: "Hydrate", cost: 500, redemption_id: "r-1" })],
];

export function example(topic: string, index: number): JsonObject {
  const made = MOMENTS.find(([known]) => known === topic)?.[1](index) ?? {};
  return { channel: "pato", user: user(pick(PEOPLE, index)), ...made };
}

/** What a topic makes the plugins of this host do. */
function react(host: FakeHost, event: Event): void {
  const running = host
    .view<PluginView[]>("plugins")
    .filter(
      ({ state, requests }) =>
        state === "running" &&
        requests.some(
          ({ granted, permission }) => granted && permission === `subscribe:${event.topic}`,
        ),
    );
  for (const { id } of running) {
    const source = `plugin:${id}`;
    const { time } = event;
    if (id === "alerts") {
      const shown = host.publish(
        "alerts.show",
        { kind: event.topic.slice(8), text: "Ronni!" },
        { source, cause: event.id, time },
      );
      host.publish("alerts.queue", { waiting: 0 }, { source, cause: shown.id, time });
    }
    if (id === "counter")
      host.publish("counter.stats", { messages: 1_204 }, { source, cause: event.id, time });
  }
}

function record(host: FakeHost, event: Event): void {
  if (!MOMENTS.some(([topic]) => topic === event.topic)) return;
  const entry: ActivityView = {
    id: event.id,
    topic: event.topic,
    time: event.time,
    source: event.source,
    account: event.account ?? null,
    simulated: event.simulated ?? false,
    replayed: event.replayed ?? false,
    data: event.data,
  };
  host.show("activity", [entry, ...host.view<ActivityView[]>("activity")].slice(0, 200));
}

/** Gives the host a stream: what happened, and what one can do with it. */
export function addEvents(host: FakeHost, past: number): void {
  host.show("activity", []);
  const happen = (topic: string, data: JsonObject, about: Partial<Event> = {}) => {
    const event = host.publish(topic, data, about);
    record(host, event);
    react(host, event);
    return event;
  };
  const now = Date.now();
  for (let index = 0; index < past; index += 1) {
    const about = { time: now - (past - index) * 7_000, source: "twitch", account: "twitch" };
    happen("chat.message", message(index), about);
    if (index % 4 === 0) {
      const [topic] = pick(MOMENTS, index / 4);
      happen(topic, example(topic, index), about);
    }
  }
  host.actions.set("host.simulate", ({ topic, set }) => {
    const index = host.published;
    const data = topic === "chat.message" ? message(index) : example(String(topic), index);
    return {
      id: happen(String(topic), { ...data, ...(set as JsonObject) }, { simulated: true }).id,
    };
  });
  host.actions.set("host.event.history", ({ pattern, limit }) => {
    const family = String(pattern ?? "**").replace(/\*+$/, "");
    return host.history
      .filter(({ topic }) => topic.startsWith(family))
      .slice(-Number(limit ?? 1_000));
  });
  host.actions.set("host.event.chain", ({ id }) => {
    const chain: Event[] = [];
    let wanted: unknown = id;
    for (const event of [...host.history].reverse()) {
      if (event.id !== wanted) continue;
      chain.unshift(event);
      wanted = event.cause;
    }
    if (chain.length === 0) throw new Error("this event is too long ago to be remembered");
    return chain;
  });
  host.actions.set("host.event.replay", ({ id }) => {
    const event = host.history.find((known) => known.id === id);
    if (!event) throw new Error("this event is too long ago to be delivered again");
    const { topic, data, source } = event;
    return { id: happen(topic, data, { source, replayed: true }).id };
  });
}

/** Lets so many chat messages a second happen, and now and then more than that. */
export function chatter(host: FakeHost, perSecond: number): () => void {
  let index = 0;
  let owed = 0;
  const every = Math.max(16, Math.min(1_000, 1_000 / perSecond));
  const timer = setInterval(() => {
    for (owed += (perSecond * every) / 1_000; owed >= 1; owed -= 1) {
      index += 1;
      const about = { source: "twitch", account: "twitch" };
      const event = host.publish("chat.message", message(index), about);
      if (index % 3 === 0) react(host, event);
    }
  }, every);
  return () => clearInterval(timer);
}
