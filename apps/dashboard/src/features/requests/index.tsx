import { ShieldCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { useView } from "@/client/hooks";
import type { PluginView, RequestView } from "@/client/views";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card, Empty, PageHeader, Section } from "@/ui/card";
import { useFormat, useNow } from "@/ui/format";

import { AuditLog } from "../audit/audit-log";
import { useMeaning } from "../permissions/meaning";
import { PermissionRow } from "../permissions/permission-list";
import { useGrants } from "../permissions/use-grants";
import { Questions } from "./questions";
import { useDenials, type Denial } from "./use-denials";

/** What plugins would like to do and may not: what they wait for, were refused, and could be given. */
export default function RequestsPage() {
  const { t } = useTranslation("requests");
  const plugins = useView("plugins");
  const denials = useDenials();
  const { change, question } = useGrants();
  const open = (plugins ?? []).filter(({ requests }) => requests.some(({ granted }) => !granted));
  const refused = denials.flatMap((denial) => {
    const plugin = plugins?.find(({ id }) => id === denial.plugin);
    const request = plugin?.requests.find(({ permission }) => permission === denial.permission);
    // What was granted since is no longer refused.
    return plugin && !request?.granted ? [{ denial, plugin, request }] : [];
  });
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      <Questions change={change} />
      <Section title={t("denied.title")} description={t("denied.description")}>
        {refused.length === 0 ? (
          <Empty icon={<ShieldCheck />} title={t("denied.none")} />
        ) : (
          <Card>
            <ul aria-live="polite" className="divide-y divide-line">
              {refused.map(({ denial, plugin, request }) => (
                <DenialRow
                  key={`${denial.plugin} ${denial.permission}`}
                  denial={denial}
                  plugin={plugin}
                  request={request}
                  onGrant={(wanted) =>
                    change({ id: plugin.id, name: plugin.name, request: wanted }, true)
                  }
                />
              ))}
            </ul>
          </Card>
        )}
      </Section>
      <Section title={t("open.title")} description={t("open.description")}>
        {open.length === 0 ? (
          <p className="text-ink-muted">{t("open.none")}</p>
        ) : (
          <div className="grid items-start gap-4 lg:grid-cols-2">
            {open.map((plugin) => (
              <Card key={plugin.id} className="px-4 pt-3.5">
                <h3 className="font-semibold">
                  <Link href={`/plugins/${plugin.id}`} className="hover:underline">
                    {plugin.name}
                  </Link>
                </h3>
                <ul className="divide-y divide-line">
                  {plugin.requests
                    .filter(({ granted }) => !granted)
                    .map((request) => (
                      <PermissionRow
                        key={request.permission}
                        plugin={plugin.name}
                        request={request}
                      >
                        {(labels) => (
                          <Button
                            size="small"
                            variant={request.danger ? "danger" : "secondary"}
                            aria-describedby={labels["aria-labelledby"]}
                            onClick={() =>
                              change({ id: plugin.id, name: plugin.name, request }, true)
                            }
                          >
                            {t("allow")}
                          </Button>
                        )}
                      </PermissionRow>
                    ))}
                </ul>
              </Card>
            ))}
          </div>
        )}
      </Section>
      <Section title={t("title", { ns: "audit" })} description={t("description", { ns: "audit" })}>
        <AuditLog />
      </Section>
      {question}
    </>
  );
}

function DenialRow(props: {
  denial: Denial;
  plugin: PluginView;
  request: RequestView | undefined;
  onGrant: (request: RequestView) => void;
}) {
  const { t } = useTranslation("requests");
  const { denial, plugin, request, onGrant } = props;
  const meaningOf = useMeaning();
  const format = useFormat();
  const now = useNow(10_000);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-60">
        <p className="wrap-anywhere">
          <strong className="font-semibold">{plugin.name}</strong>
          {request && <> · {meaningOf(request).meaning}</>}{" "}
          <Badge tone="warning">{t("denied.times", { count: denial.count })}</Badge>
        </p>
        <p className="text-sm text-ink-muted">
          <code className="font-mono text-xs">{denial.permission}</code>
          {" · "}
          {format.relative(Math.min(denial.last, now), now)}
          {" · "}
          {t(request ? "denied.declared" : "denied.undeclared")}
        </p>
      </div>
      {request && (
        <Button
          size="small"
          variant={request.danger ? "danger" : "secondary"}
          aria-label={t("allowOf", { permission: denial.permission, plugin: plugin.name })}
          onClick={() => onGrant(request)}
        >
          {t("allow")}
        </Button>
      )}
    </li>
  );
}
