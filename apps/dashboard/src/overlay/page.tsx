import { useEffect, useMemo, useState, useSyncExternalStore } from "react";

import type { Connection } from "@/client/connection";
import { DrawingFeed } from "@/features/surfaces/drawing/feed";

import { Stage } from "./stage";
import { STAGE } from "./stage-size";

/** What OBS shows: the stage, as large as the browser source is. */
export function OverlayPage(props: { connection: Connection; plugin: string; surface: string }) {
  const { connection, plugin, surface } = props;
  const feed = useMemo(
    () => new DrawingFeed(connection.views, "overlay", `${plugin}/${surface}`),
    [connection, plugin, surface],
  );
  const scene = useSyncExternalStore(feed.listen, feed.shown);
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
