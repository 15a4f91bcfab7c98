import { useEffect, useMemo, useSyncExternalStore } from "react";

import { useCall, useView } from "@/client/hooks";
import type { Layout } from "@/client/views";

import { Control } from "../drawing/control";

/** While a person arranges, it is saved when they pause. */
const SAVED_AFTER_MILLISECONDS = 300;

/** The dashboard as the user arranged it, and a way to change it that saves itself. */
export function useLayout(): {
  layout: Layout | undefined;
  problem: string | null;
  change: (layout: Layout) => void;
} {
  const call = useCall();
  const saved = useView("layout");
  const control = useMemo(
    () =>
      new Control((layout) => call("layout.set", { layout }), {
        how: "debounced",
        milliseconds: SAVED_AFTER_MILLISECONDS,
      }),
    [call],
  );
  const { held, error } = useSyncExternalStore(control.listen, control.state);
  useEffect(() => control.sourceIs(saved), [control, saved]);
  // Who leaves the page before that must not lose it.
  useEffect(() => control.flush, [control]);
  return {
    layout: held === undefined ? saved : (held as Layout),
    problem: error,
    change: (layout) => control.change(layout),
  };
}
