import clsx from "clsx";
import { useRef, type KeyboardEvent, type PointerEvent } from "react";
import { useTranslation } from "react-i18next";

import { CORNERS, draggedBy, movedBy, resizedBy, type Box, type Corner } from "./placing";

const AT: Record<Corner, string> = {
  nw: "-top-2 -left-2 cursor-nwse-resize",
  ne: "-top-2 -right-2 cursor-nesw-resize",
  sw: "-bottom-2 -left-2 cursor-nesw-resize",
  se: "-right-2 -bottom-2 cursor-nwse-resize",
};

const STEPS: Partial<Record<string, [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** With Alt, an arrow key moves by one pixel. */
const PIXELS_A_KEY = 10;

/** The overlay's box on the stage, to be dragged by itself and by its corners. */
export function Handles(props: {
  box: Box;
  /** Pixels of the screen for one of the stage. */
  scale: number;
  title: string;
  onChange: (box: Box) => void;
}) {
  const { box, scale, title, onChange } = props;
  const { t } = useTranslation("surfaces");
  const drag = useDrag(scale);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const [dx, dy] = step.map((sign) => sign * (event.altKey ? 1 : PIXELS_A_KEY)) as [
      number,
      number,
    ];
    onChange(event.shiftKey ? resizedBy(box, "se", dx, dy) : movedBy(box, dx, dy));
  };

  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      // It is used like a picture in a drawing program, for which there is no other role.
      role="application"
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={`${title}. ${t("overlays.stage")}`}
      aria-roledescription={t("overlays.place")}
      className="group absolute cursor-move touch-none outline-2 outline-offset-0 outline-white/80 outline-dashed focus-visible:outline-3 focus-visible:outline-focus focus-visible:outline-solid"
      style={{
        left: box.x * scale,
        top: box.y * scale,
        width: box.width * scale,
        height: box.height * scale,
      }}
      onKeyDown={onKeyDown}
      {...drag(box, (dx, dy, start) => onChange(draggedBy(start, dx, dy)))}
    >
      <span className="absolute -top-6 left-0 rounded bg-black/70 px-1.5 text-xs whitespace-nowrap text-white tabular-nums">
        {box.width} × {box.height}
      </span>
      {CORNERS.map((corner) => (
        <span
          key={corner}
          data-corner={corner}
          className={clsx(
            "absolute size-4 touch-none rounded-sm border-2 border-black/60 bg-white",
            AT[corner],
          )}
          {...drag(box, (dx, dy, start) => onChange(resizedBy(start, corner, dx, dy)))}
        />
      ))}
    </div>
  );
}

/** Follows a pointer from where it went down, in pixels of the stage. */
function useDrag(scale: number) {
  const from = useRef<{ x: number; y: number; box: Box } | null>(null);
  return (box: Box, moved: (dx: number, dy: number, start: Box) => void) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.stopPropagation();
      event.currentTarget.setPointerCapture(event.pointerId);
      from.current = { x: event.clientX, y: event.clientY, box };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const start = from.current;
      if (!start || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
      event.stopPropagation();
      moved((event.clientX - start.x) / scale, (event.clientY - start.y) / scale, start.box);
    },
    onPointerUp: () => {
      from.current = null;
    },
    onPointerCancel: () => {
      from.current = null;
    },
  });
}
