import { STAGE } from "@/overlay/stage-size";

/** Where an overlay is on its stage, in the stage's pixels. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const CORNERS = ["nw", "ne", "sw", "se"] as const;
export type Corner = (typeof CORNERS)[number];

export const SMALLEST = 40;
/** An edge that comes this near to the stage's edge or middle goes there. */
const SNAPS_WITHIN = 14;

/** Whole, not smaller than one can take hold of, and on the stage. */
export function fitted({ x, y, width, height }: Box): Box {
  const w = clamp(width, SMALLEST, STAGE.width);
  const h = clamp(height, SMALLEST, STAGE.height);
  return {
    x: clamp(x, 0, STAGE.width - w),
    y: clamp(y, 0, STAGE.height - h),
    width: w,
    height: h,
  };
}

export function movedBy(box: Box, dx: number, dy: number): Box {
  return fitted({ ...box, x: box.x + dx, y: box.y + dy });
}

/** As moved by a pointer, which is not so exact that it could mean one pixel beside the middle. */
export function draggedBy(box: Box, dx: number, dy: number): Box {
  const { x, y, ...size } = movedBy(box, dx, dy);
  return fitted({
    x: snapped(x, size.width, STAGE.width),
    y: snapped(y, size.height, STAGE.height),
    ...size,
  });
}

/** The corner moves; the one across stays where it is. */
export function resizedBy(box: Box, corner: Corner, dx: number, dy: number): Box {
  const fromLeft = corner.endsWith("w");
  const fromTop = corner.startsWith("n");
  const right = box.x + box.width;
  const bottom = box.y + box.height;
  const left = fromLeft ? clamp(box.x + dx, 0, right - SMALLEST) : box.x;
  const top = fromTop ? clamp(box.y + dy, 0, bottom - SMALLEST) : box.y;
  return fitted({
    x: left,
    y: top,
    width: fromLeft ? right - left : Math.min(box.width + dx, STAGE.width - left),
    height: fromTop ? bottom - top : Math.min(box.height + dy, STAGE.height - top),
  });
}

function snapped(start: number, length: number, whole: number): number {
  const targets = [0, (whole - length) / 2, whole - length];
  return targets.find((target) => Math.abs(start - target) <= SNAPS_WITHIN) ?? start;
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(Math.round(value), Math.max(least, most)));
}
