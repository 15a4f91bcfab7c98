import { useEffect, useMemo, useSyncExternalStore } from "react";

import { useCall } from "@/client/hooks";
import type { OverlayView, Placement } from "@/client/views";

import { Control } from "../drawing/control";

/** What is on the stream follows the hand, but is not told of every pixel. */
const TOLD_EVERY_MILLISECONDS = 60;

/** The overlay's place and looks, and a way to change them that shows on the stream at once. */
export function usePlacement({ plugin, id, placement }: OverlayView): {
  placement: Placement;
  problem: string | null;
  change: (changed: Partial<Placement>) => void;
} {
  const call = useCall();
  const control = useMemo(
    () =>
      new Control((placed) => call("overlay.place", { plugin, surface: id, placement: placed }), {
        how: "throttled",
        milliseconds: TOLD_EVERY_MILLISECONDS,
      }),
    [call, plugin, id],
  );
  const { held, error } = useSyncExternalStore(control.listen, control.state);
  useEffect(() => control.sourceIs(placement), [control, placement]);
  const shown = held === undefined ? placement : (held as Placement);
  return {
    placement: shown,
    problem: error,
    change: (changed) => control.change({ ...shown, ...changed }),
  };
}
