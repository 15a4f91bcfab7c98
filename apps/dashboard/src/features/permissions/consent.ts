import { useState } from "react";

import type { RequestView } from "@/client/views";

/** What shall be granted when a plugin is installed: all but what can do harm, until the user says otherwise. */
export function useConsent(requests: readonly RequestView[]) {
  const [changed, setChanged] = useState<Record<string, boolean>>({});
  const isOn = (request: RequestView) =>
    changed[request.permission] ?? (request.granted || !request.danger);
  return {
    isOn,
    onChange: ({ permission }: RequestView, on: boolean) =>
      setChanged((before) => ({ ...before, [permission]: on })),
    granted: requests.filter(isOn).map(({ permission }) => permission),
    /** What it cannot do without, and would not be given. */
    missing: requests.filter((request) => !request.optional && !isOn(request)),
  };
}
