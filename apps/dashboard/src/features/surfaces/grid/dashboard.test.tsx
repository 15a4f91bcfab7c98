import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { Connection } from "@/client/connection";
import { FakeTransport } from "@/client/fake";
import { ConnectionProvider } from "@/client/hooks";
import type { Layout } from "@/client/views";
import { ToastProvider } from "@/ui/toast";

import { DashboardPage } from "./dashboard-page";

const user = userEvent.setup();

function open(transport = new FakeTransport("streamer")) {
  const result = render(
    <ConnectionProvider connection={new Connection(transport)}>
      <ToastProvider label="Notifications" closeLabel="Close">
        <DashboardPage />
      </ToastProvider>
    </ConnectionProvider>,
  );
  return { ...result, transport, host: transport.host };
}

const saved = ({ host }: FakeTransport) => host.view<Layout>("layout");
const placeOf = (transport: FakeTransport, surface: string) =>
  saved(transport).pages[0]?.items.find((item) => item.surface === surface);

describe("the dashboard", () => {
  beforeEach(() => {
    vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(1_200);
    vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1_200);
  });

  it("shows each widget in a frame with the plugin's name, and why one shows nothing", async () => {
    const { container } = open();
    const deaths = await screen.findByRole("region", { name: "Deaths" });
    expect(deaths).toHaveTextContent("Counter");
    expect(await within(deaths).findByText("Today")).toBeVisible();
    expect(screen.getByRole("region", { name: "Held messages" })).toHaveTextContent(
      "Moderation is not running.",
    );
    const { violations } = await axe.run(container, {
      rules: { "color-contrast": { enabled: false } },
    });
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });

  it("shows a press at once on the widget", async () => {
    open();
    const deaths = await screen.findByRole("region", { name: "Deaths" });
    await user.click(await within(deaths).findByRole("button", { name: "One more" }));
    expect(await within(deaths).findByText("18")).toBeVisible();
  });

  it("moves, resizes and removes a widget by the keyboard, and finds it there after a reload", async () => {
    const { transport, unmount } = open();
    await user.click(await screen.findByRole("button", { name: "Arrange" }));
    const widget = screen.getByRole("group", { name: /^Widget Deaths:/ });
    widget.focus();
    await user.keyboard("{Shift>}{ArrowDown}{/Shift}");
    expect(
      screen.getByRole("group", { name: "Widget Deaths: column 1, row 8, 3 wide, 5 high" }),
    ).toHaveFocus();
    expect(screen.getByText("Widget Deaths: column 1, row 8, 3 wide, 5 high")).toHaveRole("status");
    await waitFor(() =>
      expect(placeOf(transport, "counter/deaths")).toMatchObject({ x: 0, y: 7, w: 3, h: 5 }),
    );
    unmount();
    open(transport);
    await user.click(await screen.findByRole("button", { name: "Arrange" }));
    const again = screen.getByRole("group", {
      name: "Widget Deaths: column 1, row 8, 3 wide, 5 high",
    });
    again.focus();
    await user.keyboard("{Delete}");
    await waitFor(() => expect(placeOf(transport, "counter/deaths")).toBeUndefined());
  });

  it("adds a widget from the picker, on a new page", async () => {
    const { transport } = open();
    await user.click(await screen.findByRole("button", { name: "Arrange" }));
    await user.click(screen.getByRole("button", { name: "Add page" }));
    expect(screen.getByText("Nothing here yet")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Add widget" }));
    const picker = screen.getByRole("dialog", { name: "Add a widget" });
    await user.type(within(picker).getByRole("searchbox"), "scen");
    expect(within(picker).getAllByRole("listitem")).toHaveLength(1);
    await user.click(within(picker).getByRole("button", { name: "Add Scenes" }));
    expect(within(picker).getByText("On this page")).toBeVisible();
    await waitFor(() =>
      expect(saved(transport).pages[1]?.items).toEqual([
        { surface: "scenes/buttons", x: 0, y: 0, w: 5, h: 4 },
      ]),
    );
  });

  it("goes back and says why when it can't be saved", async () => {
    const { transport } = open();
    await user.click(await screen.findByRole("button", { name: "Arrange" }));
    transport.host.actions.set("host.layout.set", () => {
      throw new Error("the disk is full");
    });
    screen.getByRole("group", { name: /^Widget Deaths:/ }).focus();
    await user.keyboard("{Delete}");
    expect(await screen.findByText(/the disk is full/)).toBeVisible();
    expect(screen.getByRole("group", { name: /^Widget Deaths:/ })).toBeVisible();
  });

  it("keeps the place of a widget whose plugin is gone, and says so", async () => {
    const transport = new FakeTransport("streamer");
    transport.host.show("surfaces", []);
    open(transport);
    expect(await screen.findAllByText(/No plugin brings this any more\./)).toHaveLength(5);
  });
});
