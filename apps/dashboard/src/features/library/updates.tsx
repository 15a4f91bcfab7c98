import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { useView } from "@/client/hooks";
import type { UpdateView } from "@/client/views";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card, Section } from "@/ui/card";
import { Quote } from "@/ui/quote";

import type { Offers } from "./use-offers";

/** Newer versions of what is installed. The old one runs on until the new one has proved healthy. */
export function Updates({ offers }: { offers: Offers }) {
  const { t } = useTranslation("library");
  const updates = useView("updates") ?? [];
  if (updates.length === 0) return null;
  const wanted = updates.filter(({ pinned }) => !pinned);
  return (
    <Section
      title={t("updates.title")}
      description={t("updates.description")}
      actions={
        wanted.length > 1 && (
          <Button
            variant="primary"
            size="small"
            onClick={() => void offers.begin("library.update-all", {})}
          >
            {t("updates.all")}
          </Button>
        )
      }
    >
      <Card>
        <ul className="divide-y divide-line">
          {updates.map((update) => (
            <UpdateRow key={update.plugin} update={update} offers={offers} />
          ))}
        </ul>
      </Card>
    </Section>
  );
}

function UpdateRow({ update, offers }: { update: UpdateView; offers: Offers }) {
  const { t } = useTranslation("library");
  const { plugin, name, from, to, changes, pinned } = update;
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="min-w-0 flex-1 basis-48 wrap-anywhere">
          <Link href={`/plugins/${plugin}`} className="font-semibold hover:underline">
            {name}
          </Link>{" "}
          <span className="text-ink-muted">{t("updates.fromTo", { from, to })}</span>
        </p>
        {pinned ? (
          <Badge>{t("updates.pinned")}</Badge>
        ) : (
          <UpdateButton plugin={plugin} name={name} offers={offers} />
        )}
      </div>
      {changes && <Quote author={t("updates.changes", { name })}>{changes}</Quote>}
    </li>
  );
}

export function UpdateButton(props: { plugin: string; name: string; offers: Offers }) {
  const { t } = useTranslation("library");
  const { plugin, name, offers } = props;
  return (
    <Button
      size="small"
      aria-label={t("updates.updateOf", { name })}
      onClick={() => void offers.begin("plugin.update", { id: plugin })}
    >
      {t("updates.update")}
    </Button>
  );
}
