// Greets who is new in chat, and keeps points: for itself, and by wit/points.wit for other plugins.
//
// What the plugin imports and exports stands in wit/world.wit; the names of its exports here are those of
// the interfaces there. A function here that fails throws `{ tag, val }`, as `types.wit` describes; one of the
// host or of another plugin that fails throws an `Error` with that as its `payload`.

import * as javascript from "greeter-javascript:points/points@1.0.0";
import type { Points } from "greeter-typescript:points/points@1.0.0";
import type { CommandHandler } from "pato:platform/command-handler@0.1.0";
import type { EventHandler } from "pato:platform/event-handler@0.1.0";
import { subscribe } from "pato:platform/events@0.1.0";
import type { LifeCycle } from "pato:platform/life-cycle@0.1.0";
import { write } from "pato:platform/log@0.1.0";
import { call } from "pato:platform/services@0.1.0";
import type { Error as Reason } from "pato:platform/types@0.1.0";

import { accounts, keep, load } from "./accounts";

/** The part of a chat message's payload that is used here; the reference of events has all of it. */
interface ChatMessage {
  channel: string;
  message_id: string;
  user: { login: string; name: string };
}

/** The parameters of `thank`. */
interface Thanks {
  user: string;
  amount?: number | null;
  note?: string | null;
}

// How many points one is greeted with.
const WELCOME = 10;

// The most points that a `u32` can hold.
const MOST = 0xffffffff;

export const lifeCycle: LifeCycle = {
  // Called once, at the start: the place to say which events the plugin wants.
  init() {
    subscribe("chat.message");
  },

  // Called once, at the end.
  shutdown() {},
};

export const eventHandler: EventHandler = {
  // Called with the events that it wants, oldest first.
  handleEvents(events) {
    for (const event of events) {
      // What Pato itself wrote is not answered: that is how loops begin.
      if (event.topic === "chat.message" && !event.flags.own) {
        greet(event.source, JSON.parse(event.data));
      }
    }
  },

  // Called when the plugin could not keep up, and events were lost to it.
  lagged(dropped) {
    write("warn", `${dropped} events were lost`);
  },
};

export const commandHandler: CommandHandler = {
  // Called for each command of the manifest, from the dashboard, `pato call` or another plugin.
  handleCommand(name, parameters) {
    switch (name) {
      case "points":
        return JSON.stringify(Object.fromEntries(accounts().map(([user, { points }]) => [user, points])));
      case "thank":
        return JSON.stringify(thank(JSON.parse(parameters)));
      case "crash":
        // What is no error of the contract ends the plugin. Its memory is gone then, and what is stored is not.
        throw new Error("crashed, as it was told to");
      default:
        throw { tag: "not-found", val: `there is no command \`${name}\`` };
    }
  },
};

// Called by other plugins, and by `pato call greeter-typescript.points.give`: one call at a time, and never in
// the middle of a handler.
//
// QuickJS takes a `u32` for a signed number. So what is above 2,147,483,647 comes as a negative one, which `>>> 0` mends, and
// has to be handed over as one, by `| 0`.
export const points: Points = {
  get(user) {
    const account = load(user);
    if (!account) {
      throw { tag: "not-found", val: `\`${user}\` has no points` };
    }
    return account.points | 0;
  },

  give({ user, amount, note }) {
    const before = load(user)?.points ?? 0;
    const more = amount.tag === "exactly" ? amount.val >>> 0 : before;
    const account = { points: Math.min(before + more, MOST), note: note ?? undefined };
    keep(user, account);
    return account.points | 0;
  },

  top(count) {
    const all = accounts().map(([user, { points, note }]) => ({ user, points, note }));
    const best = all.sort((one, other) => other.points - one.points).slice(0, count >>> 0);
    return best.map((standing) => ({ ...standing, points: standing.points | 0 }));
  },
};

/** Greets who has no points yet, and gives him the first. */
function greet(connector: string, { channel, message_id, user }: ChatMessage): void {
  if (load(user.login)) {
    return;
  }
  keep(user.login, { points: WELCOME, note: undefined });
  const text = `Hello, ${user.name}! TypeScript gives you ${WELCOME} points.`;
  call("chat.send", JSON.stringify({ connector, channel, reply_to: message_id, text }));
}

/** Gives points of the greeter in JavaScript, and tells who has most there. */
function thank({ user, amount, note }: Thanks): unknown {
  const isAmount = amount == null || (Number.isInteger(amount) && amount >= 0 && amount <= MOST);
  if (typeof user !== "string" || !isAmount || typeof (note ?? "") !== "string") {
    throw { tag: "invalid", val: 'write {"user": "ronni", "amount": 5, "note": "for the raid"}; only the user must be there' };
  }
  try {
    const now = javascript.give({
      user,
      amount: amount == null ? { tag: "double" } : { tag: "exactly", val: amount | 0 },
      note: note ?? undefined,
    });
    const top = javascript.top(3).map((standing) => ({ ...standing, points: standing.points >>> 0 }));
    return { now: now >>> 0, top };
  } catch (thrown) {
    // Whether the other plugin is there and may be called is for the user to decide: the text says what he has
    // to do, and this plugin goes on.
    const error = (thrown as { payload?: Reason }).payload;
    if (error?.tag === "denied" || error?.tag === "unavailable") {
      return { problem: error.tag, text: error.val };
    }
    throw thrown;
  }
}
