import type { LucideIcon } from "lucide-react";
import { Shapes } from "lucide-react";
import { createElement, useSyncExternalStore } from "react";

import type { KindProps } from "../surface";

/**
 * The whole set, once the first icon is drawn. It is one file of its own: a page without icons does
 * not load it, and a page with many asks once.
 */
let icons: Record<string, unknown> | null = null;
let loading = false;
const listeners = new Set<() => void>();

function listen(listener: () => void): () => void {
  listeners.add(listener);
  if (!loading) {
    loading = true;
    void import("./icon-set").then((set) => {
      icons = set.everything;
      for (const each of listeners) each();
    });
  }
  return () => listeners.delete(listener);
}

/** An icon of the Lucide set by its name there, such as `arrow-down-0-1`; a neutral one for others. */
export function NamedIcon({ name }: { name: string }) {
  const set = useSyncExternalStore(listen, () => icons);
  if (!set) return <span className="drawn-icon" aria-hidden />;
  return createElement(iconOf(set, name) ?? Shapes, {
    className: "drawn-icon",
    "aria-hidden": true,
  });
}

/** Whatever ends in `Icon` there is one; without a name before, it is what they are made of. */
function iconOf(set: Record<string, unknown>, name: string): LucideIcon | undefined {
  const component = name
    .split("-")
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
  const key = `${component}Icon`;
  return component !== "" && Object.hasOwn(set, key) ? (set[key] as LucideIcon) : undefined;
}

export function Icon({ branch }: KindProps<"icon">) {
  const { name, tone } = branch.node.kind;
  return (
    <span className={`drawn-icon-place tone-${tone}`}>
      <NamedIcon name={name} />
    </span>
  );
}
