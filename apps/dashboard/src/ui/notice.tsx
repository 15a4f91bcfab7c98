import clsx from "clsx";
import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

const LOOKS = {
  info: ["border-info/30 bg-info-soft text-info", Info],
  warning: ["border-warning/30 bg-warning-soft text-warning", TriangleAlert],
  danger: ["border-danger/30 bg-danger-soft text-danger", CircleAlert],
} as const;

/** Something to know, beside what it is about. */
export function Notice(props: {
  tone: keyof typeof LOOKS;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { tone, actions, children } = props;
  const [look, Icon] = LOOKS[tone];
  return (
    <div className={clsx("flex flex-wrap items-start gap-3 rounded-lg border px-3.5 py-2.5", look)}>
      <Icon aria-hidden size={18} className="mt-0.5 shrink-0" />
      <div className="min-w-0 flex-1 basis-48 wrap-anywhere text-ink">{children}</div>
      {actions}
    </div>
  );
}
