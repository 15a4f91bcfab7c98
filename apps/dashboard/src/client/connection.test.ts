import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { backoff } from "./backoff";
import { Connection } from "./connection";
import type { ClientFrame, HostFrame } from "./frames";
import type { LineListener, Transport } from "./transport";

/** A transport whose other end the test holds. */
class TestTransport implements Transport {
  lines: { listener: LineListener; sent: ClientFrame[]; closed: boolean }[] = [];

  open(listener: LineListener) {
    const line = { listener, sent: [] as ClientFrame[], closed: false };
    this.lines.push(line);
    return {
      send: (frame: ClientFrame) => {
        line.sent.push(frame);
      },
      close: () => {
        line.closed = true;
      },
    };
  }

  upload = () => Promise.resolve(null);

  get last() {
    const line = this.lines.at(-1);
    if (!line) throw new Error("no line was opened");
    return line;
  }

  say(frame: HostFrame) {
    this.last.listener.received(frame);
  }
}

let transport: TestTransport;
let connection: Connection;

beforeEach(() => {
  vi.useFakeTimers();
  transport = new TestTransport();
  connection = new Connection(transport, () => 1);
  connection.start();
});
afterEach(() => {
  connection.stop();
  vi.useRealTimers();
});

const opened = () => transport.last.listener.opened();

describe("the connection", () => {
  it("tries again after twice as long each time, up to a limit", () => {
    const waits: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      transport.last.listener.closed("lost");
      const status = connection.status();
      if (status.phase !== "lost") throw new Error(status.phase);
      waits.push(status.retryAt - Date.now());
      vi.advanceTimersToNextTimer();
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    expect(transport.lines).toHaveLength(9);
    opened();
    transport.last.listener.closed("lost");
    expect(connection.status()).toEqual({ phase: "lost", retryAt: Date.now() + 500 });
  });

  it("spreads its tries over half of the time", () => {
    expect(backoff(2, () => 0)).toBe(1_000);
    expect(backoff(2, () => 0.5)).toBe(1_500);
    expect(backoff(2_000, () => 1)).toBe(15_000);
  });

  it("asks again for all that is shown, and for nothing else", async () => {
    opened();
    const heard = vi.fn();
    connection.views.watch("plugins", undefined, heard);
    connection.views.watch("settings", "alerts", heard);
    const leave = connection.views.watch("log", "alerts", heard);
    connection.onEvents("*", heard);
    const leaveEvents = connection.onEvents("chat.*", heard);
    leave();
    leaveEvents();
    await Promise.resolve();
    transport.last.listener.closed("lost");
    vi.advanceTimersToNextTimer();
    expect(transport.last.sent).toEqual([]);
    opened();
    expect(transport.last.sent).toEqual([
      { type: "subscribe", module: "*", name: "*", details: true },
      { type: "watch", view: "plugins" },
      { type: "watch", view: "settings", key: "alerts" },
    ]);
  });

  it("keeps what it was shown while the host is away", () => {
    opened();
    connection.views.watch("plugins", undefined, vi.fn());
    transport.say({ type: "view", view: "plugins", data: ["alerts"] });
    transport.last.listener.closed("lost");
    expect(connection.views.data("plugins")).toEqual(["alerts"]);
  });

  it("answers every call, also those that the host did not live to answer", async () => {
    opened();
    const done = connection.call("host", "status");
    const failed = connection.call("host", "plugin.enable", { id: "x" });
    const lost = connection.call("host", "status");
    transport.say({ type: "response", request_id: 1, success: true, data: { version: "1" } });
    transport.say({
      type: "response",
      request_id: 2,
      success: false,
      data: { error: "not-found", message: "no plugin `x`" },
    });
    const outcomes = Promise.allSettled([done, failed, lost, connection.call("host", "late")]);
    transport.last.listener.closed("lost");
    const late = connection.call("host", "status").catch((error: unknown) => error);
    const [first, second, third] = await outcomes;
    expect(first).toEqual({ status: "fulfilled", value: { version: "1" } });
    expect(second).toMatchObject({ reason: { kind: "not-found", message: "no plugin `x`" } });
    expect(third).toMatchObject({ reason: { kind: "disconnected" } });
    expect(await late).toMatchObject({ kind: "disconnected" });
  });

  it("does not try again where it is refused, until the user says so", () => {
    transport.last.listener.closed("refused");
    expect(connection.status()).toEqual({ phase: "refused" });
    vi.advanceTimersByTime(600_000);
    expect(transport.lines).toHaveLength(1);
    connection.retryNow();
    expect(transport.lines).toHaveLength(2);
  });

  it("hears nothing from a line that it gave up", () => {
    opened();
    const heard = vi.fn();
    connection.onEvents("*", heard);
    const [first] = transport.lines;
    first?.listener.closed("lost");
    vi.advanceTimersToNextTimer();
    opened();
    first?.listener.received({
      type: "event",
      module: "chat",
      name: "message",
      version: 1,
      data: {},
      timestamp: 1,
    });
    first?.listener.closed("lost");
    expect(heard).not.toHaveBeenCalled();
    expect(connection.status()).toEqual({ phase: "open" });
  });

  it("opens no line once it was stopped", () => {
    opened();
    transport.last.listener.closed("lost");
    connection.stop();
    vi.advanceTimersByTime(600_000);
    expect(transport.lines).toHaveLength(1);
  });

  it("tells each listener the events of its topic only", () => {
    opened();
    const all = vi.fn();
    const chat = vi.fn();
    const denied = vi.fn();
    connection.onEvents("*", all);
    connection.onEvents("chat.*", chat);
    connection.onEvents("plugin.denied", denied);
    for (const [module, name] of [
      ["chat", "message"],
      ["chatter", "message"],
      ["plugin", "denied"],
      ["plugin", "denied.again"],
    ] as const) {
      transport.say({ type: "event", module, name, version: 1, data: {}, timestamp: 1 });
    }
    expect([all, chat, denied].map(({ mock }) => mock.calls.length)).toEqual([4, 1, 1]);
  });
});

describe("a drawing's values", () => {
  const watched = () => {
    opened();
    connection.views.watch("surface", "a/b", vi.fn());
    transport.say({
      type: "view",
      view: "surface",
      key: "a/b",
      data: { nodes: [1], values: { old: 1, log: ["x"] }, problem: null },
    });
  };

  it("change without the rest of it", () => {
    watched();
    transport.say({
      type: "values",
      view: "surface",
      key: "a/b",
      set: { fresh: 2 },
      append: { log: ["y", "z"], born: ["n"] },
    });
    expect(connection.views.data("surface", "a/b")).toEqual({
      nodes: [1],
      values: { old: 1, fresh: 2, log: ["x", "y", "z"], born: ["n"] },
      problem: null,
    });
  });

  it("do not grow without end", () => {
    watched();
    for (let round = 0; round < 5; round += 1) {
      const log = Array.from({ length: 700 }, (_, index) => round * 700 + index);
      transport.say({ type: "values", view: "surface", key: "a/b", append: { log } });
    }
    const { values } = connection.views.data("surface", "a/b") as unknown as {
      values: { log: number[] };
    };
    expect(values.log).toHaveLength(1_000);
    expect(values.log.at(-1)).toBe(3_499);
  });

  it("of what was never shown are left alone", () => {
    opened();
    connection.views.watch("surface", "c/d", vi.fn());
    transport.say({ type: "values", view: "surface", key: "c/d", set: { a: 1 } });
    transport.say({ type: "values", view: "surface", key: "unknown", set: { a: 1 } });
    expect(connection.views.data("surface", "c/d")).toBeUndefined();
  });
});
