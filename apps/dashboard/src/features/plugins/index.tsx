import { Plus, Puzzle } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { useView } from "@/client/hooks";
import type { InspectionView } from "@/client/views";
import { Button, buttonClass } from "@/ui/button";
import { Card, Empty, PageHeader, Section } from "@/ui/card";
import { Notice } from "@/ui/notice";
import { useToast } from "@/ui/toast";

import { BundledPlugins } from "./bundled-plugins";
import { CallGraph } from "./call-graph";
import { FileButton } from "./file-button";
import { InstallDialog, type Candidate } from "./install-dialog";
import { PluginRow } from "./plugin-row";
import { useRates } from "./use-rates";

/** The plugins: how they are, what they use, and what comes with Pato besides. */
export default function PluginsPage() {
  const { t } = useTranslation("plugins");
  const plugins = useView("plugins");
  const bundled = useView("bundled") ?? [];
  const rates = useRates();
  const announce = useToast();
  const [candidate, setCandidate] = useState<Candidate>();
  const choose = (inspection: InspectionView) => setCandidate({ inspection });
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          <>
            <Link href="/library" className={buttonClass({})}>
              {t("toLibrary")}
            </Link>
            <FileButton icon={<Plus size={17} />} onInspected={setCandidate}>
              {t("fromFile")}
            </FileButton>
          </>
        }
      />
      <UpdatesNotice />
      <Section title={t("installed")}>
        {plugins?.length === 0 && (
          <Empty icon={<Puzzle />} title={t("none")}>
            <p>{t("noneHint")}</p>
          </Empty>
        )}
        {plugins && plugins.length > 0 && (
          <Card>
            <ul className="divide-y divide-line">
              {plugins.map((plugin) => (
                <PluginRow key={plugin.id} plugin={plugin} rate={rates[plugin.id]} />
              ))}
            </ul>
          </Card>
        )}
      </Section>
      <CallGraph />
      {bundled.length > 0 && (
        <Section title={t("bundled.title")} description={t("bundled.description")}>
          <BundledPlugins
            plugins={bundled}
            action={(plugin) => (
              <Button
                size="small"
                aria-label={t("bundled.addOf", { name: plugin.name })}
                onClick={() => choose(plugin)}
              >
                {t("bundled.add")}
              </Button>
            )}
          />
        </Section>
      )}
      {candidate && (
        <InstallDialog
          candidate={candidate}
          onClose={() => setCandidate(undefined)}
          onInstalled={() => {
            const { name } = candidate.inspection;
            announce({ tone: "good", text: t("install.done", { name }) });
          }}
        />
      )}
    </>
  );
}

/** That there are newer versions, and where. */
function UpdatesNotice() {
  const { t } = useTranslation("plugins");
  const updates = (useView("updates") ?? []).filter(({ pinned }) => !pinned);
  if (updates.length === 0) return null;
  return (
    <div className="mb-6">
      <Notice
        tone="info"
        actions={
          <Link href="/library" className={buttonClass({ size: "small" })}>
            {t("updates.look")}
          </Link>
        }
      >
        {t("updates.ready", { count: updates.length })}
      </Notice>
    </div>
  );
}
