import { CircleCheck, ExternalLink } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useView } from "@/client/hooks";
import type { LoginView } from "@/client/views";
import { Button, buttonClass } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { Dialog } from "@/ui/dialog";
import { useFormat, useNow } from "@/ui/format";
import { Notice } from "@/ui/notice";

import { useAction } from "../use-action";
import { withoutCommands } from "../refusal-words";
import { SERVICE_NAMES } from "./names";

/** A login while it goes on: what to open, what to type there, and how long there is for it. */
export function LoginDialog({ begun, onClose }: { begun: LoginView; onClose: () => void }) {
  const { t } = useTranslation("connections");
  const login = useView("login", String(begun.id)) ?? begun;
  const act = useAction();
  const close = () => {
    if (login.state === "waiting") void act("account.cancel", { id: login.id });
    onClose();
  };
  return (
    <Dialog
      title={t("login.title", { service: SERVICE_NAMES[login.service] })}
      closeLabel={t("close", { ns: "shell" })}
      onClose={close}
      footer={
        <Button variant={login.state === "done" ? "primary" : "secondary"} onClick={close}>
          {t(login.state === "waiting" ? "login.cancel" : "login.close")}
        </Button>
      }
    >
      <div aria-live="polite" className="flex flex-col gap-4">
        {login.state === "waiting" && <Steps login={login} />}
        {login.state === "done" && (
          <p className="flex items-center gap-2.5 font-medium">
            <CircleCheck aria-hidden className="text-good" />
            {t("login.done", { account: login.account })}
          </p>
        )}
        {login.state === "failed" && <Notice tone="danger">{withoutCommands(login.reason)}</Notice>}
      </div>
    </Dialog>
  );
}

function Steps({ login }: { login: LoginView }) {
  const { t } = useTranslation("connections");
  const { url, code, confirm, expires_in_seconds } = login;
  // A link leads to the service or nowhere: the host never hands out another scheme.
  const address = url?.startsWith("https://") ? url : undefined;
  return (
    <>
      {code && (
        <div className="flex flex-col items-center gap-3 rounded-xl bg-raised px-4 py-5">
          <p className="text-sm text-ink-muted">{t("login.code")}</p>
          <p className="font-mono text-3xl font-semibold tracking-widest select-all">{code}</p>
          <CopyButton
            text={code}
            label={t("copy", { ns: "shell" })}
            doneLabel={t("copied", { ns: "shell" })}
          />
        </div>
      )}
      {address && (
        <a
          href={address}
          target="_blank"
          rel="noreferrer noopener"
          className={buttonClass({ variant: "primary" })}
        >
          {t("login.open", { host: new URL(address).host })} <ExternalLink aria-hidden size={16} />
        </a>
      )}
      {confirm && <p>{confirm}</p>}
      <p className="text-center text-sm text-ink-muted">
        {t("login.waiting")}{" "}
        {expires_in_seconds != null && <Countdown seconds={expires_in_seconds} />}
      </p>
    </>
  );
}

function Countdown({ seconds }: { seconds: number }) {
  const { t } = useTranslation("connections");
  const format = useFormat();
  const now = useNow();
  const [ends] = useState(() => Date.now() + seconds * 1_000);
  return (
    <span aria-live="off" className="tabular-nums">
      {t("login.left", { time: format.countdown(ends - now) })}
    </span>
  );
}
