import { useTranslation } from "react-i18next";

import { useView } from "@/client/hooks";
import { Card, PageHeader, Section } from "@/ui/card";
import { useFormat } from "@/ui/format";
import { Notice } from "@/ui/notice";

import { Appearance } from "./appearance";
import { Backups } from "./backups";
import { Network } from "./network";
import { Sessions } from "./sessions";
import { SetUp } from "./set-up";

const LICENSE = "MIT OR Apache-2.0";

/** How the page looks, who else comes in, what is kept, and what Pato is. */
export default function SettingsPage() {
  const { t } = useTranslation("about");
  const session = useView("session");
  return (
    <>
      <PageHeader title={t("title")} />
      {session?.device && <Notice tone="info">{t("device", { device: session.device })}</Notice>}
      <Section title={t("appearance.title")} description={t("appearance.description")}>
        <Appearance />
      </Section>
      {session && !session.device && (
        <>
          <Section title={t("network.title")} description={t("network.description")}>
            <Network />
          </Section>
          <Section title={t("sessions.title")} description={t("sessions.description")}>
            <Sessions />
          </Section>
          <Section title={t("backups.title")} description={t("backups.description")}>
            <Backups />
          </Section>
          <Section title={t("setUp.section")} description={t("setUp.description")}>
            <SetUp />
          </Section>
        </>
      )}
      <Section title={t("pato.title")}>
        <About />
      </Section>
    </>
  );
}

function About() {
  const { t } = useTranslation("about");
  const format = useFormat();
  const host = useView("host");
  const facts: [string, string][] = host
    ? [
        [t("pato.version"), host.version],
        [t("pato.contract"), host.contract],
        [t("pato.uptime"), t("pato.hours", { hours: format.short(host.uptime_seconds / 3_600) })],
        [t("pato.events"), format.whole(host.events_published)],
        [t("pato.loops"), format.whole(host.loops_refused)],
        [
          t("pato.plugins"),
          t("pato.running", { running: host.plugins_running, installed: host.plugins_installed }),
        ],
        [t("pato.license"), LICENSE],
      ]
    : [];
  return (
    <Card className="p-4">
      <dl className="grid grid-cols-[max-content_1fr] gap-x-6 gap-y-2">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-muted">{name}</dt>
            <dd className="wrap-anywhere tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
