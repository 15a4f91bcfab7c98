import { ArrowRight } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useView } from "@/client/hooks";
import type { CallEdge } from "@/client/views";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card, Section } from "@/ui/card";

import { useAction } from "../use-action";

type CalledFunction = CallEdge["functions"][number];

/** Which plugins call which others, whether they may, and how often they did. */
export function CallGraph() {
  const { t } = useTranslation("plugins");
  const edges = useView("calls") ?? [];
  const plugins = useView("plugins") ?? [];
  const nameOf = (id: string) => plugins.find((plugin) => plugin.id === id)?.name ?? id;
  if (edges.length === 0) return null;
  return (
    <Section title={t("calls.title")} description={t("calls.description")}>
      <Card>
        <ul className="divide-y divide-line">
          {edges.map((edge) => {
            const { caller, callee, interface: offered, reason, functions } = edge;
            return (
              <li key={`${caller} ${callee} ${offered}`} className="flex flex-col gap-2 px-4 py-3">
                <h3 className="flex flex-wrap items-center gap-2 font-semibold">
                  {nameOf(caller)}
                  <ArrowRight size={16} role="img" aria-label={t("calls.calls")} />
                  {callee ? nameOf(callee) : t("calls.nobody")}
                  {offered && (
                    <code className="font-mono text-xs font-normal text-ink-muted">{offered}</code>
                  )}
                </h3>
                {reason && <p className="text-sm wrap-anywhere text-warning">{reason}</p>}
                <ul className="flex flex-col gap-1">
                  {functions.map((called) => (
                    <FunctionRow key={called.name} called={called} caller={caller} />
                  ))}
                </ul>
              </li>
            );
          })}
        </ul>
      </Card>
    </Section>
  );
}

function FunctionRow({ called, caller }: { called: CalledFunction; caller: string }) {
  const { t } = useTranslation("plugins");
  const act = useAction();
  const { name, permission, requested, granted, calls, failures, last_failure } = called;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <code className="min-w-0 flex-1 basis-40 font-mono wrap-anywhere">{name}</code>
      <span className="text-ink-muted tabular-nums">{t("calls.times", { count: calls })}</span>
      {failures > 0 && (
        <span title={last_failure ?? undefined}>
          <Badge tone="warning">{t("calls.failures", { count: failures })}</Badge>
        </span>
      )}
      {permission && !requested && <Badge>{t("calls.notRequested")}</Badge>}
      {permission && requested && !granted && (
        <Button
          size="small"
          aria-label={t("calls.allowOf", { name })}
          onClick={() => void act("plugin.grant", { id: caller, permissions: [permission] })}
        >
          {t("calls.allow")}
        </Button>
      )}
      {granted && <Badge tone="good">{t("calls.allowed")}</Badge>}
    </li>
  );
}
