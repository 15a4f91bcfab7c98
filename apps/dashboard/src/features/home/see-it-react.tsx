import { Zap } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { useEvents, useView } from "@/client/hooks";
import type { Event } from "@/client/views";
import { Button } from "@/ui/button";

import { CauseChain } from "../events/cause-chain";
import { eventOf } from "../events/event-log";
import { useAction } from "../use-action";

/** What to let happen, and to which subscriptions of a plugin each belongs. */
const TRIALS = ["channel.raid", "channel.follow", "chat.message"] as const;

/** How much of what follows is shown. */
const MOST = 12;

/** Lets one thing happen, and shows what the plugins make of it. */
export function SeeItReact({ onReacted }: { onReacted: () => void }) {
  const { t } = useTranslation("home");
  const act = useAction();
  const plugins = useView("plugins") ?? [];
  const [events, setEvents] = useState<Event[]>([]);
  const family = useRef(new Set<string>());
  const heard = useRef(0);
  const heardOf = new Set(plugins.flatMap(({ subscriptions }) => subscriptions));
  const topic = TRIALS.find((trial) => heardOf.has(trial)) ?? TRIALS[0];

  useEvents("*", (frame) => {
    heard.current += 1;
    const event = eventOf(frame, heard.current);
    const isTrial = event.simulated === true && event.topic === topic && !event.cause;
    const follows = event.cause ? family.current.has(event.cause) : false;
    if (!isTrial && !follows) return;
    if (isTrial) family.current = new Set();
    family.current.add(event.id);
    setEvents((before) => [...(isTrial ? [] : before), event].slice(0, MOST));
    if (follows) onReacted();
  });

  const first = events[0];
  return (
    <>
      <p className="mb-4 text-ink-muted">{t("react.text")}</p>
      <Button
        variant="primary"
        icon={<Zap size={17} />}
        onClick={() => void act("simulate", { topic, set: {} })}
      >
        {t(`react.trials.${topic}`)}
      </Button>
      {first && (
        <div className="mt-4">
          <h3 className="mb-2 text-sm font-semibold">{t("react.happened")}</h3>
          <CauseChain events={events} current={first.id} />
        </div>
      )}
    </>
  );
}
