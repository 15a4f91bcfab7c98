import type { Page } from "playwright-core";

import { goToWidgets } from "./browser";
import { expect, test } from "./test";

const widget = (page: Page, title: string) =>
  page.getByRole("group", { name: `Widget ${title}:`, exact: false });

/** Where the widgets are, in the words that a screen reader says. */
async function places(page: Page): Promise<(string | null)[]> {
  const widgets = await page.getByRole("group", { name: /^Widget / }).all();
  return Promise.all(widgets.map((each) => each.getAttribute("aria-label")));
}

async function drag(page: Page, from: { x: number; y: number }, by: { x: number; y: number }) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + by.x / 2, from.y + by.y / 2, { steps: 5 });
  await page.mouse.move(from.x + by.x, from.y + by.y, { steps: 5 });
  await page.mouse.up();
}

test("widgets are found where they were put, after a reload and after a restart", async ({
  host,
  visit,
}) => {
  await host.install("plugins/counter", "plugins/chat-overlay");
  const page = await visit("/", { hostGoes: true });
  await goToWidgets(page);
  await page.getByRole("button", { name: "Add widget" }).click();
  const picker = page.getByRole("dialog", { name: "Add a widget" });
  await picker.getByRole("button", { name: "Add Chat in numbers" }).click();
  await picker.getByRole("button", { name: "Add Chat", exact: true }).click();
  await picker.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Arrange" }).click();
  const counter = widget(page, "Chat in numbers");
  const chat = widget(page, "Chat");
  await counter.waitFor();
  const begun = await places(page);
  expect(begun).toHaveLength(2);

  const box = await counter.boundingBox();
  if (!box) throw new Error("the widget has no place");
  await drag(page, { x: box.x + 60, y: box.y + 18 }, { x: 700, y: 0 });
  await expect.poll(() => places(page)).not.toEqual(begun);
  const dragged = await places(page);

  const handle = await counter.locator(".react-resizable-handle-se").boundingBox();
  if (!handle) throw new Error("the widget has no handle");
  await drag(page, { x: handle.x + 8, y: handle.y + 8 }, { x: -120, y: 110 });
  await expect.poll(() => places(page)).not.toEqual(dragged);

  const sized = await places(page);
  await chat.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Shift+ArrowRight");
  await expect.poll(() => places(page)).not.toEqual(sized);
  const arranged = await places(page);

  await page.reload();
  await goToWidgets(page);
  await page.getByRole("button", { name: "Arrange" }).click();
  await expect.poll(() => places(page)).toEqual(arranged);

  await host.stop();
  await page.getByText("Pato is not running.").waitFor();
  await host.startAgain();
  await page.getByText("Pato is not running.").waitFor({ state: "detached" });
  await page.goto("about:blank");
  await page.goto(host.address);
  await goToWidgets(page);
  await page.getByRole("button", { name: "Arrange" }).click();
  await expect.poll(() => places(page)).toEqual(arranged);
});
