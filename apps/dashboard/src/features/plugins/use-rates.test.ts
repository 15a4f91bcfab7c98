import { describe, expect, it } from "vitest";

import { plugin } from "@/client/fake/plugins";
import type { PluginView } from "@/client/views";

import { ratesBetween } from "./use-rates";

function counted(events: number, milliseconds: number): PluginView {
  const made = plugin("alerts");
  if (!made.metrics) throw new Error("it does not run");
  return { ...made, metrics: { ...made.metrics, events, processor_milliseconds: milliseconds } };
}

describe("a plugin's rate", () => {
  it("is what was counted between two looks", () => {
    const rates = ratesBetween(
      { at: 1_000, plugins: [counted(10, 100)] },
      { at: 3_000, plugins: [counted(30, 300)] },
    );
    expect(rates.alerts).toEqual({ events: 10, processor: 0.1 });
  });

  it("is not told where there is nothing to compare with", () => {
    const before = { at: 1_000, plugins: [counted(10, 100)] };
    const anew = { at: 2_000, plugins: [counted(3, 5)] };
    const stopped = { at: 2_000, plugins: [{ ...counted(0, 0), metrics: null }] };
    expect(ratesBetween(before, anew)).toEqual({});
    expect(ratesBetween(before, stopped)).toEqual({});
    expect(ratesBetween({ at: 0, plugins: [] }, anew)).toEqual({});
    expect(ratesBetween(before, { ...before })).toEqual({});
  });
});
