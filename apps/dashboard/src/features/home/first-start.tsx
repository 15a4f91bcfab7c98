import { ArrowRight, Check, FlaskConical, Plus } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { useView } from "@/client/hooks";
import type { InspectionView, LoginView } from "@/client/views";
import { Button, buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";

import { AddAccount } from "../connections/add-account";
import { LoginDialog } from "../connections/login-dialog";
import { useConnectorName } from "../connections/names";
import { Services } from "../connections/services/services";
import { SIMULATOR_RATE, SimulatorSwitch } from "../connections/simulator-switch";
import { BundledPlugins } from "../plugins/bundled-plugins";
import { InstallDialog } from "../plugins/install-dialog";
import { useAction } from "../use-action";
import { SeeItReact } from "./see-it-react";

/** Three steps: something that happens, something that reacts, and the proof. */
export function FirstStart({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("home");
  const connectors = (useView("connectors") ?? []).filter(({ state }) => state !== "off");
  const connectorName = useConnectorName();
  const simulated = typeof useView("simulator") === "number";
  const plugins = useView("plugins") ?? [];
  const [reacted, setReacted] = useState(false);
  const connected = connectors.length > 0;
  const added = plugins.length > 0;
  return (
    <div className="mx-auto max-w-3xl">
      <header className="mb-8">
        <h1 className="text-3xl font-semibold tracking-tight">{t("welcome")}</h1>
        <p className="mt-2 max-w-prose text-lg text-ink-muted">{t("introduction")}</p>
      </header>
      <ol className="flex flex-col gap-4">
        <Step number={1} title={t("connect.title")} done={connected} open={!connected}>
          {connected ? (
            <>
              <p className="text-ink-muted">
                {t("connect.done", {
                  names: connectors.map(({ id }) => connectorName(id)).join(", "),
                })}
              </p>
              {simulated && (
                <div className="mt-3">
                  <SimulatorSwitch />
                </div>
              )}
            </>
          ) : (
            <Connect />
          )}
        </Step>
        <Step number={2} title={t("plugin.title")} done={added} open={connected}>
          {added && (
            <p className="text-ink-muted">
              {t("plugin.done", { names: plugins.map(({ name }) => name).join(", ") })}
            </p>
          )}
          {connected && !added && <ChoosePlugin />}
        </Step>
        <Step number={3} title={t("react.title")} done={reacted} open={connected && added}>
          {connected && added && <SeeItReact onReacted={() => setReacted(true)} />}
        </Step>
      </ol>
      <div className="mt-6 flex flex-wrap items-center justify-end gap-3">
        {reacted && <p className="text-ink-muted">{t("ready")}</p>}
        <Button variant={reacted ? "primary" : "ghost"} onClick={onDone}>
          {t(reacted ? "toDashboard" : "skip")} <ArrowRight aria-hidden size={16} />
        </Button>
      </div>
    </div>
  );
}

function Step(props: {
  number: number;
  title: string;
  done: boolean;
  open: boolean;
  children: ReactNode;
}) {
  const { t } = useTranslation("home");
  const { number, title, done, open, children } = props;
  return (
    <li aria-current={open && !done ? "step" : undefined}>
      <Card className={`p-5 ${open || done ? "" : "bg-transparent shadow-none"}`}>
        <div className="flex items-center gap-3">
          <span
            aria-hidden
            className={`flex size-7 shrink-0 items-center justify-center rounded-full text-sm font-semibold ${
              done
                ? "bg-good-soft text-good"
                : open
                  ? "bg-accent text-accent-ink"
                  : "bg-raised text-ink-muted"
            }`}
          >
            {done ? <Check size={16} /> : number}
          </span>
          <h2 className={`text-lg font-semibold ${open || done ? "" : "text-ink-muted"}`}>
            {title}
            {done && <span className="sr-only"> {t("stepDone")}</span>}
          </h2>
        </div>
        <div aria-live="polite" className="mt-3 empty:hidden sm:pl-10">
          {children}
        </div>
      </Card>
    </li>
  );
}

function Connect() {
  const { t } = useTranslation("home");
  const act = useAction();
  const [adding, setAdding] = useState(false);
  const [login, setLogin] = useState<LoginView>();
  return (
    <>
      <p className="mb-4 text-ink-muted">{t("connect.text")}</p>
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" icon={<Plus size={17} />} onClick={() => setAdding(true)}>
          {t("connect.service")}
        </Button>
        <Button
          icon={<FlaskConical size={17} />}
          onClick={() => void act("simulator.set", { rate: SIMULATOR_RATE })}
        >
          {t("connect.simulator")}
        </Button>
        <Link href="/connections" className={buttonClass({ variant: "ghost" })}>
          {t("connect.all")}
        </Link>
      </div>
      <p className="mt-6 mb-3 text-ink-muted">{t("connect.without")}</p>
      <Services />
      {adding && (
        <AddAccount
          onClose={() => setAdding(false)}
          onBegun={(begun) => {
            setAdding(false);
            setLogin(begun);
          }}
        />
      )}
      {login && <LoginDialog begun={login} onClose={() => setLogin(undefined)} />}
    </>
  );
}

function ChoosePlugin() {
  const { t } = useTranslation("home");
  const bundled = useView("bundled") ?? [];
  const [chosen, setChosen] = useState<InspectionView>();
  return (
    <>
      <p className="mb-4 text-ink-muted">{t("plugin.text")}</p>
      <BundledPlugins
        plugins={bundled}
        action={(plugin) => (
          <Button
            size="small"
            aria-label={t("plugin.chooseOf", { name: plugin.name })}
            onClick={() => setChosen(plugin)}
          >
            {t("plugin.choose")}
          </Button>
        )}
      />
      {chosen && (
        <InstallDialog candidate={{ inspection: chosen }} onClose={() => setChosen(undefined)} />
      )}
    </>
  );
}
