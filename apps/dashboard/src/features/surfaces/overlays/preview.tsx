import clsx from "clsx";
import { useMemo, useState, useSyncExternalStore, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useConnection } from "@/client/hooks";
import type { OverlayView, Placement } from "@/client/views";
import { Stage } from "@/overlay/stage";
import { STAGE } from "@/overlay/stage-size";

import { DrawingFeed } from "../drawing/feed";
import { keyOf } from "../frame/use-surface";
import { useWidth } from "./use-width";

const BACKDROPS = { game: "backdrop-game", bright: "backdrop-bright", checked: "backdrop-checked" };
type Backdrop = keyof typeof BACKDROPS;

/** The overlay as it is on the stream, smaller, over something like a game. */
export function Preview(props: {
  view: OverlayView;
  placement: Placement;
  children: (scale: number) => ReactNode;
}) {
  const { view, placement, children } = props;
  const { t, i18n } = useTranslation("surfaces");
  const { views } = useConnection();
  const [backdrop, setBackdrop] = useState<Backdrop>("game");
  const [place, width] = useWidth();
  const key = keyOf(view);
  const feed = useMemo(() => new DrawingFeed(views, "overlay", key), [views, key]);
  const scene = useSyncExternalStore(feed.listen, feed.shown);
  const scale = width / STAGE.width;
  return (
    <div>
      <div
        ref={place}
        className={clsx(
          "relative aspect-video w-full overflow-hidden rounded-xl border border-line",
          BACKDROPS[backdrop],
        )}
      >
        {scene && scale > 0 && (
          <div
            aria-hidden
            className="pointer-events-none absolute top-0 left-0 origin-top-left"
            style={{ transform: `scale(${scale})` }}
          >
            <Stage
              plugin={view.plugin}
              scene={{ ...scene, placement }}
              values={feed.values}
              locale={i18n.language}
              audible={false}
            />
          </div>
        )}
        {children(scale)}
      </div>
      <fieldset className="mt-2 flex items-center gap-3 text-sm text-ink-muted">
        <legend className="float-left mr-3">{t("overlays.backdrop")}</legend>
        {(Object.keys(BACKDROPS) as Backdrop[]).map((name) => (
          <label key={name} className="flex items-center gap-1.5">
            <input
              type="radio"
              name="backdrop"
              checked={backdrop === name}
              onChange={() => setBackdrop(name)}
            />
            {t(`overlays.backdrops.${name}`)}
          </label>
        ))}
      </fieldset>
    </div>
  );
}
