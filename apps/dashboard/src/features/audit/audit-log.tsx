import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useView } from "@/client/hooks";
import type { AuditView } from "@/client/views";
import { Badge, type Tone } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { SearchField, SelectField } from "@/ui/field";
import { useFormat } from "@/ui/format";

import { useAudit } from "./use-audit";

const KINDS = {
  installed: "good",
  updated: "good",
  "rolled-back": "warning",
  removed: "neutral",
  granted: "good",
  "granted-once": "good",
  revoked: "neutral",
  refused: "warning",
  denied: "warning",
  used: "danger",
  "publisher-forgotten": "warning",
} as const satisfies Record<string, Tone>;

type Kind = keyof typeof KINDS;

const isKind = (what: string): what is Kind => what in KINDS;

/** What was granted, refused and used: of every plugin, or of one. */
export function AuditLog({ plugin }: { plugin?: string }) {
  const { t } = useTranslation("audit");
  const plugins = useView("plugins") ?? [];
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState("");
  const { entries, more } = useAudit(plugin ?? chosen, text.trim());
  const choices = [
    { value: "", label: t("every") },
    ...plugins.map(({ id, name }) => ({ value: id, label: name })),
  ];
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-3">
        {plugin === undefined && (
          <SelectField
            label={t("plugin")}
            value={chosen}
            choices={choices}
            onChange={(event) => setChosen(event.target.value)}
          />
        )}
        <div className="min-w-0 flex-1 basis-56">
          <SearchField
            label={t("search")}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
      </div>
      {entries?.length === 0 && <p className="text-ink-muted">{t("none")}</p>}
      {entries && entries.length > 0 && (
        <Card>
          <ol aria-label={t("title")} className="divide-y divide-line">
            {entries.map((entry) => (
              <Entry key={entry.id} entry={entry} named={plugin === undefined} />
            ))}
          </ol>
        </Card>
      )}
      {more && (
        <div className="flex justify-center">
          <Button onClick={more}>{t("more")}</Button>
        </div>
      )}
    </div>
  );
}

function Entry({ entry, named }: { entry: AuditView; named: boolean }) {
  const { t } = useTranslation("audit");
  const format = useFormat();
  const { time, plugin, what, permission, detail, times } = entry;
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-4 py-2.5">
      <Badge tone={isKind(what) ? KINDS[what] : "neutral"}>
        {isKind(what) ? t(`kinds.${what}`) : what}
      </Badge>
      <p className="min-w-0 flex-1 basis-48 wrap-anywhere">
        {named && <strong className="font-semibold">{plugin}</strong>}{" "}
        {permission && <code className="font-mono text-sm">{permission}</code>}{" "}
        {detail && <span className="text-sm">{detail}</span>}{" "}
        {times > 1 && (
          <span className="text-sm text-ink-muted">{t("times", { count: times })}</span>
        )}
      </p>
      <time dateTime={new Date(time).toISOString()} className="text-sm text-ink-muted tabular-nums">
        {format.date(time)}
      </time>
    </li>
  );
}
