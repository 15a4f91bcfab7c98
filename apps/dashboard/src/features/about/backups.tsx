import { Archive } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useCall, useView } from "@/client/hooks";
import type { BackupView } from "@/client/views";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { useFormat } from "@/ui/format";
import { useToast } from "@/ui/toast";

import { useProblem } from "../use-action";

/** The copies that Pato made of its database, and making one now. */
export function Backups() {
  const { t } = useTranslation("about");
  const call = useCall();
  const announce = useToast();
  const explain = useProblem();
  const format = useFormat();
  const backups = useView("backups") ?? [];
  const [busy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    try {
      const { backup } = await call<{ backup: BackupView | null }>("backup.make");
      if (backup) announce({ tone: "good", text: t("backups.made", { name: backup.name }) });
      else announce({ tone: "danger", text: t("backups.off") });
    } catch (error) {
      announce({ tone: "danger", text: explain(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card className="flex flex-col gap-4 p-4">
      <div>
        <Button icon={<Archive size={16} />} busy={busy} onClick={() => void make()}>
          {t("backups.make")}
        </Button>
      </div>
      {backups.length === 0 ? (
        <p className="text-ink-muted">{t("backups.none")}</p>
      ) : (
        <ul aria-label={t("backups.title")} className="divide-y divide-line">
          {backups.map(({ name, made_at, bytes }) => (
            <li key={name} className="flex flex-wrap items-baseline gap-x-4 gap-y-1 py-2">
              <code className="min-w-0 flex-1 basis-48 font-mono text-sm wrap-anywhere">
                {name}
              </code>
              <span className="text-sm text-ink-muted tabular-nums">
                {format.date(made_at)} · {format.bytes(bytes)}
              </span>
            </li>
          ))}
        </ul>
      )}
      <p className="text-sm text-ink-muted">
        {t("backups.restore")} <code className="font-mono">pato backup restore NAME</code>
      </p>
    </Card>
  );
}
