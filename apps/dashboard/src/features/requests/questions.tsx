import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { useView } from "@/client/hooks";
import type { QuestionView } from "@/client/views";
import { Button } from "@/ui/button";
import { Card, Section } from "@/ui/card";

import { PermissionRow } from "../permissions/permission-list";
import type { useGrants } from "../permissions/use-grants";
import { useAction } from "../use-action";

/** What plugins wanted to do just now and wait for: once, always, or never again asked. */
export function Questions({ change }: { change: ReturnType<typeof useGrants>["change"] }) {
  const { t } = useTranslation("requests");
  const questions = useView("questions") ?? [];
  if (questions.length === 0) return null;
  return (
    <Section title={t("questions.title")} description={t("questions.description")}>
      <Card className="px-4">
        <ul aria-live="polite" className="divide-y divide-line">
          {questions.map((question) => (
            <Question
              key={`${question.plugin} ${question.permission}`}
              question={question}
              change={change}
            />
          ))}
        </ul>
      </Card>
    </Section>
  );
}

function Question(props: {
  question: QuestionView;
  change: ReturnType<typeof useGrants>["change"];
}) {
  const { t } = useTranslation("requests");
  const act = useAction();
  const { question, change } = props;
  const { plugin, plugin_name, permission, meaning, danger = null, reason = null } = question;
  // What a plugin can't do without was asked for before it ran.
  const request = { permission, meaning, danger, reason, optional: true, granted: false };
  const decide = (decision: "once" | "never") =>
    void act("plugin.decide", { id: plugin, permission, decision });
  const about = { permission, plugin: plugin_name };
  return (
    <li className="py-2">
      <h3 className="mt-1.5 font-semibold">
        <Link href={`/plugins/${plugin}`} className="hover:underline">
          {plugin_name}
        </Link>
      </h3>
      <ul>
        <PermissionRow plugin={plugin_name} request={request}>
          {() => (
            <div className="flex flex-col gap-2 sm:flex-row">
              <Button
                size="small"
                aria-label={t("questions.onceOf", about)}
                onClick={() => decide("once")}
              >
                {t("questions.once")}
              </Button>
              <Button
                size="small"
                variant={danger ? "danger" : "secondary"}
                aria-label={t("questions.alwaysOf", about)}
                onClick={() => change({ id: plugin, name: plugin_name, request }, true)}
              >
                {t("questions.always")}
              </Button>
              <Button
                size="small"
                aria-label={t("questions.neverOf", about)}
                onClick={() => decide("never")}
              >
                {t("questions.never")}
              </Button>
            </div>
          )}
        </PermissionRow>
      </ul>
    </li>
  );
}
