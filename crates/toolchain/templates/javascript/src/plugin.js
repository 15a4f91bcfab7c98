// Answers `!hello` in chat, and counts a point for each time.
//
// What the plugin imports and exports stands in wit/world.wit; the names of its exports here are those of
// the interfaces there. A handler that fails throws `{ tag, val }`, as `types.wit` describes; a function of the
// host that fails throws an `Error` with that as its `payload`.

import { subscribe } from "pato:platform/events@0.1.0";
import { write } from "pato:platform/log@0.1.0";
import { call } from "pato:platform/services@0.1.0";
import * as storage from "pato:platform/storage@0.1.0";

// What the names of the stored points begin with.
const POINTS = "points/";

export const lifeCycle = {
  // Called once, at the start: the place to say which events the plugin wants.
  init() {
    subscribe("chat.message");
  },

  // Called once, at the end.
  shutdown() {},
};

export const eventHandler = {
  // Called with the events that it wants, oldest first.
  handleEvents(events) {
    for (const event of events) {
      // What Pato itself wrote is not answered: that is how loops begin.
      if (event.topic === "chat.message" && !event.flags.own) {
        greet(event, JSON.parse(event.data));
      }
    }
  },

  // Called when the plugin could not keep up, and events were lost to it.
  lagged(dropped) {
    write("warn", `${dropped} events were lost`);
  },
};

export const commandHandler = {
  // Called for each command of the manifest, from the dashboard, `pato call` or another plugin.
  handleCommand(name, _parameters) {
    if (name !== "points") {
      throw { tag: "not-found", val: `there is no command \`${name}\`` };
    }
    const keys = storage.keys(POINTS, undefined);
    return JSON.stringify(Object.fromEntries(keys.map((key) => [key.slice(POINTS.length), points(key)])));
  },
};

/** Answers a chat message that says hello. */
function greet(event, message) {
  if (message.text !== "!hello") {
    return;
  }
  const key = POINTS + message.user.login;
  const now = points(key) + 1;
  storage.set(key, Uint8Array.from(String(now), (digit) => digit.charCodeAt(0)));
  call(
    "chat.send",
    JSON.stringify({
      connector: event.source,
      channel: message.channel,
      reply_to: message.message_id,
      text: `Hello, ${message.user.name}! Your points: ${now}`,
    }),
  );
}

/** The number that is stored under a key. */
function points(key) {
  const bytes = storage.get(key);
  return bytes ? Number(String.fromCharCode(...bytes)) : 0;
}
