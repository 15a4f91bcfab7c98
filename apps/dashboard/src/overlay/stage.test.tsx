import { act, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ALERT, PLACEMENT } from "@/client/fake/surfaces";
import type { OverlayScene } from "@/client/views";
import { ValueStore } from "@/features/surfaces/drawing/values";

import * as sound from "./sound";
import { Stage } from "./stage";

const HOST = 1_800_000_000_000;

function scene(late: number | null, id = "1", began = HOST): OverlayScene {
  const alert = late === null ? null : { id, alert: ALERT, began, now: began + late };
  return { nodes: [], values: {}, problem: null, placement: PLACEMENT, alert };
}

function open(first: OverlayScene, audible = true) {
  const values = new ValueStore();
  const element = (shown: OverlayScene) => (
    <Stage plugin="alerts" scene={shown} values={values} locale="en" audible={audible} />
  );
  const { rerender, container } = render(element(first));
  return { container, show: (next: OverlayScene) => rerender(element(next)) };
}

const pass = (milliseconds: number) => act(() => vi.advanceTimersByTimeAsync(milliseconds));
const shown = () => screen.queryByText("mika_plays");
const stop = vi.fn();

describe("the stage", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    stop.mockReset();
    vi.spyOn(sound, "play").mockReturnValue(stop);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("shows an alert, lets it go, and ends it by its own clock though the host says nothing more", async () => {
    const { container } = open(scene(0));
    expect(container.querySelector(".alert-enter-bounce")).not.toBeNull();
    await pass(7_600);
    expect(container.querySelector(".alert-leave-fade")).not.toBeNull();
    await pass(400);
    expect(shown()).toBeNull();
  });

  it("draws a chosen colour as it is over the game, and so that it can be read on a background", () => {
    const items = {
      kind: { type: "items" as const },
      value: { constant: [{ id: "1", text: "Ronni", color: "#0000FF" }] },
    };
    const { show } = open({ ...scene(null), nodes: [items] });
    const tint = () => screen.getByText("Ronni").style.getPropertyValue("--tint");
    const over = (background: string) =>
      show({ ...scene(null), nodes: [items], placement: { ...PLACEMENT, background } });
    over("#00000000");
    expect(tint()).toBe("#0000FF");
    over("#101010ff");
    expect(tint()).toMatch(/^#(?!0000FF)[\da-f]{6}$/);
    over("#ffffff");
    expect(tint()).toBe("#0000FF");
  });

  it("begins in the middle for a page that comes late, without its sound", () => {
    const { container } = open(scene(3_000));
    expect(container.querySelector<HTMLElement>(".alert")?.style.getPropertyValue("--late")).toBe(
      "-3000ms",
    );
    expect(sound.play).not.toHaveBeenCalled();
  });

  it("shows nothing of an alert that was over when the page came", () => {
    open(scene(8_000));
    expect(shown()).toBeNull();
  });

  it("lets a skipped alert go at once, and stops its sound", async () => {
    const { container, show } = open(scene(0));
    expect(sound.play).toHaveBeenCalledExactlyOnceWith("alerts", "chime", 0.8 * 0.8);
    await pass(2_000);
    show(scene(null));
    expect(container.querySelector(".alert-leave-fade")).not.toBeNull();
    expect(stop).toHaveBeenCalledOnce();
    await pass(500);
    expect(shown()).toBeNull();
  });

  it("shows an alert again that waited again, but not one that is only told again", async () => {
    const { show } = open(scene(0));
    await pass(1_000);
    show(scene(1_000));
    expect(sound.play).toHaveBeenCalledOnce();
    await pass(7_000);
    expect(shown()).toBeNull();
    show(scene(0, "1", HOST + 60_000));
    expect(shown()).not.toBeNull();
    expect(sound.play).toHaveBeenCalledTimes(2);
  });

  it("is silent in a preview, and where the volume is 0", () => {
    open(scene(0), false);
    expect(sound.play).not.toHaveBeenCalled();
  });

  it("puts an outline around letters only where the game is seen through", () => {
    const { container, show } = open(scene(0));
    expect(container.querySelector(".overlay-bare")).toBeNull();
    for (const background of ["", "transparent", "#12141b40", "#00000000"]) {
      show({ ...scene(0), placement: { ...PLACEMENT, background } });
      expect(container.querySelector(".overlay-bare")).not.toBeNull();
    }
  });

  it("draws no control, and takes a font's name as a name only", () => {
    const nodes: OverlayScene["nodes"] = [
      { kind: { type: "column", align: "start", gap: 1 } },
      {
        parent: 0,
        id: "b",
        kind: { type: "button", label: "Press", tone: "normal", icon: "", confirm: "" },
      },
      {
        parent: 0,
        kind: { type: "text", style: "body", tone: "normal" },
        value: { constant: "seen" },
      },
    ];
    const { container } = open({
      ...scene(null),
      nodes,
      placement: { ...PLACEMENT, font: 'x"; } body { display: none' },
    });
    expect(screen.queryByRole("button")).toBeNull();
    expect(screen.getByText("seen")).toBeVisible();
    expect(container.querySelector(".overlay")).toBeVisible();
  });
});
