import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useCall, useConnection } from "@/client/hooks";
import type { InspectionView } from "@/client/views";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/notice";

import { useConsent } from "../permissions/consent";
import { PermissionList } from "../permissions/permission-list";
import { useProblem } from "../use-action";

/** A plugin that the user thinks about. Without a file it is one that comes with Pato. */
export type Candidate = { inspection: InspectionView; file?: File };

/** Asks what the plugin shall be allowed to do, and installs it with exactly that. */
export function InstallDialog(props: {
  candidate: Candidate;
  onClose: () => void;
  onInstalled?: () => void;
}) {
  const { t } = useTranslation("plugins");
  const { candidate, onClose, onInstalled } = props;
  const { inspection, file } = candidate;
  const { id, name, version, author, hash, installed_version, requests, warnings } = inspection;
  const call = useCall();
  const connection = useConnection();
  const explain = useProblem();
  const consent = useConsent(requests);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const install = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      if (file) {
        const query = new URLSearchParams(consent.granted.map((text) => ["grant", text]));
        await connection.upload(`/api/modules?${query.toString()}`, file);
      } else {
        await call("plugin.install-bundled", { id, grant: consent.granted });
      }
      onInstalled?.();
      onClose();
    } catch (error) {
      setProblem(explain(error));
      setBusy(false);
    }
  };

  return (
    <Dialog
      wide
      title={t("install.title", { name })}
      description={t("install.description", { author, version })}
      closeLabel={t("close", { ns: "shell" })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel", { ns: "shell" })}</Button>
          <Button variant="primary" busy={busy} onClick={() => void install()}>
            {t(installed_version ? "install.replace" : "install.confirm")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {installed_version && (
          <Notice tone="info">{t("install.replaces", { version: installed_version })}</Notice>
        )}
        {file && <Notice tone="warning">{t("install.unknown")}</Notice>}
        {warnings.map((warning) => (
          <Notice key={warning} tone="warning">
            {warning}
          </Notice>
        ))}
        <h3 className="mt-1 font-semibold">{t("install.wants")}</h3>
        <PermissionList plugin={name} requests={requests} {...consent} />
        {consent.missing.length > 0 && (
          <Notice tone="warning">{t("install.missing", { count: consent.missing.length })}</Notice>
        )}
        <p className="font-mono text-xs wrap-anywhere text-ink-muted">SHA-256 {hash}</p>
        {problem && (
          <div role="alert">
            <Notice tone="danger">{problem}</Notice>
          </div>
        )}
      </div>
    </Dialog>
  );
}
