import clsx from "clsx";
import type { ReactNode } from "react";

export type Tone = "neutral" | "good" | "warning" | "danger" | "info" | "accent";

const BADGES: Record<Tone, string> = {
  neutral: "bg-raised text-ink-muted",
  good: "bg-good-soft text-good",
  warning: "bg-warning-soft text-warning",
  danger: "bg-danger-soft text-danger",
  info: "bg-info-soft text-info",
  accent: "bg-accent-soft text-accent-text",
};

export function Badge({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={clsx(
        "inline-flex items-center gap-1 rounded-md px-1.5 py-0.5 text-xs font-medium whitespace-nowrap",
        BADGES[tone],
      )}
    >
      {children}
    </span>
  );
}

const DOTS: Record<Tone, string> = {
  neutral: "bg-line-strong",
  good: "bg-good",
  warning: "bg-warning",
  danger: "bg-danger",
  info: "bg-info",
  accent: "bg-accent",
};

/** A state in words, with a dot of its tone; `active` lets the dot pulse. */
export function State(props: { tone: Tone; active?: boolean; children: ReactNode }) {
  const { tone, active = false, children } = props;
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <span
        aria-hidden
        className={clsx("size-2 shrink-0 rounded-full", DOTS[tone], active && "animate-pulse")}
      />
      {children}
    </span>
  );
}
