import "react-grid-layout/css/styles.css";
import "./grid.css";

import { GripHorizontal, X } from "lucide-react";
import type { KeyboardEvent } from "react";
import { useMemo, useState } from "react";
import { GridLayout, useContainerWidth } from "react-grid-layout";
import { useTranslation } from "react-i18next";

import type { LayoutItem, SurfaceView } from "@/client/views";
import { IconButton } from "@/ui/button";

import { SurfaceFrame } from "../frame/frame";
import { keyOf } from "../frame/use-surface";
import {
  COLUMNS,
  fromGrid,
  GAP_PIXELS,
  inReadingOrder,
  moved,
  removed,
  resized,
  ROW_PIXELS,
  toGrid,
} from "./arrangement";

/** Narrower than this, widgets stand one below the other. */
const ONE_COLUMN_PIXELS = 640;

const STEPS: Partial<Record<string, { x: number; y: number }>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

interface GridProps {
  items: LayoutItem[];
  surfaces: SurfaceView[];
  editing: boolean;
  onChange: (items: LayoutItem[]) => void;
}

/** The widgets of one page. While they are arranged, they can be seen but not used. */
export function WidgetGrid({ items, surfaces, editing, onChange }: GridProps) {
  const { width, containerRef, mounted } = useContainerWidth();
  const byKey = useMemo(() => new Map(surfaces.map((view) => [keyOf(view), view])), [surfaces]);
  const narrow = width < ONE_COLUMN_PIXELS;
  const { t } = useTranslation("surfaces");
  const [told, setTold] = useState("");

  const onKeyDown = (item: LayoutItem) => (event: KeyboardEvent<HTMLDivElement>) => {
    if (!editing || event.target !== event.currentTarget) return;
    const step = STEPS[event.key];
    const isRemoval = event.key === "Delete" || event.key === "Backspace";
    if (!step && !isRemoval) return;
    event.preventDefault();
    if (!step) {
      onChange(removed(items, item.surface));
      return;
    }
    const next = (event.shiftKey ? resized : moved)(items, item.surface, step);
    const now = next.find(({ surface }) => surface === item.surface);
    if (now) setTold(t("grid.widget", placeOf(now, byKey)));
    onChange(next);
  };

  const ordered = inReadingOrder(items).map((item) => (
    <div
      key={item.surface}
      className="flex flex-col rounded-xl"
      // A phone has one column: a widget is as high as it wants, and at least as high as it was made.
      style={narrow ? { minHeight: item.h * ROW_PIXELS } : undefined}
      {...(editing && {
        role: "group",
        tabIndex: 0,
        "aria-label": t("grid.widget", placeOf(item, byKey)),
        onKeyDown: onKeyDown(item),
      })}
    >
      <Widget
        surface={item.surface}
        view={byKey.get(item.surface)}
        editing={editing}
        onRemove={() => onChange(removed(items, item.surface))}
      />
    </div>
  ));

  return (
    <div ref={containerRef} className={editing ? "widget-grid arranging" : "widget-grid"}>
      {narrow ? (
        <div className="flex flex-col gap-3">{ordered}</div>
      ) : (
        mounted && (
          <GridLayout
            width={width}
            layout={toGrid(items)}
            gridConfig={{
              cols: COLUMNS,
              rowHeight: ROW_PIXELS,
              margin: [GAP_PIXELS, GAP_PIXELS],
              containerPadding: [0, 0],
            }}
            dragConfig={{ enabled: editing, cancel: "button" }}
            resizeConfig={{ enabled: editing, handles: ["se", "s", "e"] }}
            onDragStop={(layout) => onChange(fromGrid(layout))}
            onResizeStop={(layout) => onChange(fromGrid(layout))}
          >
            {ordered}
          </GridLayout>
        )
      )}
      <p className="sr-only" role="status">
        {told}
      </p>
      {/* Where it finds this, react-draggable adds no style element, which the page's policy refuses. */}
      <span hidden id="react-draggable-style-el" />
    </div>
  );
}

function Widget(props: {
  surface: string;
  view: SurfaceView | undefined;
  editing: boolean;
  onRemove: () => void;
}) {
  const { surface, view, editing, onRemove } = props;
  const { t } = useTranslation("surfaces");
  const title = view?.title ?? surface;
  const actions = editing && (
    <>
      <GripHorizontal aria-hidden size={16} className="shrink-0 text-ink-muted" />
      <IconButton label={t("grid.remove", { title })} onClick={onRemove}>
        <X size={16} />
      </IconButton>
    </>
  );
  if (view) {
    return (
      <SurfaceFrame view={view} inert={editing} actions={actions} className="min-h-0 flex-1" />
    );
  }
  return (
    <div className="flex flex-1 items-center justify-between gap-2 rounded-xl border border-dashed border-line-strong px-3.5 py-2 text-sm text-ink-muted">
      <span>
        <span className="font-mono">{surface}</span> {t("frame.gone")}
      </span>
      {actions}
    </div>
  );
}

function placeOf(item: LayoutItem, views: Map<string, SurfaceView>) {
  const { surface, x, y, w, h } = item;
  return { title: views.get(surface)?.title ?? surface, x: x + 1, y: y + 1, w, h };
}
