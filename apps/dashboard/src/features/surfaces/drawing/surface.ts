import type { ComponentType } from "react";
import { createContext, use, useCallback, useEffect, useSyncExternalStore } from "react";

import type { Json } from "@/client/frames";
import type { Happening, KindName, KindOf, Source } from "@/client/nodes";

import type { Control, ControlState } from "./control";
import type { Controls } from "./controls";
import type { CellProps } from "./shown/table-cell";
import type { Branch } from "./table";
import type { ValueStore } from "./values";

export type KindProps<Name extends KindName = KindName> = Readonly<{
  branch: Branch<KindOf<Name>>;
}>;

/** What draws each kind. A kind that is missing is not drawn: an overlay has no buttons. */
export type Kinds = { [Name in KindName]?: ComponentType<KindProps<Name>> };

/** What every node of a surface needs to know of it. */
export interface Surface {
  plugin: string;
  pluginName: string;
  /** How numbers and times are written. */
  locale: string;
  values: ValueStore;
  kinds: Kinds;
  /** A colour that the plugin chose, as it can be read on what is behind it here. */
  tint: (color: string) => string;
  /** Draws one cell of a table. */
  cell: ComponentType<CellProps>;
  controls: Controls;
  /** Tells the plugin; fails with why it was refused. */
  act: (node: string, what: Happening) => Promise<unknown>;
}

export const SurfaceContext = createContext<Surface | null>(null);

export function useSurface(): Surface {
  const surface = use(SurfaceContext);
  if (!surface) throw new Error("a node is drawn outside a surface");
  return surface;
}

/** The value of a node. Only who is bound to a name is drawn again when it changes. */
export function useValue(source: Source | undefined): Json | undefined {
  const bound = typeof source === "object" && "bound" in source ? source.bound : undefined;
  const named = useNamed(bound);
  return typeof source === "object" && "constant" in source ? source.constant : named;
}

/** The surface's value of that name. */
export function useNamed(name: string | null | undefined): Json | undefined {
  const { values } = useSurface();
  const listen = useCallback(
    (listener: () => void) => (name == null ? () => undefined : values.listen(name, listener)),
    [values, name],
  );
  return useSyncExternalStore(listen, () => (name == null ? undefined : values.get(name)));
}

/** What a control shows: what the person set, else what the plugin says. */
export function useControl(
  control: Control,
  source: Source | undefined,
): ControlState & { value: Json | undefined } {
  const state = useSyncExternalStore(control.listen, control.state);
  const value = useValue(source);
  useEffect(() => {
    control.sourceIs(value);
  }, [control, value]);
  return { ...state, value: state.held === undefined ? value : state.held };
}
