import { describe, expect, it, vi } from "vitest";

import type { Event } from "@/client/views";

import { inOrder } from "./cause-chain";
import { CAPACITY, EventLog, EVERYTHING } from "./event-log";

const event = (number: number, changes: Partial<Event> = {}): Event => ({
  id: `e${number}`,
  topic: "chat.message",
  source: "twitch",
  time: number,
  data: { text: `message ${number}` },
  ...changes,
});

/** A log whose frames the test draws. */
function logged() {
  const frames: (() => void)[] = [];
  const log = new EventLog((draw) => frames.push(draw));
  const draw = () => frames.splice(0).forEach((frame) => frame());
  return { log, frames, draw };
}

const ids = (log: EventLog) => log.snapshot().entries.map((entry) => entry.event.id);

describe("the event log", () => {
  it("draws once for a thousand events", () => {
    const { log, frames, draw } = logged();
    const told = vi.fn();
    log.subscribe(told);
    for (let number = 0; number < 1_000; number += 1) log.add(event(number));
    expect(frames).toHaveLength(1);
    draw();
    expect(told).toHaveBeenCalledTimes(1);
    expect(log.snapshot().kept).toBe(1_000);
  });

  it("keeps no more than its capacity, whether anything is drawn or not", () => {
    const { log, draw } = logged();
    for (let number = 0; number < 4 * CAPACITY; number += 1) log.add(event(number));
    draw();
    for (let number = 0; number < 10; number += 1) log.add(event(100_000 + number));
    draw();
    const shown = ids(log);
    expect(shown).toHaveLength(CAPACITY);
    expect(shown.at(-1)).toBe("e100009");
    expect(shown[0]).toBe(`e${3 * CAPACITY + 10}`);
  });

  it("finds by text, kind and source, in what was there and in what comes", () => {
    const { log, draw } = logged();
    log.add(event(1, { data: { user: { name: "Ronni" } } }));
    log.add(event(2, { topic: "channel.raid", source: "kick" }));
    draw();
    log.filter({ ...EVERYTHING, text: "RONNI" });
    log.add(event(3, { data: { text: "hi ronni" } }));
    log.add(event(4));
    draw();
    expect(ids(log)).toEqual(["e1", "e3"]);
    log.filter({ ...EVERYTHING, family: "channel" });
    expect(ids(log)).toEqual(["e2"]);
    log.filter({ ...EVERYTHING, family: "chan" });
    expect(ids(log)).toEqual([]);
    log.filter({ ...EVERYTHING, source: "kick", text: "raid" });
    expect(ids(log)).toEqual(["e2"]);
    expect(log.snapshot().kept).toBe(4);
    expect(log.snapshot().families).toEqual(["channel", "chat"]);
  });

  it("holds still while the user looks, and counts what comes", () => {
    const { log, draw } = logged();
    log.add(event(1));
    draw();
    log.hold();
    log.add(event(2));
    log.add(event(3));
    draw();
    expect(ids(log)).toEqual(["e1"]);
    expect(log.snapshot().unseen).toBe(2);
    log.release();
    expect(ids(log)).toEqual(["e1", "e2", "e3"]);
    expect(log.snapshot().unseen).toBe(0);
  });

  it("puts the past in front, and tells no event twice", () => {
    const { log, draw } = logged();
    log.add(event(3));
    draw();
    log.prepend([event(1), event(2), event(3)]);
    log.add(event(3));
    draw();
    expect(ids(log)).toEqual(["e1", "e2", "e3"]);
  });
});

describe("a cause chain", () => {
  const shape = (events: Event[]) =>
    inOrder(events).map(({ event: { id }, depth }) => `${" ".repeat(depth)}${id}`);

  it("has each event below what caused it", () => {
    const chain = [
      event(4, { cause: "e1" }),
      event(3, { cause: "e2" }),
      event(2, { cause: "e1" }),
      event(1, { cause: "gone" }),
    ];
    expect(shape(chain)).toEqual(["e1", " e2", "  e3", " e4"]);
  });

  it("survives events that cause each other, and themselves", () => {
    const circle = [
      event(1, { cause: "e2" }),
      event(2, { cause: "e1" }),
      event(3, { cause: "e3" }),
    ];
    expect(shape(circle).sort()).toEqual(["e1", "e2", "e3"]);
  });

  it("survives a chain that is very long", () => {
    const long = Array.from({ length: 20_000 }, (_, index) =>
      event(index, { cause: `e${index - 1}` }),
    );
    expect(inOrder(long)).toHaveLength(20_000);
  });
});
