import { useEffect, useMemo, useSyncExternalStore } from "react";

import { useCall, useView } from "@/client/hooks";
import type { Layout } from "@/client/views";

import { Control } from "../drawing/control";

/** A change is saved at once, but what follows, such as the letters of a title, not each by itself. */
const SAVED_EVERY_MILLISECONDS = 300;

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
        how: "throttled",
        milliseconds: SAVED_EVERY_MILLISECONDS,
      }),
    [call],
  );
  const { held, error } = useSyncExternalStore(control.listen, control.state);
  useEffect(() => control.sourceIs(saved), [control, saved]);
  // Who leaves the page, or closes or reloads it, before that must not lose it.
  useEffect(() => {
    window.addEventListener("pagehide", control.flush);
    return () => {
      window.removeEventListener("pagehide", control.flush);
      control.flush();
    };
  }, [control]);
  return {
    layout: held === undefined ? saved : (held as Layout),
    problem: error,
    change: (layout) => control.change(layout),
  };
}
