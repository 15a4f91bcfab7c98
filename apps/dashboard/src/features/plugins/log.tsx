import { useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { useView } from "@/client/hooks";
import type { LogLevel } from "@/client/views";
import { Card } from "@/ui/card";
import { SelectField } from "@/ui/field";
import { useFormat } from "@/ui/format";

const LEVELS: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error"];
const COLOURS: Record<LogLevel, string> = {
  trace: "text-ink-muted",
  debug: "text-ink-muted",
  info: "text-info",
  warn: "text-warning",
  error: "text-danger",
};

/** A plugin's log, live. It stays at its end unless the user looks further up. */
export function Log({ id }: { id: string }) {
  const { t } = useTranslation("plugins");
  const format = useFormat();
  const [least, setLeast] = useState<LogLevel>("info");
  const lines = (useView("log", id) ?? []).filter(
    ({ level }) => LEVELS.indexOf(level) >= LEVELS.indexOf(least),
  );
  const list = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  const last = lines.at(-1)?.number;
  useLayoutEffect(() => {
    const element = list.current;
    if (element && atEnd.current) element.scrollTop = element.scrollHeight;
  }, [last]);
  return (
    <div className="flex flex-col gap-3">
      <div className="max-w-48">
        <SelectField
          label={t("log.least")}
          value={least}
          choices={LEVELS.map((level) => ({ value: level, label: t(`log.levels.${level}`) }))}
          onChange={(event) => setLeast(event.target.value as LogLevel)}
        />
      </div>
      <Card>
        {lines.length === 0 ? (
          <p className="p-4 text-ink-muted">{t("log.none")}</p>
        ) : (
          <ol
            ref={list}
            // A scrolled region has to be reached by keyboard.
            // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
            aria-label={t("tabs.log")}
            onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
              atEnd.current = scrollHeight - scrollTop - clientHeight < 8;
            }}
            className="max-h-[60vh] overflow-y-auto p-3 font-mono text-sm"
          >
            {lines.map((line) => (
              <li key={line.number} className="flex gap-3 py-0.5">
                <time className="shrink-0 text-ink-muted tabular-nums">
                  {format.clock(line.time)}
                </time>
                <span className={`w-12 shrink-0 ${COLOURS[line.level]}`}>{line.level}</span>
                <span className="min-w-0 wrap-anywhere whitespace-pre-wrap">{line.text}</span>
              </li>
            ))}
          </ol>
        )}
      </Card>
    </div>
  );
}
