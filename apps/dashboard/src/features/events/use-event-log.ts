import { useEffect, useRef, useState, useSyncExternalStore } from "react";

import { useCall, useConnectionStatus, useEvents } from "@/client/hooks";
import type { Event } from "@/client/views";

import { EventLog, eventOf, type Snapshot } from "./event-log";
import { paced } from "./pace";

/** How many events from before the page was opened it begins with. */
const FROM_HISTORY = 500;

export function useEventLog(): [EventLog, Snapshot] {
  const [log] = useState(() => new EventLog(paced()));
  const call = useCall();
  const { phase } = useConnectionStatus();
  const heard = useRef(0);
  useEvents("*", (frame) => {
    heard.current += 1;
    log.add(eventOf(frame, heard.current));
  });
  useEffect(() => {
    if (phase !== "open") return;
    call<Event[]>("event.history", { pattern: "**", limit: FROM_HISTORY })
      .then((events) => log.prepend(events))
      // Without its past the page is still of use, and the connection's banner tells what is wrong.
      .catch(() => undefined);
  }, [call, log, phase]);
  return [log, useSyncExternalStore(log.subscribe, log.snapshot)];
}
