import { useMemo, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

import { useCall, useConnection } from "@/client/hooks";
import type { Drawing, SurfaceView } from "@/client/views";

import { USABLE_KINDS } from "../drawing/usable";
import { UsableCell } from "../drawing/usable/cell";
import { readableInThemes } from "../drawing/contrast";
import { Controls } from "../drawing/controls";
import type { Surface } from "../drawing/surface";
import { DrawingFeed } from "../drawing/feed";

/** How a surface is named in a layout and as a view's key. */
export function keyOf({ plugin, id }: Pick<SurfaceView, "plugin" | "id">): string {
  return `${plugin}/${id}`;
}

/** A surface of a plugin, as it is drawn and used in the dashboard. */
export function useSurfaceOf(view: SurfaceView): {
  drawing: Drawing | undefined;
  surface: Surface;
} {
  const { views } = useConnection();
  const call = useCall();
  const { language: locale } = useTranslation().i18n;
  const { plugin, plugin_name: pluginName, id } = view;
  const feed = useMemo(
    () => new DrawingFeed(views, "surface", keyOf({ plugin, id })),
    [views, plugin, id],
  );
  const drawing = useSyncExternalStore(feed.listen, feed.shown);
  const surface = useMemo<Surface>(
    () => ({
      plugin,
      pluginName,
      locale,
      values: feed.values,
      kinds: USABLE_KINDS,
      tint: readableInThemes,
      cell: UsableCell,
      controls: new Controls(),
      act: (node, what) => call("surface.act", { plugin, surface: id, node, what }),
    }),
    [plugin, pluginName, locale, feed, id, call],
  );
  return { drawing, surface };
}
