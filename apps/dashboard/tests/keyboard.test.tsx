import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { open } from "./render";

describe("by keyboard only", () => {
  it("the first stop skips the navigation", async () => {
    const { user } = await open("/plugins");
    await user.tab();
    expect(screen.getByRole("link", { name: "Skip to the page" })).toHaveFocus();
    await user.keyboard("{Enter}");
    expect(screen.getByRole("main")).toHaveFocus();
    expect(location.hash).toBe("#/plugins");
  });

  it("a new page begins at its top, and the window is called after it", async () => {
    const { user } = await open("/plugins");
    await user.click(await screen.findByRole("link", { name: "Events" }));
    await screen.findByRole("heading", { name: "Events", level: 1 });
    expect(screen.getByRole("main")).toHaveFocus();
    expect(document.title).toBe("Events · Pato");
  });

  it("tabs are walked with arrows", async () => {
    const { user } = await open("/plugins/alerts");
    (await screen.findByRole("tab", { name: "Overview" })).focus();
    await user.keyboard("{ArrowRight}{ArrowRight}");
    expect(screen.getByRole("tab", { name: "Permissions" })).toHaveFocus();
    expect(screen.getByRole("tabpanel", { name: "Permissions" })).toBeVisible();
  });

  it("a dialog gives the focus back to what opened it", async () => {
    const { user } = await open("/connections");
    const button = screen.getByRole("button", { name: "Add an account" });
    button.focus();
    await user.keyboard("{Enter}");
    await screen.findByRole("dialog");
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(button).toHaveFocus();
  });
});
