import { useEffect, useState } from "react";

import { useConnection } from "@/client/hooks";
import type { PluginView } from "@/client/views";

export type Rate = {
  /** Events a second. */
  events: number;
  /** Share of one core, 0 to 1. */
  processor: number;
};

type Sample = { at: number; plugins: PluginView[] };

/** The rates between two looks at the plugins; none for those that were loaded anew in between. */
export function ratesBetween(before: Sample, after: Sample): Record<string, Rate> {
  const seconds = (after.at - before.at) / 1_000;
  const rates: Record<string, Rate> = {};
  for (const { id, metrics } of after.plugins) {
    const earlier = before.plugins.find((known) => known.id === id)?.metrics;
    if (!metrics || !earlier || seconds <= 0 || metrics.events < earlier.events) continue;
    rates[id] = {
      events: (metrics.events - earlier.events) / seconds,
      processor: Math.max(
        0,
        (metrics.processor_milliseconds - earlier.processor_milliseconds) / seconds / 1_000,
      ),
    };
  }
  return rates;
}

/** What each plugin does a second, measured over the last second or more. */
export function useRates(): Record<string, Rate> {
  const { views } = useConnection();
  const [rates, setRates] = useState<Record<string, Rate>>({});
  useEffect(() => {
    let before: Sample | undefined;
    return views.watch("plugins", undefined, () => {
      const plugins = (views.data("plugins") ?? []) as unknown as PluginView[];
      const after = { at: performance.now(), plugins };
      before ??= after;
      // A view that came for another reason, such as a pause, says nothing about a rate.
      if (after.at - before.at < 900) return;
      setRates(ratesBetween(before, after));
      before = after;
    });
  }, [views]);
  return rates;
}
