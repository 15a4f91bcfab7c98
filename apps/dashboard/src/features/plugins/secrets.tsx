import { type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";

import type { PluginView, SecretView } from "@/client/views";
import { State } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card, Section } from "@/ui/card";
import { TextField } from "@/ui/field";
import { Quote } from "@/ui/quote";

import { useAction } from "../use-action";

/** The secrets that a plugin uses and never sees, each to be given or replaced. */
export function Secrets({ plugin }: { plugin: PluginView }) {
  const { t } = useTranslation("plugins");
  return (
    <Section title={t("secrets.title")} description={t("secrets.description")}>
      <Card>
        <ul className="divide-y divide-line">
          {plugin.secrets.map((secret) => (
            <li key={secret.name} className="p-4">
              <SecretForm plugin={plugin} secret={secret} />
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  );
}

function SecretForm({ plugin, secret }: { plugin: PluginView; secret: SecretView }) {
  const { t } = useTranslation("plugins");
  const act = useAction();
  const { name, label, hosts, is_set } = secret;
  const keep = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const value = new FormData(form).get("value") as string;
    // What was typed leaves the page at once, whatever comes of it.
    form.reset();
    await act("plugin.secret", { id: plugin.id, name, value }, t("secrets.done", { name }));
  };
  return (
    <form autoComplete="off" className="flex flex-col gap-3" onSubmit={(event) => void keep(event)}>
      {label && (
        <Quote author={t("permission.reasonOf", { ns: "shell", plugin: plugin.name })}>
          {label}
        </Quote>
      )}
      <TextField
        name="value"
        type="password"
        autoComplete="off"
        spellCheck={false}
        label={name}
        description={t("secrets.sentTo", { hosts: hosts.join(", ") })}
        required
      />
      <div className="flex items-center justify-between gap-3">
        <span aria-live="polite" className="text-sm">
          <State tone={is_set ? "good" : "warning"}>
            {t(is_set ? "secrets.isSet" : "secrets.missing")}
          </State>
        </span>
        <Button
          type="submit"
          size="small"
          aria-label={t(is_set ? "secrets.replaceOf" : "secrets.keepOf", { name })}
        >
          {t(is_set ? "secrets.replace" : "secrets.keep")}
        </Button>
      </div>
    </form>
  );
}
