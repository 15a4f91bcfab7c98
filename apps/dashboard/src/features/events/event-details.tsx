import { Repeat2, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { useCall } from "@/client/hooks";
import type { Event } from "@/client/views";
import { Button, IconButton } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { useFormat } from "@/ui/format";
import { JsonTree } from "@/ui/json-tree";

import { EventMarks } from "../event-parts";
import { useAction } from "../use-action";
import { CauseChain } from "./cause-chain";

/** One event: where it came from, what it says, and what it was part of. */
export function EventDetails(props: {
  event: Event;
  onSelect: (event: Event) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation("events");
  const { event, onSelect, onClose } = props;
  const format = useFormat();
  const act = useAction();
  const chain = useChain(event.id);
  return (
    <article className="flex flex-col gap-5">
      <header className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h2 className="font-mono font-semibold wrap-anywhere">{event.topic}</h2>
          <p className="text-sm text-ink-muted">
            {[event.source, event.account, format.clock(event.time)].filter(Boolean).join(" · ")}
          </p>
          <div className="mt-1.5 flex gap-1.5">
            <EventMarks simulated={event.simulated} replayed={event.replayed} />
          </div>
        </div>
        <IconButton label={t("closeDetails")} onClick={onClose} className="max-lg:hidden">
          <X size={17} />
        </IconButton>
      </header>
      <section aria-label={t("chain.title")}>
        <h3 className="mb-2 text-sm font-semibold">{t("chain.title")}</h3>
        {chain.state === "failed" ? (
          <p className="text-sm text-ink-muted">{t("chain.forgotten")}</p>
        ) : (
          <CauseChain
            events={chain.state === "known" ? chain.events : [event]}
            current={event.id}
            onSelect={onSelect}
          />
        )}
      </section>
      <section aria-label={t("payload")}>
        <div className="mb-2 flex items-center justify-between">
          <h3 className="text-sm font-semibold">{t("payload")}</h3>
          <CopyButton
            text={JSON.stringify(event.data, null, 2)}
            label={t("copy", { ns: "shell" })}
            doneLabel={t("copied", { ns: "shell" })}
          />
        </div>
        <JsonTree value={event.data} more={(count) => t("moreEntries", { ns: "shell", count })} />
      </section>
      <Button
        icon={<Repeat2 size={16} />}
        onClick={() => void act("event.replay", { id: event.id }, t("replayed"))}
      >
        {t("replay")}
      </Button>
    </article>
  );
}

type Chain =
  | { state: "asked"; id: string }
  | { state: "known"; id: string; events: Event[] }
  | { state: "failed"; id: string };

function useChain(id: string): Chain {
  const call = useCall();
  const [chain, setChain] = useState<Chain>({ state: "asked", id });
  useEffect(() => {
    let wanted = true;
    call<Event[]>("event.chain", { id })
      .then((events): Chain => ({ state: events.length > 0 ? "known" : "failed", id, events }))
      .catch((): Chain => ({ state: "failed", id }))
      .then((answer) => {
        if (wanted) setChain(answer);
      })
      .catch(console.error);
    return () => {
      wanted = false;
    };
  }, [call, id]);
  return chain.id === id ? chain : { state: "asked", id };
}
