import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { Connection } from "@/client/connection";
import { FakeTransport } from "@/client/fake";
import { ConnectionProvider } from "@/client/hooks";
import type { OverlayView } from "@/client/views";
import { ToastProvider } from "@/ui/toast";

import OverlaysPage from "./overlays-page";

const user = userEvent.setup();

function open() {
  const transport = new FakeTransport("streamer");
  const { container } = render(
    <ConnectionProvider connection={new Connection(transport)}>
      <ToastProvider label="Notifications" closeLabel="Close">
        <OverlaysPage />
      </ToastProvider>
    </ConnectionProvider>,
  );
  const placement = () => transport.host.view<OverlayView[]>("overlays")[0]?.placement;
  return { container, host: transport.host, placement };
}

describe("the overlay editor", () => {
  beforeEach(() => {
    vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(960);
  });

  it("moves and resizes the overlay by the keyboard, and tells the host", async () => {
    const { placement } = open();
    const box = await screen.findByRole("application", { name: /^Alerts\./ });
    box.focus();
    await user.keyboard("{ArrowRight}{Shift>}{ArrowDown}{/Shift}{Alt>}{ArrowUp}{/Alt}");
    expect(screen.getByRole("spinbutton", { name: "Left" })).toHaveValue(470);
    await waitFor(() =>
      expect(placement()).toMatchObject({ x: 470, y: 89, width: 1000, height: 430 }),
    );
  });

  it("takes numbers, and keeps the overlay on its stage", async () => {
    const { placement } = open();
    const left = await screen.findByRole("spinbutton", { name: "Left" });
    await user.clear(left);
    await user.type(left, "5000");
    await waitFor(() => expect(placement()?.x).toBe(920));
  });

  it("shows a test alert in the preview, and goes back when a change is refused", async () => {
    const { host } = open();
    await user.click(await screen.findByRole("button", { name: "Test" }));
    expect(await screen.findByText("mika_plays")).toBeInTheDocument();
    host.actions.set("host.overlay.place", () => {
      throw new Error("the plugin was removed");
    });
    await user.selectOptions(screen.getByRole("combobox", { name: "Comes" }), "Zoom");
    expect(await screen.findByText("That did not work: the plugin was removed")).toBeVisible();
    expect(screen.getByRole("combobox", { name: "Comes" })).toHaveDisplayValue(
      "As the plugin says",
    );
  });

  it("copies the address with its token, but never shows it", async () => {
    const { container } = open();
    await user.click(await screen.findByRole("button", { name: "Copy address" }));
    expect(await navigator.clipboard.readText()).toMatch(
      /\/overlay\/alerts\/main#mPz3qT9rW1xY5bK7$/,
    );
    expect(container.innerHTML).not.toContain("mPz3qT9rW1xY5bK7");
  });

  it("asks before the old address dies", async () => {
    const { host } = open();
    const renew = vi.fn();
    host.actions.set("host.overlay.renew", renew);
    await user.click(await screen.findByRole("button", { name: "New address" }));
    expect(renew).not.toHaveBeenCalled();
    const dialog = screen.getByRole("dialog", { name: "Make a new address?" });
    await user.click([...dialog.querySelectorAll("button")].at(-1)!);
    await waitFor(() => expect(renew).toHaveBeenCalledWith({ plugin: "alerts", surface: "main" }));
  });

  it("has nothing that axe finds wrong", async () => {
    const { container } = open();
    await screen.findByRole("application");
    const { violations } = await axe.run(container, {
      rules: { "color-contrast": { enabled: false } },
    });
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
});
