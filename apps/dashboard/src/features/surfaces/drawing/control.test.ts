import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Json } from "@/client/frames";

import { Control } from "./control";

/** Calls that are answered when the test says so. */
function pendingCalls() {
  const calls: { value: Json; accept: () => void; refuse: (why: string) => void }[] = [];
  const tell = (value: Json) =>
    new Promise<unknown>((resolve, reject) => {
      calls.push({ value, accept: () => resolve({}), refuse: (why) => reject(new Error(why)) });
    });
  return { calls, tell, told: () => calls.map(({ value }) => value) };
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

describe("a control", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("tells at most so often while it slides, and always the last value", async () => {
    const { calls, tell, told } = pendingCalls();
    const control = new Control(tell, { how: "throttled", milliseconds: 100 });
    for (let value = 1; value <= 50; value += 1) {
      control.change(value);
      calls.at(-1)?.accept();
      await pass(10);
    }
    await pass(100);
    expect(told().length).toBeLessThanOrEqual(7);
    expect(told().at(-1)).toBe(50);
    expect(control.state().held).toBe(50);
  });

  it("tells one at a time, so that the last value arrives last", async () => {
    const { calls, tell, told } = pendingCalls();
    const control = new Control(tell, { how: "at-once" });
    control.change("a");
    control.change("b");
    control.change("c");
    await pass(1_000);
    expect(told()).toEqual(["a"]);
    calls[0]!.accept();
    await pass(0);
    expect(told()).toEqual(["a", "c"]);
  });

  it("waits for a pause in typing, also if one ended while it told", async () => {
    const { calls, tell, told } = pendingCalls();
    const control = new Control(tell, { how: "debounced", milliseconds: 500 });
    control.change("h");
    await pass(499);
    control.change("he");
    await pass(499);
    expect(told()).toEqual([]);
    await pass(1);
    control.change("hello");
    await pass(600);
    expect(told()).toEqual(["he"]);
    calls[0]!.accept();
    await pass(0);
    expect(told()).toEqual(["he", "hello"]);
  });

  it("goes back to the plugin's value when it is refused, with the reason", async () => {
    const { calls, tell } = pendingCalls();
    const control = new Control(tell, { how: "at-once" });
    control.sourceIs(false);
    control.change(true);
    expect(control.state()).toEqual({ held: true, error: null });
    calls[0]!.refuse("no");
    await pass(0);
    expect(control.state()).toEqual({ held: undefined, error: "no" });
    control.change(true);
    expect(control.state().error).toBeNull();
  });

  it("keeps a refused text where it was typed", async () => {
    const { calls, tell } = pendingCalls();
    const control = new Control(tell, { how: "at-once" }, true);
    control.change("long text");
    calls[0]!.refuse("too long");
    await pass(0);
    expect(control.state()).toEqual({ held: "long text", error: "too long" });
  });

  it("does not jump back when the plugin answers to an older value", async () => {
    const { calls, tell } = pendingCalls();
    const control = new Control(tell, { how: "at-once" });
    control.sourceIs(0);
    control.change(1);
    calls[0]!.accept();
    await pass(0);
    control.change(2);
    calls[1]!.accept();
    await pass(0);
    control.sourceIs(1);
    expect(control.state().held).toBe(2);
    control.sourceIs(2);
    expect(control.state().held).toBeUndefined();
  });

  it("gives way to what the plugin makes of a value", async () => {
    const { calls, tell } = pendingCalls();
    const control = new Control(tell, { how: "at-once" });
    control.sourceIs("a");
    control.change("  b  ");
    control.sourceIs("b");
    expect(control.state().held).toBe("  b  ");
    calls[0]!.accept();
    await pass(400);
    expect(control.state().held).toBeUndefined();
  });

  it("keeps the person's value where the plugin has none to say", async () => {
    const { calls, tell } = pendingCalls();
    const control = new Control(tell, { how: "at-once" });
    control.change(5);
    calls[0]!.accept();
    await pass(60_000);
    expect(control.state().held).toBe(5);
  });

  it("keeps what is held for a form when the plugin's value moves meanwhile", async () => {
    const { tell } = pendingCalls();
    const control = new Control(tell, { how: "at-once" });
    control.sourceIs(1);
    control.hold(5);
    control.sourceIs(2);
    await pass(60_000);
    expect(control.state().held).toBe(5);
    control.release();
    expect(control.state().held).toBeUndefined();
  });

  it("tells nothing that is only held for a form", async () => {
    const { tell, told } = pendingCalls();
    const control = new Control(tell, { how: "debounced", milliseconds: 10 });
    control.hold("x");
    control.flush();
    await pass(1_000);
    expect(told()).toEqual([]);
  });
});
