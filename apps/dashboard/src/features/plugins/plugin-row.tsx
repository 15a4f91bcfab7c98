import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import type { PluginView } from "@/client/views";
import { useFormat } from "@/ui/format";

import { PluginStateLabel } from "../states";
import { withoutCommands } from "../refusal-words";
import { PluginActions } from "./plugin-actions";
import type { Rate } from "./use-rates";

export function PluginRow({ plugin, rate }: { plugin: PluginView; rate: Rate | undefined }) {
  const { t } = useTranslation("plugins");
  const { id, name, version, reason, requests } = plugin;
  const missing = requests.filter(({ granted, optional }) => !granted && !optional).length;
  return (
    <li className="flex flex-col gap-3 px-4 py-3.5">
      <div className="grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-1 sm:grid-cols-[1fr_8rem_10.5rem]">
        <div className="min-w-0">
          <h3 className="flex min-w-0 flex-wrap items-baseline gap-x-2">
            <Link
              href={`/plugins/${id}`}
              className="font-semibold underline-offset-4 hover:underline"
            >
              {name}
            </Link>
            <span className="text-sm text-ink-muted">{version}</span>
          </h3>
        </div>
        <span aria-live="polite" className="text-sm max-sm:row-start-2">
          <PluginStateLabel plugin={plugin} />
        </span>
        <div className="flex justify-end max-sm:row-span-2">
          <PluginActions plugin={plugin} />
        </div>
      </div>
      {reason && <p className="text-sm wrap-anywhere text-danger">{withoutCommands(reason)}</p>}
      {missing > 0 && (
        <p className="text-sm text-warning">
          <Link href="/requests" className="underline underline-offset-2">
            {t("missing", { count: missing })}
          </Link>
        </p>
      )}
      <Figures plugin={plugin} rate={rate} />
    </li>
  );
}

/** What a plugin uses, at a glance; what is above zero and should not be is set apart. */
export function Figures({ plugin, rate }: { plugin: PluginView; rate: Rate | undefined }) {
  const { t } = useTranslation("plugins");
  const format = useFormat();
  const { metrics } = plugin;
  if (!metrics) return null;
  const figures: [label: string, value: string, wrong?: boolean][] = [
    [t("figures.rate"), rate ? format.short(rate.events) : "–"],
    [t("figures.processor"), rate ? `${format.short(rate.processor * 100)} %` : "–"],
    [t("figures.memory"), format.bytes(metrics.memory)],
    [t("figures.queued"), format.whole(metrics.queued), metrics.queued > 0],
    [t("figures.dropped"), format.whole(metrics.dropped), metrics.dropped > 0],
    [t("figures.restarts"), format.whole(metrics.restarts), metrics.restarts > 0],
  ];
  return (
    <dl className="grid grid-cols-3 gap-x-4 gap-y-2 sm:grid-cols-6">
      {figures.map(([label, value, wrong = false]) => (
        <div key={label}>
          <dt className="text-xs text-ink-muted">{label}</dt>
          <dd className={`text-sm tabular-nums ${wrong ? "font-semibold text-warning" : ""}`}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
