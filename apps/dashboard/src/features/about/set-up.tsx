import { Download, Upload } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { JsonObject } from "@/client/frames";
import { useCall } from "@/client/hooks";
import type { ImportView } from "@/client/views";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/notice";
import { useToast } from "@/ui/toast";

import { withoutCommands } from "../refusal-words";
import { useAction, useProblem } from "../use-action";
import { MOST_BYTES, readSetUp, type SetUpFile } from "./set-up-file";

const FILE = "pato-set-up.json";

/** The whole set-up as a file, for another machine: taken from here, or brought here. */
export function SetUp() {
  const { t } = useTranslation("about");
  const act = useAction();
  const announce = useToast();
  const input = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<SetUpFile>();
  const exported = async () => {
    const done = await act<JsonObject>("library.export", {});
    if (done) download(JSON.stringify(done.data, null, 2));
  };
  const choose = async (file: File) => {
    const read = file.size <= MOST_BYTES ? readSetUp(await file.text()) : undefined;
    if (read) setChosen(read);
    else announce({ tone: "danger", text: t("setUp.noSetUp", { file: file.name }) });
  };
  return (
    <Card className="flex flex-wrap gap-3 p-4">
      <Button icon={<Download size={16} />} onClick={() => void exported()}>
        {t("setUp.export")}
      </Button>
      <Button icon={<Upload size={16} />} onClick={() => input.current?.click()}>
        {t("setUp.import")}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        aria-label={t("setUp.file")}
        hidden
        onChange={(event) => {
          const file = event.target.files?.[0];
          // So that the same file can be chosen again.
          event.target.value = "";
          if (file) void choose(file);
        }}
      />
      {chosen && <ImportDialog file={chosen} onClose={() => setChosen(undefined)} />}
    </Card>
  );
}

/** Hands the browser a file to keep. */
function download(text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: FILE });
  link.click();
  URL.revokeObjectURL(address);
}

/** Says what a set-up would bring, and afterwards what came of it. */
function ImportDialog({ file, onClose }: { file: SetUpFile; onClose: () => void }) {
  const { t } = useTranslation("about");
  const call = useCall();
  const explain = useProblem();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [outcome, setOutcome] = useState<ImportView>();
  const { plugins, indexes, pato } = file.summary;
  const take = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      setOutcome(await call<ImportView>("library.import", { set_up: file.setUp }));
    } catch (error) {
      setProblem(explain(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      wide
      title={t("setUp.title")}
      description={t("setUp.wroteIt", { version: pato })}
      closeLabel={t("close", { ns: "shell" })}
      onClose={onClose}
      footer={
        outcome ? (
          <Button variant="primary" onClick={onClose}>
            {t("close", { ns: "shell" })}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t("cancel", { ns: "shell" })}</Button>
            <Button variant="primary" busy={busy} onClick={() => void take()}>
              {t("setUp.take")}
            </Button>
          </>
        )
      }
    >
      <div aria-live="polite" className="flex flex-col gap-3">
        {outcome ? (
          <Outcome outcome={outcome} />
        ) : (
          <>
            <Notice tone="warning">{t("setUp.warning")}</Notice>
            <p>{t("setUp.plugins", { count: plugins.length })}</p>
            <ul className="divide-y divide-line">
              {plugins.map(({ id, version, grants }, at) => (
                <li key={at} className="py-2">
                  <p className="font-medium wrap-anywhere">
                    {id} <span className="font-normal text-ink-muted">{version}</span>
                  </p>
                  <p className="font-mono text-xs wrap-anywhere text-ink-muted">
                    {grants.join(", ") || "–"}
                  </p>
                </li>
              ))}
            </ul>
            {indexes.length > 0 && (
              <>
                <p>{t("setUp.lists", { count: indexes.length })}</p>
                <ul>
                  {indexes.map((url, at) => (
                    <li key={at} className="text-sm wrap-anywhere">
                      {url}
                    </li>
                  ))}
                </ul>
              </>
            )}
            <p className="text-sm text-ink-muted">{t("setUp.stays")}</p>
          </>
        )}
        {problem && <Notice tone="danger">{problem}</Notice>}
      </div>
    </Dialog>
  );
}

function Outcome({ outcome: { installed, missing, remarks } }: { outcome: ImportView }) {
  const { t } = useTranslation("about");
  return (
    <>
      <p className="font-medium">{t("setUp.done", { count: installed.length })}</p>
      {missing.map(({ id, reason }) => (
        <Notice key={id} tone="danger">
          <p className="font-medium">{t("setUp.missing", { id })}</p>
          <p className="text-sm">{withoutCommands(reason)}</p>
        </Notice>
      ))}
      {remarks.map((remark) => (
        <Notice key={remark} tone="warning">
          {withoutCommands(remark)}
        </Notice>
      ))}
    </>
  );
}
