import { useEffect, useState } from "react";

import type { TopicPayloads } from "@/client/generated/topics";
import { useCall, useConnectionStatus, useEvents } from "@/client/hooks";
import type { Event } from "@/client/views";

type Payload = TopicPayloads["plugin.denied"];

/** What a plugin was refused, however often. */
export type Denial = Payload & { count: number; last: number };

/** How many events of the past are looked at, and how many different refusals are kept. */
const MOST = 200;

/** Adds one refusal to those that are known; the latest comes first. */
export function addDenial(known: readonly Denial[], payload: Payload, time: number): Denial[] {
  const isSame = ({ plugin, permission }: Payload) =>
    plugin === payload.plugin && permission === payload.permission;
  const before = known.find(isSame);
  const denial = {
    ...payload,
    count: (before?.count ?? 0) + 1,
    last: Math.max(before?.last ?? 0, time),
  };
  return [denial, ...known.filter((other) => !isSame(other))]
    .sort((a, b) => b.last - a.last)
    .slice(0, MOST);
}

/** What plugins were refused since the host started, as far as it remembers, and from now on. */
export function useDenials(): Denial[] {
  const call = useCall();
  const { phase } = useConnectionStatus();
  const [denials, setDenials] = useState<Denial[]>([]);
  useEffect(() => {
    if (phase !== "open") return;
    call<Event[]>("event.history", { pattern: "plugin.denied", limit: MOST })
      .then((events) =>
        setDenials(
          events.reduce<Denial[]>(
            (known, { data, time }) => addDenial(known, data as unknown as Payload, time),
            [],
          ),
        ),
      )
      // The banner tells that the host is away; what comes from now on is heard all the same.
      .catch(() => undefined);
  }, [call, phase]);
  useEvents("plugin.denied", ({ data, timestamp }) =>
    setDenials((known) => addDenial(known, data as unknown as Payload, timestamp)),
  );
  return denials;
}
