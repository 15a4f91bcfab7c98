import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";

import type { JsonObject } from "@/client/frames";
import { useCall, useView } from "@/client/hooks";
import type { LoginView, Role, Service, ServicesView } from "@/client/views";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { SelectField, SwitchField, TextField } from "@/ui/field";
import { Notice } from "@/ui/notice";

import { useProblem } from "../use-action";
import { SERVICE_NAMES } from "./names";
import { ServiceDialog } from "./services/service-dialog";

/** The ways into a service, and the secrets that each needs. */
const WAYS = {
  twitch: { code: [], token: ["token"] },
  discord: { bot: ["token"], webhook: ["webhook"] },
  kick: { app: ["client-secret"] },
  vtube: { ask: [] },
} as const satisfies Record<Service, Record<string, readonly string[]>>;

type Way = "code" | "token" | "bot" | "webhook" | "app" | "ask";
const SERVICES = Object.keys(WAYS) as Service[];

const waysOf = (service: Service) => Object.entries(WAYS[service]) as [Way, readonly Secret[]][];
type Secret = "token" | "webhook" | "client-secret";

export function AddAccount(props: {
  onClose: () => void;
  onBegun: (login: LoginView) => void;
  service?: Service;
}) {
  const { t } = useTranslation("connections");
  const { onClose, onBegun } = props;
  const call = useCall();
  const explain = useProblem();
  const [service, setService] = useState<Service>(props.service ?? "twitch");
  const [chosen, setChosen] = useState<Way>();
  const [role, setRole] = useState<Role>("main");
  const [handle, setHandle] = useState("");
  const [remember, setRemember] = useState(true);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const ways = waysOf(service);
  const [way, secrets] = ways.find(([name]) => name === chosen) ?? ways[0] ?? ["ask", []];

  const services = useView("services");
  const [settingUp, setSettingUp] = useState(false);
  const lacksClientId =
    services !== undefined && (way === "code" || way === "app") && !clientIdOf(services, service);

  const begin = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const entered = new FormData(form);
    const params: JsonObject = { service, role, remember };
    if (handle.trim()) params.handle = handle.trim();
    params.secrets = Object.fromEntries(secrets.map((name) => [name, entered.get(name) as string]));
    // What was typed leaves the page at once, whatever comes of it.
    form.reset();
    setBusy(true);
    setProblem(undefined);
    try {
      onBegun(await call<LoginView>("account.begin", params));
    } catch (error) {
      setProblem(explain(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={t("adding.title")}
      description={t("adding.description")}
      closeLabel={t("close", { ns: "shell" })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel", { ns: "shell" })}</Button>
          <Button variant="primary" type="submit" form="add-account" busy={busy}>
            {t("adding.begin")}
          </Button>
        </>
      }
    >
      <form
        id="add-account"
        autoComplete="off"
        className="flex flex-col gap-4"
        onSubmit={(event) => void begin(event)}
      >
        <SelectField
          label={t("adding.service")}
          value={service}
          onChange={(event) => {
            setService(event.target.value as Service);
            setChosen(undefined);
          }}
          choices={SERVICES.map((value) => ({ value, label: SERVICE_NAMES[value] }))}
        />
        {ways.length > 1 && (
          <SelectField
            label={t("adding.way")}
            value={way}
            onChange={(event) => setChosen(event.target.value as Way)}
            choices={ways.map(([value]) => ({ value, label: t(`adding.ways.${value}`) }))}
          />
        )}
        <p className="text-sm text-ink-muted">{t(`adding.hints.${way}`)}</p>
        {lacksClientId && (
          <Notice
            tone="info"
            actions={
              <Button size="small" onClick={() => setSettingUp(true)}>
                {t("setUpOf", { ns: "services", name: SERVICE_NAMES[service] })}
              </Button>
            }
          >
            {t(service === "twitch" ? "adding.needsClientIdOrToken" : "adding.needsClientId", {
              service: SERVICE_NAMES[service],
            })}
          </Notice>
        )}
        {secrets.map((name) => (
          <TextField
            key={`${service} ${name}`}
            name={name}
            label={t(`adding.secrets.${name}`)}
            type="password"
            autoComplete="off"
            spellCheck={false}
            required
          />
        ))}
        {service === "twitch" && (
          <SelectField
            label={t("adding.role")}
            value={role}
            onChange={(event) => setRole(event.target.value as Role)}
            choices={(["main", "bot"] as const).map((value) => ({
              value,
              label: t(`adding.roles.${value}`),
            }))}
          />
        )}
        <TextField
          label={t("adding.handle")}
          description={t("adding.handleHint")}
          value={handle}
          onChange={(event) => setHandle(event.target.value)}
          placeholder={role === "bot" ? `${service}-bot` : service}
          spellCheck={false}
        />
        <SwitchField
          label={t("adding.remember")}
          description={t("adding.rememberHint")}
          checked={remember}
          onChange={setRemember}
        />
        {problem && (
          <div role="alert">
            <Notice tone="danger">{problem}</Notice>
          </div>
        )}
      </form>
      {settingUp && <ServiceDialog service={service} onClose={() => setSettingUp(false)} />}
    </Dialog>
  );
}

/** The application that the service lets people log in with. */
function clientIdOf({ twitch, kick }: ServicesView, service: Service): string | null | undefined {
  return service === "twitch" ? twitch.client_id : kick.client_id;
}
