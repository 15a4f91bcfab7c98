import { useView } from "@/client/hooks";

import type { RouteName } from "./routes";

/** How many things on a page wait for the user. */
export function useAttention(): Partial<Record<RouteName, number>> {
  const connectors = useView("connectors") ?? [];
  const plugins = useView("plugins") ?? [];
  const offers = useView("offers") ?? [];
  const questions = useView("questions") ?? [];
  const missing = plugins
    .filter(({ enabled }) => enabled)
    .flatMap(({ requests }) => requests)
    .filter(({ granted, optional }) => !granted && !optional);
  return {
    connections: connectors.filter(({ state }) => state === "needs-user").length,
    plugins: plugins.filter(({ state }) => state === "quarantined" || state === "failed").length,
    library: offers.filter(({ needs_answer }) => needs_answer).length,
    requests: missing.length + questions.length,
  };
}
