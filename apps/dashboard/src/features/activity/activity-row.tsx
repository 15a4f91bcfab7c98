import { CircleDot, Repeat2 } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { ActivityView } from "@/client/views";
import { IconButton } from "@/ui/button";
import { useFormat, useNow } from "@/ui/format";

import { EventMarks } from "../event-parts";
import { useAction } from "../use-action";
import { deed, ICONS, kindOf, who } from "./kinds";

export function ActivityRow({ entry }: { entry: ActivityView }) {
  const { t } = useTranslation("activity");
  const format = useFormat();
  const now = useNow(30_000);
  const act = useAction();
  const { id, topic, time, source, simulated, replayed, data } = entry;
  const kind = kindOf(topic);
  const Icon = kind ? ICONS[kind] : CircleDot;
  const name = who(t, data);
  const { text } = data;
  return (
    <li className="flex items-start gap-3.5 px-4 py-3">
      <span
        aria-hidden
        className="mt-0.5 flex size-8 shrink-0 items-center justify-center rounded-full bg-accent-soft text-accent-text"
      >
        <Icon size={16} />
      </span>
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4">
        <p className="mr-auto min-w-0 py-1 wrap-anywhere">
          <strong className="font-semibold">{name}</strong> {deed(t, topic, data)}
        </p>
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-ink-muted">
          <time dateTime={new Date(time).toISOString()} title={format.date(time)}>
            {format.relative(Math.min(time, now), now)}
          </time>
          <span>{source}</span>
          <EventMarks simulated={simulated} replayed={replayed} />
        </p>
        {typeof text === "string" && text !== "" && (
          <p className="basis-full text-sm wrap-anywhere text-ink-muted">“{text}”</p>
        )}
      </div>
      <IconButton
        label={t("replay", { name })}
        onClick={() => void act("event.replay", { id }, t("replayed"))}
      >
        <Repeat2 size={17} />
      </IconButton>
    </li>
  );
}
