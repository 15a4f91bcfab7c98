import type { ReactNode } from "react";

/** How many entries of a list or object are shown; a payload may have thousands. */
const MOST_ENTRIES = 200;
/** What lies deeper is shown as text. */
const DEEPEST = 12;

/** A JSON value; what holds others can be folded. All of it is text. */
export function JsonTree({ value, more }: { value: unknown; more: (count: number) => string }) {
  return (
    <div className="overflow-x-auto font-mono text-sm leading-relaxed">
      <Entry value={value} depth={0} more={more} />
    </div>
  );
}

type EntryProps = {
  name?: string;
  value: unknown;
  depth: number;
  more: (count: number) => string;
};

function Entry({ name, value, depth, more }: EntryProps) {
  const label: ReactNode = name !== undefined && <span className="text-ink-muted">{name}: </span>;
  if (value === null || typeof value !== "object" || depth === DEEPEST) {
    return (
      <div className="wrap-anywhere whitespace-pre-wrap">
        {label}
        <span className={colour(value)}>{JSON.stringify(value)}</span>
      </div>
    );
  }
  const entries: [string, unknown][] = Object.entries(value);
  const summary = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  const children = entries
    .slice(0, MOST_ENTRIES)
    .map(([key, child]) => (
      <Entry key={key} name={key} value={child} depth={depth + 1} more={more} />
    ));
  if (entries.length > MOST_ENTRIES) {
    children.push(
      <div key="" className="text-ink-muted">
        {more(entries.length - MOST_ENTRIES)}
      </div>,
    );
  }
  if (depth === 0) return <>{children}</>;
  return (
    <details open={depth < 3}>
      <summary>
        {label}
        <span className="text-ink-muted">{summary}</span>
      </summary>
      <div className="ml-1.5 border-l border-line pl-3">{children}</div>
    </details>
  );
}

function colour(value: unknown): string {
  if (typeof value === "string") return "text-good";
  if (typeof value === "number") return "text-info";
  if (typeof value === "boolean") return "text-accent-text";
  return "text-ink-muted";
}
