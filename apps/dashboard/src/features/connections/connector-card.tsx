import { RefreshCw } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { ConnectorView } from "@/client/views";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { useFormat, useNow } from "@/ui/format";

import { ConnectionStateLabel } from "../states";
import { useAction } from "../use-action";
import { withoutCommands } from "../refusal-words";
import { useConnectorName } from "./names";

/** What can be tried again before its time, or after the user mended it. */
const RETRIED = new Set(["waiting", "needs-user"]);

export function ConnectorCard({ connector }: { connector: ConnectorView }) {
  const { t } = useTranslation("connections");
  const act = useAction();
  const format = useFormat();
  const now = useNow();
  const connectorName = useConnectorName();
  const { id, state, reason, last_heard, next_try } = connector;
  return (
    <li>
      <Card className="flex h-full flex-col gap-2 p-4">
        <div className="flex items-baseline justify-between gap-3">
          <h3 className="min-w-0 truncate font-semibold">{connectorName(id)}</h3>
          <span aria-live="polite" className="text-sm">
            <ConnectionStateLabel state={state} />
          </span>
        </div>
        {reason && (
          <p className={state === "needs-user" ? "text-danger" : "text-ink"}>
            <span className="wrap-anywhere">{withoutCommands(reason)}</span>
          </p>
        )}
        <p className="text-sm text-ink-muted">
          {typeof last_heard === "number"
            ? t("connectors.heard", { when: format.relative(Math.min(last_heard, now), now) })
            : t("connectors.unheard")}
        </p>
        {RETRIED.has(state) && (
          <div className="mt-auto flex items-center justify-between gap-3 pt-1">
            <span className="text-sm text-ink-muted tabular-nums">
              {typeof next_try === "number" &&
                t("connectors.next", { time: format.countdown(next_try - now) })}
            </span>
            <Button
              size="small"
              icon={<RefreshCw size={15} />}
              aria-label={t("connectors.retryOf", { name: connectorName(id) })}
              onClick={() => void act("connector.retry", { id })}
            >
              {t("connectors.retry")}
            </Button>
          </div>
        )}
      </Card>
    </li>
  );
}
