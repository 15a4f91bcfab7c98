import { useEffect, useState } from "react";

import { useCall, useView } from "@/client/hooks";
import type { AuditView } from "@/client/views";

/** How many entries are shown at first, and how many more at a time; the host gives no more than `MOST`. */
const PAGE = 100;
const MOST = 1_000;

/** How long after a key was pressed the host is asked. */
const PAUSE_MILLISECONDS = 150;

type Found = { query: string; entries: AuditView[] };

/**
 * What was granted, refused and used, the latest first: of one plugin, or with a text in it. Without
 * either it is what the host shows by itself, which a paired device may see as well.
 */
export function useAudit(plugin: string, text: string) {
  const call = useCall();
  const latest = useView("audit");
  const [limit, setLimit] = useState(PAGE);
  const [found, setFound] = useState<Found>();
  const asks = plugin !== "" || text !== "" || limit > (latest?.length ?? PAGE);
  const query = JSON.stringify([plugin, text, limit]);
  const newest = latest?.[0]?.id;
  useEffect(() => {
    if (!asks) return;
    let stale = false;
    const timer = setTimeout(() => {
      const wanted = { text, limit, ...(plugin && { plugin }) };
      call<AuditView[]>("audit.search", wanted)
        .then((entries) => {
          if (!stale) setFound({ query, entries });
        })
        // The banner tells that the host is away; it is asked again when there is something new.
        .catch(() => undefined);
    }, PAUSE_MILLISECONDS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [asks, call, limit, newest, plugin, query, text]);
  const entries = asks ? found?.entries : latest?.slice(0, limit);
  const isAll = (entries?.length ?? 0) < limit || limit >= MOST;
  return {
    entries,
    /** Shows earlier ones; none if there are no more to show. */
    more: isAll ? undefined : () => setLimit(Math.min(limit + PAGE, MOST)),
  };
}
