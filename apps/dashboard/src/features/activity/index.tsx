import { Activity } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useView } from "@/client/hooks";
import { Button } from "@/ui/button";
import { Card, Empty, PageHeader } from "@/ui/card";

import { ActivityRow } from "./activity-row";
import { KINDS, kindOf, type Kind } from "./kinds";

/** What people gave and did: follows, subscriptions, raids and the like. */
export default function ActivityPage() {
  const { t } = useTranslation("activity");
  const entries = useView("activity");
  const [kind, setKind] = useState<Kind>();
  const shown = entries?.filter(({ topic }) => !kind || kindOf(topic) === kind);
  const present = KINDS.filter((known) => entries?.some(({ topic }) => kindOf(topic) === known));
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      {present.length > 1 && (
        <div role="group" aria-label={t("filter")} className="mb-4 flex flex-wrap gap-1.5">
          {[undefined, ...present].map((known) => (
            <Button
              key={known ?? ""}
              size="small"
              variant={known === kind ? "primary" : "secondary"}
              aria-pressed={known === kind}
              onClick={() => setKind(known)}
            >
              {known ? t(`kinds.${known}`) : t("all")}
            </Button>
          ))}
        </div>
      )}
      {shown?.length === 0 && (
        <Empty icon={<Activity />} title={t("none")}>
          <p>{t("noneHint")}</p>
        </Empty>
      )}
      {shown && shown.length > 0 && (
        <Card>
          <ol className="divide-y divide-line">
            {shown.map((entry) => (
              <ActivityRow key={entry.id} entry={entry} />
            ))}
          </ol>
        </Card>
      )}
    </>
  );
}
