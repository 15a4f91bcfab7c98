import { useEffect, useMemo, useState, useSyncExternalStore } from "react";

import type { Connection } from "@/client/connection";
import { DrawingFeed } from "@/features/surfaces/drawing/feed";

import { Stage } from "./stage";
import { STAGE } from "./stage-size";
import type { OverlayTransport } from "./transport";

/** What OBS shows: the stage, as large as the browser source is. */
export function OverlayPage(props: {
  connection: Connection;
  transport: Pick<OverlayTransport, "refusal">;
  plugin: string;
  surface: string;
}) {
  const { connection, transport, plugin, surface } = props;
  const feed = useMemo(
    () => new DrawingFeed(connection.views, "overlay", `${plugin}/${surface}`),
    [connection, plugin, surface],
  );
  const scene = useSyncExternalStore(feed.listen, feed.shown);
  const refusal = useSyncExternalStore(connection.onStatus, transport.refusal);
  const [scale, setScale] = useState(fitting);

  useEffect(() => {
    connection.start();
    const fit = () => setScale(fitting());
    window.addEventListener("resize", fit);
    return () => {
      window.removeEventListener("resize", fit);
      connection.stop();
    };
  }, [connection]);

  // What it showed would stand there for ever, and no longer be so.
  if (refusal !== null) {
    return (
      <p role="alert" className="refusal">
        Pato: {refusal}
      </p>
    );
  }
  return (
    scene && (
      <div className="fitted" style={{ transform: `scale(${scale})` }}>
        <Stage
          plugin={plugin}
          scene={scene}
          values={feed.values}
          locale={navigator.language}
          audible
        />
      </div>
    )
  );
}

function fitting(): number {
  return Math.min(window.innerWidth / STAGE.width, window.innerHeight / STAGE.height);
}
