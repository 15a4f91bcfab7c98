import { render } from "@testing-library/react";
import { vi } from "vitest";

import type { Json, JsonObject } from "@/client/frames";
import type { Happening, Kind, Node } from "@/client/nodes";
import { Controls } from "@/features/surfaces/drawing/controls";
import { Drawing } from "@/features/surfaces/drawing/drawing";
import type { Surface } from "@/features/surfaces/drawing/surface";
import { USABLE_KINDS } from "@/features/surfaces/drawing/usable";
import { UsableCell } from "@/features/surfaces/drawing/usable/cell";
import { ValueStore } from "@/features/surfaces/drawing/values";
import { ToastProvider } from "@/ui/toast";

/** A surface of a plugin called Counter, whose acts are remembered. */
export function surfaceWith(values: JsonObject = {}, parts: Partial<Surface> = {}) {
  const store = new ValueStore();
  store.replace(values);
  const act = vi.fn<(node: string, what: Happening) => Promise<unknown>>(() => Promise.resolve({}));
  const surface: Surface = {
    plugin: "counter",
    pluginName: "Counter",
    locale: "en",
    values: store,
    kinds: USABLE_KINDS,
    tint: (color) => color,
    cell: UsableCell,
    controls: new Controls(),
    act,
    ...parts,
  };
  const set = (changed: JsonObject) => {
    values = { ...values, ...changed };
    store.replace(values);
  };
  return { surface, act, set };
}

export function draw(nodes: Node[], values: JsonObject = {}, parts: Partial<Surface> = {}) {
  const { surface, act, set } = surfaceWith(values, parts);
  const element = (table: Node[]) => (
    <ToastProvider label="Notifications" closeLabel="Close">
      <Drawing nodes={table} surface={surface} />
    </ToastProvider>
  );
  const result = render(element(nodes));
  return {
    ...result,
    surface,
    act,
    set,
    redraw: (table: Node[]) => result.rerender(element(table)),
  };
}

export const COLUMN: Node = { kind: { type: "column", align: "stretch", gap: 2 } };

/** A column of nodes, each of which is its child. */
export function column(...children: Omit<Node, "parent">[]): Node[] {
  return [COLUMN, ...children.map((child) => ({ ...child, parent: 0 }))];
}

export function shown(kind: Kind, value: Json): Omit<Node, "parent"> {
  return { kind, value: { constant: value } };
}

export const BODY: Kind = { type: "text", style: "body", tone: "normal" };
