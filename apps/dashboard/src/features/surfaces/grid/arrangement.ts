import { moveElement, verticalCompactor } from "react-grid-layout/core";

import type { Layout, LayoutItem, LayoutPage, SurfaceView } from "@/client/views";

import { keyOf } from "../frame/use-surface";

/** Of a dashboard; a widget's width is told in them. */
export const COLUMNS = 12;
export const ROW_PIXELS = 40;
export const GAP_PIXELS = 12;
const SMALLEST = { w: 2, h: 2 };
const HIGHEST = 40;
const HIGHEST_NEW = 20;

/** A step to the right and down. */
export type Step = { x: number; y: number };

/** Widgets have no gaps between them, so that one goes up or down by going past another. */
export function moved(items: LayoutItem[], surface: string, by: Step): LayoutItem[] {
  return changed(items, surface, (layout, item) => {
    const x = clamp(item.x + by.x, 0, COLUMNS - item.w);
    const near = layout.filter((other) => other.i !== item.i && overlaps(other, item));
    let y = item.y;
    if (by.y < 0) {
      const above = near.filter((other) => other.y + other.h <= item.y);
      y = Math.max(0, ...above.map((other) => other.y));
    }
    if (by.y > 0) {
      const below = near.filter((other) => other.y >= item.y + item.h);
      const next = below.sort((one, other) => one.y - other.y)[0];
      if (next) y = next.y + next.h - item.h + 1;
    }
    return moveElement(layout, item, x, y, true, false, "vertical", COLUMNS);
  });
}

export function resized(items: LayoutItem[], surface: string, by: Step): LayoutItem[] {
  return changed(items, surface, (layout, item) => {
    item.w = clamp(item.w + by.x, SMALLEST.w, COLUMNS - item.x);
    item.h = clamp(item.h + by.y, SMALLEST.h, HIGHEST);
    return moveElement(layout, item, item.x, item.y, true, false, "vertical", COLUMNS);
  });
}

/** Puts a widget where there is room, as large as it wants to be. */
export function added(items: LayoutItem[], view: SurfaceView): LayoutItem[] {
  const w = clamp(view.width, SMALLEST.w, COLUMNS);
  const h = clamp(view.height, SMALLEST.h, HIGHEST_NEW);
  const item = { surface: keyOf(view), ...freePlace(items, w, h), w, h };
  return compacted([...items, item]);
}

export function removed(items: LayoutItem[], surface: string): LayoutItem[] {
  return compacted(items.filter((item) => item.surface !== surface));
}

/** The widgets from left to right and top to bottom, as a phone shows them. */
export function inReadingOrder(items: LayoutItem[]): LayoutItem[] {
  return [...items].sort((one, other) => one.y - other.y || one.x - other.x);
}

export function withPage(layout: Layout, page: LayoutPage): Layout {
  const known = layout.pages.some(({ id }) => id === page.id);
  return {
    pages: known
      ? layout.pages.map((other) => (other.id === page.id ? page : other))
      : [...layout.pages, page],
  };
}

export function withoutPage(layout: Layout, id: string): Layout {
  return { pages: layout.pages.filter((page) => page.id !== id) };
}

/** The form in which the grid's library has it. */
export function toGrid(items: LayoutItem[]) {
  return items.map(({ surface, ...place }) => ({
    i: surface,
    ...place,
    minW: SMALLEST.w,
    minH: SMALLEST.h,
    maxH: HIGHEST,
  }));
}

export function fromGrid(layout: readonly GridItem[]): LayoutItem[] {
  return layout.map(({ i, x, y, w, h }) => ({ surface: i, x, y, w, h }));
}

type GridItem = { i: string; x: number; y: number; w: number; h: number };

function changed(
  items: LayoutItem[],
  surface: string,
  change: (layout: GridItem[], item: GridItem) => GridItem[],
): LayoutItem[] {
  const layout = toGrid(items);
  const item = layout.find(({ i }) => i === surface);
  if (!item) return items;
  return fromGrid(verticalCompactor.compact(change(layout, item), COLUMNS));
}

function compacted(items: LayoutItem[]): LayoutItem[] {
  return fromGrid(verticalCompactor.compact(toGrid(items), COLUMNS));
}

function freePlace(items: LayoutItem[], w: number, h: number): { x: number; y: number } {
  const bottom = Math.max(0, ...items.map((item) => item.y + item.h));
  for (let y = 0; y < bottom; y += 1) {
    for (let x = 0; x + w <= COLUMNS; x += 1) {
      const free = items.every(
        (item) =>
          x + w <= item.x || item.x + item.w <= x || y + h <= item.y || item.y + item.h <= y,
      );
      if (free) return { x, y };
    }
  }
  return { x: 0, y: bottom };
}

function overlaps(one: GridItem, other: GridItem): boolean {
  return one.x < other.x + other.w && other.x < one.x + one.w;
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(Math.round(value), Math.max(least, most)));
}
