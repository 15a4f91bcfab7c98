import { RefreshCw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { OverlayView } from "@/client/views";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { CopyButton } from "@/ui/copy-button";
import { Dialog } from "@/ui/dialog";

/** The overlay's address, and what to do with it. */
export function Address({ view, onRenew }: { view: OverlayView; onRenew: () => void }) {
  const { t } = useTranslation("surfaces");
  const [asking, setAsking] = useState(false);
  const cancel = () => setAsking(false);
  return (
    <Card className="p-4">
      <p>{t("overlays.inObs")}</p>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <code
          aria-label={t("overlays.address")}
          className="min-w-0 flex-1 basis-64 truncate rounded-lg bg-raised px-3 py-1.5 text-sm"
        >
          {withoutToken(view.address)}
        </code>
        <CopyButton
          text={view.address}
          label={t("overlays.copy")}
          doneLabel={t("overlays.copied")}
        />
        <Button size="small" icon={<RefreshCw size={15} />} onClick={() => setAsking(true)}>
          {t("overlays.renew")}
        </Button>
      </div>
      <p className="mt-2 text-sm text-ink-muted">{t("overlays.addressNote")}</p>
      {asking && (
        <Dialog
          title={t("overlays.renewTitle")}
          description={t("overlays.renewText")}
          closeLabel={t("overlays.cancel")}
          onClose={cancel}
          footer={
            <>
              <Button onClick={cancel}>{t("overlays.cancel")}</Button>
              <Button
                variant="danger"
                onClick={() => {
                  cancel();
                  onRenew();
                }}
              >
                {t("overlays.renew")}
              </Button>
            </>
          }
        />
      )}
    </Card>
  );
}

/** A streamer shares the screen: the token is copied, but not shown. */
function withoutToken(address: string): string {
  return address.replace(/#.*/, "#••••••");
}
