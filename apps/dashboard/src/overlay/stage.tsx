import "./stage.css";

import { useMemo, type CSSProperties } from "react";

import type { OverlayScene, Placement } from "@/client/views";
import { readable } from "@/features/surfaces/drawing/contrast";
import { Controls } from "@/features/surfaces/drawing/controls";
import { Drawing } from "@/features/surfaces/drawing/drawing";
import { SHOWN_KINDS } from "@/features/surfaces/drawing/shown";
import { ShownCell } from "@/features/surfaces/drawing/shown/table-cell";
import type { Surface } from "@/features/surfaces/drawing/surface";
import type { ValueStore } from "@/features/surfaces/drawing/values";

import { AlertPlace } from "./alert";

/** A stage, 1920 by 1080, with one overlay on it: on the stream, and in the dashboard's preview. */
export function Stage(props: {
  plugin: string;
  scene: OverlayScene;
  values: ValueStore;
  locale: string;
  audible: boolean;
}) {
  const { plugin, scene, values, locale, audible } = props;
  const { placement, nodes, alert, problem } = scene;
  // Where letters have an outline every colour can be read.
  const ground = isSeeThrough(placement) ? null : placement.background.slice(0, 7);
  const surface = useMemo<Surface>(
    () => ({
      plugin,
      pluginName: plugin,
      locale,
      values,
      kinds: SHOWN_KINDS,
      tint: (color) => (ground === null ? color : readable(color, ground)),
      cell: ShownCell,
      controls: new Controls(),
      act: () => Promise.reject(new Error("nothing on a stream can be used")),
    }),
    [plugin, locale, values, ground],
  );
  return (
    <div className="stage">
      <div
        className={`overlay ${isSeeThrough(placement) ? "overlay-bare" : ""}`}
        style={look(placement)}
      >
        <div className="overlay-scaled">
          {problem == null && nodes.length > 0 && (
            <div className="overlay-scene panel">
              <Drawing nodes={nodes} surface={surface} />
            </div>
          )}
          <AlertPlace {...{ alert, placement, surface, audible }} />
        </div>
      </div>
    </div>
  );
}

function look({ x, y, width, height, scale, ...style }: Placement): CSSProperties {
  return {
    left: x,
    top: y,
    width,
    height,
    color: style.color,
    fontFamily: style.font
      ? `"${style.font.replaceAll(/["\\]/g, "")}", var(--stage-font)`
      : undefined,
    "--scale": scale,
    "--ink": style.color,
    "--ground": style.background,
    "--accent": style.accent,
    "--accent-text": style.accent,
    "--radius": `${style.radius}px`,
  } as CSSProperties;
}

/** Whether so much of the game is seen through it that letters need an outline. */
function isSeeThrough({ background }: Placement): boolean {
  if (background === "" || background === "transparent") return true;
  const alpha = /^#[\da-f]{6}([\da-f]{2})$/i.exec(background)?.[1];
  return alpha !== undefined && parseInt(alpha, 16) < 0x80;
}
