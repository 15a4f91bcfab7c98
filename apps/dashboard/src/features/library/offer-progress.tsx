import { useTranslation } from "react-i18next";

import type { OfferView } from "@/client/views";
import { useFormat } from "@/ui/format";
import { Progress } from "@/ui/progress";

/** How much of a plugin has come. */
export function OfferProgress({ offer }: { offer: OfferView }) {
  const { t } = useTranslation("library");
  const format = useFormat();
  const { received, total } = offer;
  const words =
    total == null
      ? t("progress.some", { received: format.bytes(received) })
      : t("progress.of", { received: format.bytes(received), total: format.bytes(total) });
  return (
    <div className="flex flex-col gap-1">
      <Progress
        label={t("progress.label")}
        value={total == null ? undefined : received}
        most={total ?? 1}
      />
      <p className="text-sm text-ink-muted tabular-nums">{words}</p>
    </div>
  );
}
