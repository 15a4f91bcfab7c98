import clsx from "clsx";
import { useTranslation } from "react-i18next";

import type { Event } from "@/client/views";
import { useFormat } from "@/ui/format";

import { summary } from "../event-words";

/** The deepest that steps are set in; what follows stands below. */
const DEEPEST = 6;

/** What led to what: each event below the one that caused it. */
export function CauseChain(props: {
  events: readonly Event[];
  current: string;
  onSelect?: (event: Event) => void;
}) {
  const { t } = useTranslation("events");
  const { events, current, onSelect } = props;
  const format = useFormat();
  return (
    <ol className="flex flex-col gap-1">
      {inOrder(events).map(({ event, depth }) => {
        const isCurrent = event.id === current;
        const content = (
          <>
            <span className="flex items-baseline justify-between gap-3">
              <code className="truncate font-mono text-[0.8125rem] font-medium">{event.topic}</code>
              <span className="text-xs text-ink-muted tabular-nums">
                {format.clock(event.time)}
              </span>
            </span>
            <span className="block truncate text-sm text-ink-muted">
              {[sourceName(event.source, t("chain.plugin")), summary(event.data)]
                .filter(Boolean)
                .join(" · ")}
            </span>
          </>
        );
        const look = clsx(
          "block w-full min-w-0 rounded-lg border px-2.5 py-1.5 text-left",
          isCurrent ? "border-accent bg-accent-soft" : "border-line",
        );
        return (
          <li key={event.id} className="flex" style={{ paddingLeft: `${depth * 0.875}rem` }}>
            {depth > 0 && (
              <span aria-hidden className="mr-1.5 text-ink-muted">
                ↳
              </span>
            )}
            {onSelect && !isCurrent ? (
              <button
                type="button"
                className={clsx(look, "hover:bg-hover")}
                onClick={() => onSelect(event)}
              >
                {content}
              </button>
            ) : (
              <div className={look} aria-current={isCurrent || undefined}>
                {content}
              </div>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function sourceName(source: string, plugin: string): string {
  return source.startsWith("plugin:") ? `${plugin} ${source.slice("plugin:".length)}` : source;
}

/** Causes before what they caused, depth first; an event whose cause is not among them begins anew. */
export function inOrder(events: readonly Event[]): { event: Event; depth: number }[] {
  const known = new Set(events.map(({ id }) => id));
  const effects = new Map<string, Event[]>();
  const roots: Event[] = [];
  for (const event of [...events].sort((a, b) => a.time - b.time)) {
    const { cause } = event;
    if (!cause || !known.has(cause) || cause === event.id) roots.push(event);
    else effects.set(cause, [...(effects.get(cause) ?? []), event]);
  }
  const ordered: { event: Event; depth: number }[] = [];
  const placed = new Set<string>();
  const waiting = roots.map((event) => ({ event, depth: 0 }));
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { event, depth } = next;
    if (placed.has(event.id)) continue;
    placed.add(event.id);
    ordered.push({ event, depth: Math.min(depth, DEEPEST) });
    const caused = effects.get(event.id) ?? [];
    waiting.unshift(...caused.map((effect) => ({ event: effect, depth: depth + 1 })));
  }
  // Events that cause each other have no beginning.
  const rest = events.filter(({ id }) => !placed.has(id));
  return [...ordered, ...rest.map((event) => ({ event, depth: 0 }))];
}
