import { CirclePause, CirclePlay, Radio, Trash2 } from "lucide-react";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";

import { Button, IconButton } from "@/ui/button";
import { Empty, PageHeader } from "@/ui/card";
import { Dialog } from "@/ui/dialog";
import { SearchField } from "@/ui/field";
import { useFormat } from "@/ui/format";
import { useMedia } from "@/ui/media";

import { EventDetails } from "./event-details";
import { EventList } from "./event-list";
import { EVERYTHING, type Filter } from "./event-log";
import { useEventLog } from "./use-event-log";
import type { Event } from "@/client/views";

/** Everything that happens, live: to search, to hold, and to look into. */
export default function EventsPage() {
  const { t } = useTranslation("events");
  const format = useFormat();
  const wide = useMedia("(min-width: 64rem)");
  const [log, snapshot] = useEventLog();
  const [filter, setFilter] = useState(EVERYTHING);
  const [paused, setPaused] = useState(false);
  const [selected, setSelected] = useState<Event>();
  const change = (changes: Partial<Filter>) => {
    const next = { ...filter, ...changes };
    setFilter(next);
    log.filter(next);
  };
  const hold = useCallback(() => {
    log.hold();
    setPaused(true);
  }, [log]);
  const resume = () => {
    log.release();
    setPaused(false);
  };
  const select = useCallback(
    (event: Event) => {
      hold();
      setSelected(event);
    },
    [hold],
  );
  const details = selected && (
    <EventDetails event={selected} onSelect={setSelected} onClose={() => setSelected(undefined)} />
  );
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          <>
            <IconButton label={t("clear")} onClick={() => log.clear()}>
              <Trash2 size={17} />
            </IconButton>
            <Button
              aria-pressed={paused}
              icon={paused ? <CirclePlay size={17} /> : <CirclePause size={17} />}
              onClick={paused ? resume : hold}
            >
              {paused ? t("resume", { count: snapshot.unseen }) : t("pause")}
            </Button>
          </>
        }
      />
      <div role="search" className="mb-3 flex flex-wrap gap-2">
        <SearchField
          label={t("search")}
          value={filter.text}
          onChange={(event) => change({ text: event.target.value })}
          className="min-w-0 basis-full sm:flex-1 sm:basis-56"
        />
        <Choice
          label={t("family")}
          all={t("allFamilies")}
          choices={snapshot.families}
          value={filter.family}
          onChange={(family) => change({ family })}
        />
        <Choice
          label={t("source")}
          all={t("allSources")}
          choices={snapshot.sources}
          value={filter.source}
          onChange={(source) => change({ source })}
        />
      </div>
      <div className="flex items-start gap-4">
        <div className="min-w-0 flex-1">
          {snapshot.entries.length === 0 ? (
            <Empty icon={<Radio />} title={t(snapshot.kept === 0 ? "none" : "noneMatch")}>
              {snapshot.kept === 0 ? (
                <p>{t("noneHint")}</p>
              ) : (
                <Button onClick={() => change(EVERYTHING)}>{t("showAll")}</Button>
              )}
            </Empty>
          ) : (
            <EventList
              entries={snapshot.entries}
              selected={selected?.id}
              onSelect={select}
              onHold={hold}
              held={paused}
            />
          )}
          <p className="mt-2 text-sm text-ink-muted tabular-nums">
            {t("count", {
              shown: format.whole(snapshot.entries.length),
              kept: format.whole(snapshot.kept),
            })}
          </p>
        </div>
        {wide && details && (
          <aside
            aria-label={t("details")}
            className="sticky top-4 max-h-[calc(100dvh-2rem)] w-96 shrink-0 overflow-y-auto rounded-xl border border-line bg-surface p-4 shadow-card"
          >
            {details}
          </aside>
        )}
      </div>
      {!wide && details && (
        <Dialog
          wide
          title={t("details")}
          closeLabel={t("close", { ns: "shell" })}
          onClose={() => setSelected(undefined)}
        >
          {details}
        </Dialog>
      )}
    </>
  );
}

function Choice(props: {
  label: string;
  all: string;
  choices: readonly string[];
  value: string;
  onChange: (value: string) => void;
}) {
  const { label, all, choices, value, onChange } = props;
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className="min-h-9 max-w-44 min-w-0 flex-1 rounded-lg border border-line-strong bg-surface px-2 sm:flex-none"
    >
      <option value="">{all}</option>
      {choices.map((choice) => (
        <option key={choice}>{choice}</option>
      ))}
    </select>
  );
}
