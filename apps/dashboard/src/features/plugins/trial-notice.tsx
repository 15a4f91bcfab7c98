import { useTranslation } from "react-i18next";

import { useView } from "@/client/hooks";
import type { AuditView, PluginView } from "@/client/views";
import { Notice } from "@/ui/notice";

const OF_VERSIONS = ["installed", "updated", "rolled-back"];

/**
 * The reason why a new version was taken back, as the log has it: `1.3.0 back to 1.2.0: it crashed`. None
 * if something else came after it, or if the user went back.
 */
export function takenBack(entries: readonly AuditView[], plugin: string): string | undefined {
  const latest = entries.find(
    (entry) => entry.plugin === plugin && OF_VERSIONS.includes(entry.what),
  );
  const isFailure = latest?.what === "rolled-back" && latest.detail?.includes(": ");
  return isFailure ? (latest.detail ?? undefined) : undefined;
}

/** That a new version is on trial while the one before stands by, or that it was taken back and why. */
export function TrialNotice({ plugin }: { plugin: PluginView }) {
  const { t } = useTranslation("library");
  const { id, version, trial } = plugin;
  const reason = takenBack(useView("audit") ?? [], id);
  if (!trial && !reason) return null;
  return (
    <div className="mb-5" aria-live="polite">
      {trial ? (
        <Notice tone="info">{t("trial.on", { trial, version })}</Notice>
      ) : (
        <Notice tone="warning">
          <p className="font-medium">{t("trial.takenBack")}</p>
          <p className="text-sm">{reason}</p>
        </Notice>
      )}
    </div>
  );
}
