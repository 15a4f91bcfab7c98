import { useVirtualizer } from "@tanstack/react-virtual";
import clsx from "clsx";
import { memo, useId, useMemo, useRef, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Event } from "@/client/views";
import { Badge } from "@/ui/badge";
import { useFormat } from "@/ui/format";
import { useMedia } from "@/ui/media";

import { summary } from "../event-words";
import type { Entry } from "./event-log";

/** Pixels; every row is as high, so that none has to be measured. */
const ROW = { wide: 34, narrow: 56 };

/** The newest event is at the top. Only the rows in sight are in the document. */
export const EventList = memo(function EventList(props: {
  entries: readonly Entry[];
  selected: string | undefined;
  held: boolean;
  onSelect: (event: Event) => void;
  /** The user points at a row, or looks further down: what is shown must no longer move. */
  onHold: () => void;
}) {
  const { t } = useTranslation("events");
  const { entries, selected, held, onSelect, onHold } = props;
  const id = useId();
  const wide = useMedia("(min-width: 40rem)");
  const height = wide ? ROW.wide : ROW.narrow;
  const scroller = useRef<HTMLDivElement>(null);
  const newest = entries.length - 1;
  const at = (index: number) => entries[newest - index];
  const words = useWords();
  // The compiler leaves this component as it is, for the virtualizer changes under it.
  // eslint-disable-next-line react-hooks/incompatible-library
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    // A row is its place: what comes changes the texts of the rows that are there, and makes none anew.
    getItemKey: (index) => index,
    overscan: 4,
  });
  const current =
    selected === undefined ? -1 : entries.findIndex(({ event }) => event.id === selected);

  const move = (event: KeyboardEvent) => {
    const from = current < 0 ? -1 : newest - current;
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: newest }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(newest, to));
    const entry = at(index);
    if (!entry) return;
    onSelect(entry.event);
    rows.scrollToIndex(index);
  };

  return (
    <div
      ref={scroller}
      role="listbox"
      tabIndex={0}
      aria-label={t("title")}
      aria-activedescendant={current < 0 ? undefined : `${id}-${entries[current]?.number ?? 0}`}
      onKeyDown={move}
      onScroll={({ currentTarget }) => {
        if (!held && currentTarget.scrollTop > height) onHold();
      }}
      onPointerDown={onHold}
      className="h-[calc(100dvh-25rem)] min-h-80 md:h-[calc(100dvh-15.5rem)] overflow-y-auto rounded-xl border border-line bg-surface shadow-card"
    >
      <div role="presentation" className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ key, index, start }) => {
          const entry = at(index);
          return (
            entry && (
              <Row
                key={key}
                id={`${id}-${entry.number}`}
                event={entry.event}
                words={words}
                start={start}
                height={height}
                selected={entry.event.id === selected}
                onSelect={onSelect}
              />
            )
          );
        })}
      </div>
    </div>
  );
});

type Words = { clock: (milliseconds: number) => string; simulated: string; replayed: string };

/** What every row needs of the language, looked up once for all. */
function useWords(): Words {
  const { t } = useTranslation();
  const { clock } = useFormat();
  return useMemo(() => ({ clock, simulated: t("simulated"), replayed: t("replayed") }), [clock, t]);
}

const Row = memo(function Row(props: {
  id: string;
  event: Event;
  words: Words;
  start: number;
  height: number;
  selected: boolean;
  onSelect: (event: Event) => void;
}) {
  const { id, event, words, start, height, selected, onSelect } = props;
  return (
    // The list hears the keys.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={selected}
      onClick={() => onSelect(event)}
      style={{ height, transform: `translateY(${start}px)` }}
      className={clsx(
        "absolute inset-x-0 top-0 grid cursor-pointer contain-strict grid-cols-[1fr_auto] content-center items-center gap-x-3 border-b border-line px-3 text-sm",
        "sm:grid-cols-[5rem_13rem_7rem_1fr]",
        selected ? "bg-accent-soft" : "hover:bg-hover",
      )}
    >
      <time className="order-2 text-ink-muted tabular-nums sm:order-none">
        {words.clock(event.time)}
      </time>
      <code className="order-1 truncate font-mono text-[0.8125rem] sm:order-none">
        {event.topic}
      </code>
      <span className="hidden truncate text-ink-muted sm:block">{event.source}</span>
      <span className="order-3 col-span-2 flex min-w-0 items-center gap-2 sm:order-none sm:col-span-1">
        <span className="truncate text-ink-muted sm:text-ink">{summary(event.data)}</span>
        {event.simulated && <Badge tone="info">{words.simulated}</Badge>}
        {event.replayed && <Badge tone="accent">{words.replayed}</Badge>}
      </span>
    </div>
  );
});
