import { ArrowLeft, Puzzle } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useParams } from "wouter";

import { useView } from "@/client/hooks";
import type { PluginView } from "@/client/views";
import { buttonClass } from "@/ui/button";
import { Card, Empty, PageHeader } from "@/ui/card";
import { Notice } from "@/ui/notice";
import { Tabs } from "@/ui/tabs";

import { PermissionList } from "../permissions/permission-list";
import { useGrants } from "../permissions/use-grants";
import { PluginStateLabel } from "../states";
import { withoutCommands } from "../refusal-words";
import { Commands } from "./commands";
import { Log } from "./log";
import { Overview } from "./overview";
import { PluginActions } from "./plugin-actions";
import { Secrets } from "./secrets";
import { Settings } from "./settings";
import { TrialNotice } from "./trial-notice";
import { Versions } from "./versions";

/** All about one plugin. */
export default function PluginPage() {
  const { t } = useTranslation("plugins");
  const { id } = useParams<{ id: string }>();
  const plugins = useView("plugins");
  const plugin = plugins?.find((known) => known.id === id);
  return (
    <>
      <Link
        href="/plugins"
        className="mb-3 inline-flex items-center gap-1.5 text-sm text-ink-muted hover:text-ink"
      >
        <ArrowLeft aria-hidden size={15} /> {t("title")}
      </Link>
      {plugin && <Details plugin={plugin} />}
      {plugins && !plugin && (
        <Empty icon={<Puzzle />} title={t("unknown", { id })}>
          <Link href="/plugins" className={buttonClass({})}>
            {t("toAll")}
          </Link>
        </Empty>
      )}
    </>
  );
}

function Details({ plugin }: { plugin: PluginView }) {
  const { t } = useTranslation("plugins");
  const [, navigate] = useLocation();
  const { id, name, description, reason } = plugin;
  return (
    <>
      <PageHeader
        title={name}
        description={description}
        actions={
          <>
            <span aria-live="polite" className="mr-2">
              <PluginStateLabel plugin={plugin} />
            </span>
            <PluginActions plugin={plugin} onRemoved={() => navigate("/plugins")} />
          </>
        }
      />
      {reason && (
        <div className="mb-5">
          <Notice tone="danger">{withoutCommands(reason)}</Notice>
        </div>
      )}
      <TrialNotice plugin={plugin} />
      <Tabs
        label={t("details", { name })}
        tabs={[
          { id: "overview", label: t("tabs.overview"), content: <Overview plugin={plugin} /> },
          {
            id: "settings",
            label: t("tabs.settings"),
            content: <PluginSettings plugin={plugin} />,
          },
          {
            id: "permissions",
            label: t("tabs.permissions"),
            content: <Permissions plugin={plugin} />,
          },
          { id: "versions", label: t("tabs.versions"), content: <Versions plugin={plugin} /> },
          { id: "commands", label: t("tabs.commands"), content: <Commands plugin={plugin} /> },
          { id: "log", label: t("tabs.log"), content: <Log id={id} /> },
        ]}
      />
    </>
  );
}

function PluginSettings({ plugin }: { plugin: PluginView }) {
  const { id, name, secrets } = plugin;
  if (secrets.length === 0) return <Settings id={id} name={name} />;
  return (
    <>
      <Secrets plugin={plugin} />
      <div className="mt-8">
        <Settings id={id} name={name} besides />
      </div>
    </>
  );
}

function Permissions({ plugin }: { plugin: PluginView }) {
  const { t } = useTranslation("plugins");
  const { change, question } = useGrants();
  const { id, name, requests } = plugin;
  return (
    <>
      <p className="mb-3 text-ink-muted">{t("permissionsHint")}</p>
      <Card className="px-4 py-1">
        <PermissionList
          plugin={name}
          requests={requests}
          isOn={({ granted }) => granted}
          onChange={(request, on) => change({ id, name, request }, on)}
        />
      </Card>
      {question}
    </>
  );
}
