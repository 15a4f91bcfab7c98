import { describe, expect, it } from "vitest";

import { contrastOf, readable, readableInThemes } from "./contrast";

const CHATTERS = [
  "#FF0000",
  "#0000FF",
  "#00FF00",
  "#FFFF00",
  "#8A2BE2",
  "#000000",
  "#FFFFFF",
  "#7F7F7F",
];
const GROUNDS = ["#FFFFFF", "#F5F3F0", "#23211F", "#000000", "#777777", "#0000FF"];

describe("a colour that somebody chose", () => {
  it.each(CHATTERS.flatMap((color) => GROUNDS.map((ground) => [color, ground] as const)))(
    "%s can be read on %s",
    (color, ground) => {
      const shown = readable(color, ground);
      expect(shown).toMatch(/^#[\da-f]{6}$/i);
      expect(contrastOf(shown, ground)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it("stays as it is where it can be read already", () => {
    expect(readable("#FFFF00", "#000000")).toBe("#FFFF00");
    expect(readable("#0000FF", "#FFFFFF")).toBe("#0000FF");
  });

  it("keeps its hue: a red is still the reddest of the three", () => {
    const [red, green, blue] = [1, 3, 5].map((at) =>
      parseInt(readable("#FF4040", "#FFFFFF").slice(at, at + 2), 16),
    ) as [number, number, number];
    expect(red).toBeGreaterThan(2 * green);
    expect(red).toBeGreaterThan(2 * blue);
  });

  it("is another one in each theme if it has to be", () => {
    expect(readableInThemes("#FFFF00")).toMatch(/^light-dark\(#[\da-f]{6}, #FFFF00\)$/);
    expect(readableInThemes("#0000FF")).toMatch(/^light-dark\(#0000FF, #[\da-f]{6}\)$/);
  });
});
