import { describe, expect, it } from "vitest";

import type { LayoutItem, SurfaceView } from "@/client/views";

import {
  added,
  inReadingOrder,
  moved,
  removed,
  resized,
  withoutPage,
  withPage,
} from "./arrangement";

const item = (surface: string, x: number, y: number, w: number, h: number): LayoutItem => ({
  surface,
  x,
  y,
  w,
  h,
});
const TWO = [item("a/a", 0, 0, 4, 3), item("b/b", 0, 3, 4, 5)];
const places = (items: LayoutItem[]) =>
  Object.fromEntries(items.map(({ surface, x, y, w, h }) => [surface, [x, y, w, h]]));

function overlap(items: LayoutItem[]): boolean {
  return items.some((one, index) =>
    items
      .slice(index + 1)
      .some(
        (other) =>
          one.x < other.x + other.w &&
          other.x < one.x + one.w &&
          one.y < other.y + other.h &&
          other.y < one.y + one.h,
      ),
  );
}

describe("an arrangement", () => {
  it("moves a widget by a step, and not beyond the edges", () => {
    expect(places(moved(TWO, "a/a", { x: 1, y: 0 }))["a/a"]).toEqual([1, 0, 4, 3]);
    expect(places(moved(TWO, "a/a", { x: -1, y: 0 }))["a/a"]).toEqual([0, 0, 4, 3]);
    const far = Array.from({ length: 20 }).reduce<LayoutItem[]>(
      (items) => moved(items, "a/a", { x: 1, y: 0 }),
      TWO,
    );
    expect(places(far)["a/a"]?.[0]).toBe(8);
  });

  it("moves down past the widget below, and back up", () => {
    const down = moved(TWO, "a/a", { x: 0, y: 1 });
    expect(places(down)).toEqual({ "a/a": [0, 5, 4, 3], "b/b": [0, 0, 4, 5] });
    const last = moved(down, "a/a", { x: 0, y: 1 });
    expect(places(last)).toEqual(places(down));
    expect(places(moved(down, "a/a", { x: 0, y: -1 }))).toEqual(places(TWO));
  });

  it("resizes within what is possible, and pushes the others away", () => {
    const larger = resized(TWO, "a/a", { x: 2, y: 2 });
    expect(places(larger)["a/a"]).toEqual([0, 0, 6, 5]);
    expect(overlap(larger)).toBe(false);
    const tiny = resized(TWO, "a/a", { x: -99, y: -99 });
    expect(places(tiny)["a/a"]).toEqual([0, 0, 2, 2]);
    expect(places(resized(TWO, "a/a", { x: 99, y: 99 }))["a/a"]).toEqual([0, 0, 12, 40]);
  });

  it("adds a widget where there is room, of a size that fits", () => {
    const view = (width: number, height: number) =>
      ({ plugin: "c", id: "c", width, height }) as SurfaceView;
    expect(places(added(TWO, view(4, 4)))["c/c"]).toEqual([4, 0, 4, 4]);
    expect(places(added(TWO, view(40, 4_000)))["c/c"]).toEqual([0, 8, 12, 20]);
    expect(places(added([], view(0, 0)))["c/c"]).toEqual([0, 0, 2, 2]);
  });

  it("closes the gap of a widget that is taken away, and leaves unknown ones alone", () => {
    expect(places(removed(TWO, "a/a"))).toEqual({ "b/b": [0, 0, 4, 5] });
    expect(moved(TWO, "x/x", { x: 1, y: 0 })).toBe(TWO);
  });

  it("is read from the top left on a phone", () => {
    const items = [item("c", 6, 0, 2, 2), item("b", 0, 4, 2, 2), item("a", 0, 0, 2, 2)];
    expect(inReadingOrder(items).map(({ surface }) => surface)).toEqual(["a", "c", "b"]);
  });

  it("keeps its pages in order", () => {
    const page = (id: string, title = id) => ({ id, title, items: [] });
    const layout = { pages: [page("a"), page("b")] };
    expect(withPage(layout, page("a", "new")).pages.map(({ title }) => title)).toEqual([
      "new",
      "b",
    ]);
    expect(withPage(layout, page("c")).pages).toHaveLength(3);
    expect(withoutPage(layout, "a").pages.map(({ id }) => id)).toEqual(["b"]);
  });
});
