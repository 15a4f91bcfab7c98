import { useTranslation } from "react-i18next";

import type { PluginView } from "@/client/views";
import { Card, Section } from "@/ui/card";
import { useFormat } from "@/ui/format";

import { useRates } from "./use-rates";

/** What a plugin uses and did, and what it is. */
export function Overview({ plugin }: { plugin: PluginView }) {
  const { t } = useTranslation("plugins");
  const format = useFormat();
  const rate = useRates()[plugin.id];
  const { metrics, subscriptions, id, version, author, hash } = plugin;
  const figures: [string, string][] = metrics
    ? [
        [t("figures.rate"), rate ? format.short(rate.events) : "–"],
        [t("figures.processor"), rate ? `${format.short(rate.processor * 100)} %` : "–"],
        [t("figures.processorTotal"), `${format.short(metrics.processor_milliseconds / 1_000)} s`],
        [t("figures.memory"), format.bytes(metrics.memory)],
        [t("figures.memoryPeak"), format.bytes(metrics.memory_peak)],
        [t("figures.events"), format.whole(metrics.events)],
        [t("figures.published"), format.whole(metrics.published)],
        [t("figures.queued"), format.whole(metrics.queued)],
        [t("figures.dropped"), format.whole(metrics.dropped)],
        [t("figures.poisoned"), format.whole(metrics.poisoned)],
        [t("figures.restarts"), format.whole(metrics.restarts)],
        [t("figures.denials"), format.whole(metrics.denials)],
      ]
    : [];
  return (
    <>
      <Section title={t("figures.title")}>
        {metrics ? (
          <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-4">
            {figures.map(([label, value]) => (
              <Card key={label} className="px-4 py-3">
                <dt className="text-sm text-ink-muted">{label}</dt>
                <dd className="text-xl font-semibold tabular-nums">{value}</dd>
              </Card>
            ))}
          </dl>
        ) : (
          <p className="text-ink-muted">{t("figures.none")}</p>
        )}
        {metrics?.last_error && (
          <p className="mt-3 text-sm wrap-anywhere text-danger">
            {t("figures.lastError", { error: metrics.last_error })}
          </p>
        )}
      </Section>
      <Section title={t("about.title")}>
        <Card className="p-4">
          <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[max-content_1fr]">
            <Fact name={t("about.id")} value={id} mono />
            <Fact name={t("about.version")} value={version} />
            <Fact name={t("about.author")} value={author} />
            <Fact name={t("about.subscriptions")} value={subscriptions.join(", ") || "–"} mono />
            <Fact name="SHA-256" value={hash} mono />
          </dl>
        </Card>
      </Section>
    </>
  );
}

function Fact({ name, value, mono = false }: { name: string; value: string; mono?: boolean }) {
  return (
    <>
      <dt className="text-ink-muted">{name}</dt>
      <dd className={`wrap-anywhere ${mono ? "font-mono text-sm" : ""}`}>{value}</dd>
    </>
  );
}
