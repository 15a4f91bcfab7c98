import { ExternalLink } from "lucide-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";

import type { JsonObject } from "@/client/frames";
import { useCall, useView } from "@/client/hooks";
import type { Service } from "@/client/views";
import { SwitchField, TextArea, TextField } from "@/ui/field";

import { useProblem } from "../../use-action";
import { SERVICE_NAMES } from "../names";
import { changes, draftOf, FORMS, PLACES, type Draft, type Field } from "./forms";
import { FormDialog } from "./form-dialog";

/** How a service is set up, to be changed. */
export function ServiceDialog({ service, onClose }: { service: Service; onClose: () => void }) {
  const { t } = useTranslation("services");
  const call = useCall();
  const explain = useProblem();
  const now = useView("services")?.[service];
  const [drafts, setDrafts] = useState<Record<string, Draft>>({});
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const fields = FORMS[service];
  if (!now) return null;
  const known: JsonObject = { ...now };

  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const values = changes(fields, known, drafts);
    setBusy(true);
    setProblem(undefined);
    try {
      if (Object.keys(values).length > 0) await call("service.set-up", { service, values });
      onClose();
    } catch (error) {
      setProblem(explain(error));
      setBusy(false);
    }
  };

  return (
    <FormDialog
      title={t("title", { name: SERVICE_NAMES[service] })}
      onClose={onClose}
      onSubmit={(event) => void save(event)}
      problem={problem}
      busy={busy}
    >
      {service !== "vtube" && <Steps service={service} />}
      {fields.map((field) => (
        <ServiceField
          key={field.key}
          field={field}
          draft={drafts[field.key] ?? draftOf(field, known[field.key])}
          onChange={(draft) => setDrafts((before) => ({ ...before, [field.key]: draft }))}
        />
      ))}
    </FormDialog>
  );
}

/** How to come by what the form asks for. */
function Steps({ service }: { service: "twitch" | "discord" | "kick" }) {
  const { t } = useTranslation("services");
  const place = PLACES[service];
  return (
    <div className="rounded-lg bg-raised px-4 py-3 text-sm">
      <p className="font-medium">{t(`${service}.steps.title`)}</p>
      <ol className="mt-1.5 list-decimal space-y-1 pl-5 text-ink-muted">
        <li>{t(`${service}.steps.first`)}</li>
        <li>{t(`${service}.steps.second`)}</li>
        <li>{t(`${service}.steps.third`)}</li>
      </ol>
      {place && (
        <a
          href={place}
          target="_blank"
          rel="noreferrer noopener"
          className="mt-2 inline-flex items-center gap-1.5 underline underline-offset-2"
        >
          {new URL(place).host} <ExternalLink aria-hidden size={14} />
        </a>
      )}
    </div>
  );
}

function ServiceField(props: { field: Field; draft: Draft; onChange: (draft: Draft) => void }) {
  const { t } = useTranslation("services");
  const { field, draft, onChange } = props;
  const labels = {
    label: t(`${field.words}.label`),
    description: t(`${field.words}.hint`),
  };
  switch (field.kind) {
    case "switch":
      return <SwitchField {...labels} checked={draft === true} onChange={onChange} />;
    case "list":
      return (
        <TextArea
          {...labels}
          rows={3}
          spellCheck={false}
          value={String(draft)}
          onChange={(event) => onChange(event.target.value)}
          className="font-mono text-sm"
        />
      );
    case "text":
      return (
        <TextField
          {...labels}
          autoComplete="off"
          spellCheck={false}
          value={String(draft)}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}
