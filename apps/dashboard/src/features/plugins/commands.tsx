import { Play } from "lucide-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Json, JsonObject } from "@/client/frames";
import { useCall } from "@/client/hooks";
import type { CommandView, PluginView } from "@/client/views";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { TextArea } from "@/ui/field";
import { JsonTree } from "@/ui/json-tree";
import { Notice } from "@/ui/notice";
import { Quote } from "@/ui/quote";

import { useProblem } from "../use-action";

/** The commands of a plugin, each to be tried. */
export function Commands({ plugin }: { plugin: PluginView }) {
  const { t } = useTranslation("plugins");
  const { commands } = plugin;
  if (commands.length === 0) return <p className="text-ink-muted">{t("commands.none")}</p>;
  return (
    <ul className="flex flex-col gap-3">
      {commands.map((command) => (
        <li key={command.name}>
          <Command plugin={plugin} command={command} />
        </li>
      ))}
    </ul>
  );
}

type Outcome = { answer: Json } | { problem: string };

function Command({ plugin, command }: { plugin: PluginView; command: CommandView }) {
  const { t } = useTranslation("plugins");
  const call = useCall();
  const explain = useProblem();
  const { id } = plugin;
  const { name, description } = command;
  const [text, setText] = useState("{}");
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  const params = readObject(text);
  const run = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!params) return;
    setBusy(true);
    try {
      setOutcome({ answer: await call(name, params, id) });
    } catch (error) {
      setOutcome({ problem: explain(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card className="p-4">
      <form className="flex flex-col gap-3" onSubmit={(event) => void run(event)}>
        <div className="flex items-center justify-between gap-3">
          <h3 className="font-mono font-semibold wrap-anywhere">
            {id}.{name}
          </h3>
          <Button
            type="submit"
            size="small"
            icon={<Play size={15} />}
            busy={busy}
            disabled={!params}
            aria-label={t("commands.runOf", { command: name })}
          >
            {t("commands.run")}
          </Button>
        </div>
        {description && (
          <Quote author={t("permission.reasonOf", { ns: "shell", plugin: plugin.name })}>
            {description}
          </Quote>
        )}
        <details>
          <summary className="text-sm text-ink-muted">{t("commands.parameters")}</summary>
          <div className="mt-2">
            <TextArea
              label={t("commands.parameters")}
              rows={3}
              spellCheck={false}
              value={text}
              problem={params ? undefined : t("commands.invalid")}
              onChange={(event) => setText(event.target.value)}
              className="font-mono text-sm"
            />
          </div>
        </details>
        <div aria-live="polite">
          {outcome && "problem" in outcome && <Notice tone="danger">{outcome.problem}</Notice>}
          {outcome && "answer" in outcome && (
            <div className="rounded-lg bg-raised p-3">
              <JsonTree
                value={outcome.answer}
                more={(count) => t("moreEntries", { ns: "shell", count })}
              />
            </div>
          )}
        </div>
      </form>
    </Card>
  );
}

function readObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return value !== null && typeof value === "object" && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
