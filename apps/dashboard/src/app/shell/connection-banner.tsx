import { PlugZap, Unplug } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useConnection, useConnectionStatus, useView } from "@/client/hooks";
import { Button } from "@/ui/button";
import { useFormat, useNow } from "@/ui/format";

/** Says so while the page shows what was, not what is. */
export function ConnectionBanner() {
  const status = useConnectionStatus();
  return (
    <div role="status">
      {status.phase === "lost" && <Lost retryAt={status.retryAt} />}
      {status.phase === "refused" && <Refused />}
    </div>
  );
}

const BAR = "flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 sm:px-8";

function Lost({ retryAt }: { retryAt: number }) {
  const { t } = useTranslation();
  const connection = useConnection();
  const format = useFormat();
  const now = useNow(500);
  return (
    <div className={`${BAR} bg-danger-soft`}>
      <Unplug aria-hidden size={18} className="text-danger" />
      <p className="min-w-0 flex-1 basis-56">
        <strong className="font-semibold">{t("connection.lost")}</strong> {t("connection.kept")}
      </p>
      <span aria-hidden className="text-sm text-ink-muted tabular-nums">
        {t("connection.next", { time: format.countdown(retryAt - now) })}
      </span>
      <Button size="small" onClick={() => connection.retryNow()}>
        {t("connection.retry")}
      </Button>
    </div>
  );
}

function Refused() {
  const { t } = useTranslation();
  const connection = useConnection();
  const device = useView("session")?.device;
  return (
    <div className={`${BAR} bg-warning-soft`}>
      <PlugZap aria-hidden size={18} className="text-warning" />
      <p className="min-w-0 flex-1 basis-56">
        <strong className="font-semibold">
          {t(device ? "connection.removed" : "connection.refused")}
        </strong>{" "}
        {t(device ? "connection.removedRemedy" : "connection.refusedRemedy")}
      </p>
      {device ? (
        // The host answers with the page where a device is paired.
        <Button size="small" onClick={() => location.reload()}>
          {t("connection.pair")}
        </Button>
      ) : (
        <Button size="small" onClick={() => connection.retryNow()}>
          {t("connection.retry")}
        </Button>
      )}
    </div>
  );
}
