import { useCallback } from "react";
import { useTranslation } from "react-i18next";

import { CallError } from "@/client/connection";
import type { Json, JsonObject } from "@/client/frames";
import { useCall } from "@/client/hooks";
import { useToast } from "@/ui/toast";

import { withoutCommands } from "./refusal-words";

/** Why something was not done, in the host's words, or in the page's where the host is not there. */
export function useProblem(): (error: unknown) => string {
  const { t } = useTranslation();
  return useCallback(
    (error) => {
      if (error instanceof CallError && error.kind === "disconnected") return t("disconnected");
      return withoutCommands(error instanceof Error ? error.message : String(error));
    },
    [t],
  );
}

export type Done<T> = { data: T };

/**
 * Asks module `host` to do something at once. The answer is none if it was not done; then the user
 * was told why. `done` is what the user is told if it was.
 */
export function useAction() {
  const call = useCall();
  const announce = useToast();
  const problem = useProblem();
  return useCallback(
    async <T = Json>(
      name: string,
      params: JsonObject,
      done?: string,
    ): Promise<Done<T> | undefined> => {
      try {
        const data = await call<T>(name, params);
        if (done) announce({ tone: "good", text: done });
        return { data };
      } catch (error) {
        announce({ tone: "danger", text: problem(error) });
        return undefined;
      }
    },
    [call, announce, problem],
  );
}
