import { RotateCcw } from "lucide-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";

import type { JsonObject } from "@/client/frames";
import { useView } from "@/client/hooks";
import type { SettingsView, SettingView } from "@/client/views";
import { Button, IconButton } from "@/ui/button";
import { Card } from "@/ui/card";
import { SelectField, SwitchField, TextArea, TextField } from "@/ui/field";

import { useAction } from "../use-action";
import { draftOf, parse, type Draft } from "./setting-value";

type Drafts = Record<string, Draft>;

/**
 * A form for what the plugin declares. What the user did not touch follows the host. `besides`: there is
 * something else to set, so that it need not be said that there is nothing.
 */
export function Settings(props: { id: string; name: string; besides?: boolean }) {
  const { id, name, besides = false } = props;
  const { t } = useTranslation("plugins");
  const settings = useView("settings", id);
  if (!settings) return null;
  if (Object.keys(settings).length === 0) {
    return besides ? null : <p className="text-ink-muted">{t("settings.none")}</p>;
  }
  return (
    <>
      <p className="mb-3 text-ink-muted">{t("settings.author", { name })}</p>
      <Form id={id} settings={settings} />
    </>
  );
}

function Form({ id, settings }: { id: string; settings: SettingsView }) {
  const { t } = useTranslation("plugins");
  const act = useAction();
  const [drafts, setDrafts] = useState<Drafts>({});
  const edited = Object.keys(drafts).length > 0;
  const problems = Object.fromEntries(
    Object.entries(drafts).flatMap(([key, draft]) => {
      const setting = settings[key];
      const parsed = setting && parse(setting.declaration, draft);
      return parsed && "problem" in parsed ? [[key, parsed]] : [];
    }),
  );
  const forget = (keys: string[]) =>
    setDrafts((before) =>
      Object.fromEntries(Object.entries(before).filter(([key]) => !keys.includes(key))),
    );
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const values: JsonObject = {};
    for (const [key, draft] of Object.entries(drafts)) {
      const parsed = settings[key] && parse(settings[key].declaration, draft);
      if (parsed && "value" in parsed) values[key] = parsed.value;
    }
    if (await act("plugin.set-settings", { id, values }, t("settings.saved"))) {
      forget(Object.keys(values));
    }
  };
  const reset = async (key: string) => {
    if (await act("plugin.set-settings", { id, values: { [key]: null } })) forget([key]);
  };
  const problemText = (key: string): string | undefined => {
    const problem = problems[key];
    if (!problem) return undefined;
    const { minimum, maximum } = problem;
    if (problem.problem !== "range") return t(`settings.problem.${problem.problem}`);
    if (minimum !== undefined && maximum !== undefined) {
      return t("settings.problem.between", { minimum, maximum });
    }
    return minimum !== undefined
      ? t("settings.problem.least", { minimum })
      : t("settings.problem.most", { maximum });
  };
  return (
    <form
      // The bar at the bottom covers no field that is typed into.
      className="[&_:is(input,select,textarea)]:scroll-mb-32"
      onSubmit={(event) => void save(event)}
    >
      <Card className="flex flex-col divide-y divide-line border-dashed border-line-strong/60 px-4">
        {Object.entries(settings).map(([key, setting]) => (
          <div key={key} className="flex items-start gap-3 py-4">
            <div className="min-w-0 flex-1">
              <SettingField
                name={key}
                setting={setting}
                draft={drafts[key] ?? draftOf(setting.value)}
                problem={problemText(key)}
                onChange={(draft) => setDrafts((before) => ({ ...before, [key]: draft }))}
              />
            </div>
            {!setting.is_default && (
              <IconButton
                label={t("settings.reset", { name: setting.declaration.label ?? key })}
                onClick={() => void reset(key)}
              >
                <RotateCcw size={16} />
              </IconButton>
            )}
          </div>
        ))}
      </Card>
      {edited && (
        <div className="sticky bottom-20 mt-4 flex animate-appear justify-end gap-2 rounded-xl border border-line bg-raised p-2 shadow-float md:bottom-4">
          <Button onClick={() => setDrafts({})}>{t("settings.discard")}</Button>
          <Button type="submit" variant="primary" disabled={Object.keys(problems).length > 0}>
            {t("settings.save")}
          </Button>
        </div>
      )}
    </form>
  );
}

function SettingField(props: {
  name: string;
  setting: SettingView;
  draft: Draft;
  problem: string | undefined;
  onChange: (draft: Draft) => void;
}) {
  const { t } = useTranslation("plugins");
  const { name, setting, draft, problem, onChange } = props;
  const { declaration } = setting;
  const labels = {
    label: declaration.label ?? name,
    description: declaration.description,
    problem,
  };
  switch (declaration.type) {
    case "boolean":
      return <SwitchField {...labels} checked={draft === true} onChange={onChange} />;
    case "choice":
      return (
        <SelectField
          {...labels}
          value={String(draft)}
          choices={declaration.choices.map((choice) => ({ value: choice, label: choice }))}
          onChange={(event) => onChange(event.target.value)}
          className="max-w-sm"
        />
      );
    case "list":
      return (
        <TextArea
          {...labels}
          description={labels.description ?? t("settings.list")}
          value={String(draft)}
          rows={Math.min(10, String(draft).split("\n").length + 1)}
          onChange={(event) => onChange(event.target.value)}
          className="font-mono text-sm"
        />
      );
    case "integer":
    case "number":
      return (
        <TextField
          {...labels}
          inputMode={declaration.type === "integer" ? "numeric" : "decimal"}
          value={String(draft)}
          onChange={(event) => onChange(event.target.value)}
          className="max-w-40"
        />
      );
    case "string":
      return (
        <TextField
          {...labels}
          value={String(draft)}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}
