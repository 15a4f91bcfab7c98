import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";

import { useCall } from "@/client/hooks";
import type { ObsView } from "@/client/views";
import { TextField } from "@/ui/field";

import { useProblem } from "../../use-action";
import { FormDialog } from "./form-dialog";

/** Where OBS listens unless it was told otherwise. */
const USUAL_ADDRESS = "ws://127.0.0.1:4455";

/** Sets up an OBS Studio: one that is known already, or a new one under a name that is free. */
export function ObsDialog(props: {
  obs: ObsView | undefined;
  taken: readonly string[];
  onClose: () => void;
}) {
  const { t } = useTranslation("services");
  const { obs, taken, onClose } = props;
  const call = useCall();
  const explain = useProblem();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);

  const save = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const field = event.currentTarget.elements.namedItem("password") as HTMLInputElement;
    const entered = new FormData(event.currentTarget);
    const text = (name: string) => (entered.get(name) as string).trim();
    const password = entered.get("password") as string;
    // What was typed leaves the page at once, whatever comes of it.
    field.value = "";
    const section = { name: obs?.name ?? text("name"), url: text("url") };
    setBusy(true);
    setProblem(undefined);
    try {
      await call("obs.set-up", { obs: section, ...(password !== "" && { password }) });
      onClose();
    } catch (error) {
      setProblem(explain(error));
      setBusy(false);
    }
  };

  return (
    <FormDialog
      title={obs ? t("title", { name: `OBS (${obs.name})` }) : t("obs.add")}
      onClose={onClose}
      onSubmit={(event) => void save(event)}
      problem={problem}
      busy={busy}
    >
      <div className="rounded-lg bg-raised px-4 py-3 text-sm">
        <p className="font-medium">{t("obs.steps.title")}</p>
        <ol className="mt-1.5 list-decimal space-y-1 pl-5 text-ink-muted">
          <li>{t("obs.steps.first")}</li>
          <li>{t("obs.steps.second")}</li>
          <li>{t("obs.steps.third")}</li>
        </ol>
      </div>
      {!obs && (
        <TextField
          name="name"
          label={t("obs.name.label")}
          description={t("obs.name.hint")}
          defaultValue={freeName(taken)}
          spellCheck={false}
          required
        />
      )}
      <TextField
        name="url"
        label={t("obs.url.label")}
        description={t("obs.url.hint")}
        defaultValue={obs?.url ?? USUAL_ADDRESS}
        spellCheck={false}
        required
      />
      <TextField
        name="password"
        type="password"
        autoComplete="off"
        label={t("obs.password.label")}
        description={t(obs?.has_password ? "obs.password.kept" : "obs.password.hint")}
      />
    </FormDialog>
  );
}

/** `obs`, or the first of `obs-2`, `obs-3` and so on that no other has. */
export function freeName(taken: readonly string[]): string {
  let name = "obs";
  for (let number = 2; taken.includes(name); number += 1) name = `obs-${number}`;
  return name;
}
