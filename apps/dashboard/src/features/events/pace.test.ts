import { describe, expect, it } from "vitest";

import { paced } from "./pace";

/** Draws whenever it may for a second of sixty frames, each draw taking so many milliseconds. */
function drawsInASecond(took: number): number {
  let time = 0;
  let draws = 0;
  const frames: (() => void)[] = [];
  const pace = paced({ frame: (draw) => frames.push(draw), now: () => time });
  const wanted = () =>
    pace(() => {
      draws += 1;
      time += took;
      wanted();
    });
  wanted();
  while (time < 1_000) {
    time += 1_000 / 60;
    for (const frame of frames.splice(0)) frame();
  }
  return draws;
}

describe("the pace of a list", () => {
  it("is thirty updates a second at the most", () => {
    expect(drawsInASecond(0)).toBeLessThanOrEqual(31);
    expect(drawsInASecond(0)).toBeGreaterThan(15);
  });

  it("is slower where drawing takes long, and never stops", () => {
    expect(drawsInASecond(20)).toBeLessThanOrEqual(8);
    expect(drawsInASecond(20)).toBeGreaterThan(4);
    expect(drawsInASecond(2_000)).toBe(1);
  });

  it("draws the first time with the next frame", () => {
    const frames: (() => void)[] = [];
    let drawn = false;
    paced({ frame: (draw) => frames.push(draw), now: () => 5 })(() => (drawn = true));
    expect(drawn).toBe(false);
    frames.splice(0).forEach((frame) => frame());
    expect(drawn).toBe(true);
  });
});
