import { describe, expect, it } from "vitest";

import { shadeOf, textOf } from "./color";
import { CORNERS, draggedBy, fitted, movedBy, resizedBy } from "./placing";

const BOX = { x: 400, y: 300, width: 600, height: 200 };

describe("an overlay's place", () => {
  it("is moved and stays on the stage", () => {
    expect(movedBy(BOX, 10, -10)).toEqual({ ...BOX, x: 410, y: 290 });
    expect(movedBy(BOX, 9_999, 9_999)).toEqual({ ...BOX, x: 1_320, y: 880 });
    expect(movedBy(BOX, -9_999, -9_999)).toEqual({ ...BOX, x: 0, y: 0 });
  });

  it("snaps to the middle and the edges when it is dragged near", () => {
    expect(draggedBy(BOX, 252, 0).x).toBe(660);
    expect(draggedBy(BOX, -392, -291)).toEqual({ ...BOX, x: 0, y: 0 });
    expect(draggedBy(BOX, 200, 0).x).toBe(600);
  });

  it("is resized by each corner, while the one across stays", () => {
    expect(resizedBy(BOX, "se", 50, 20)).toEqual({ ...BOX, width: 650, height: 220 });
    expect(resizedBy(BOX, "nw", 50, 20)).toEqual({ x: 450, y: 320, width: 550, height: 180 });
    expect(resizedBy(BOX, "ne", 50, 20)).toEqual({ x: 400, y: 320, width: 650, height: 180 });
    expect(resizedBy(BOX, "sw", 50, 20)).toEqual({ x: 450, y: 300, width: 550, height: 220 });
  });

  it.each(CORNERS)("never gets lost, however far %s is dragged", (corner) => {
    for (const [dx, dy] of [
      [-9_999, -9_999],
      [9_999, 9_999],
      [9_999, -9_999],
    ] as const) {
      const box = resizedBy(BOX, corner, dx, dy);
      expect(box).toEqual(fitted(box));
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(40);
    }
  });
});

describe("a colour", () => {
  it.each(["#12ab34", "#12ab3400", "#12ab3480"])(
    "%s is the same when it was taken apart",
    (text) => {
      expect(textOf(shadeOf(text))).toBe(text);
    },
  );

  it("that is none is seen through", () => {
    expect(shadeOf("transparent").opacity).toBe(0);
    expect(shadeOf("red; display: none").opacity).toBe(0);
  });
});
