import type { Page } from "playwright-core";

import { violations } from "./axe";
import { go, goToWidgets, PHONE, SCREEN } from "./browser";
import { expect, test } from "./test";

const PAGES = [
  "/",
  "/activity",
  "/events",
  "/connections",
  "/plugins",
  "/plugins/alerts",
  "/library",
  "/overlays",
  "/requests",
  "/settings",
  "/pages/commands/commands",
  "/pages/deck/deck",
  "/pages/analytics/stream",
];

for (const colorScheme of ["dark", "light"] as const) {
  for (const [size, viewport] of Object.entries({ screen: SCREEN, phone: PHONE })) {
    test(`every page passes axe and fits, ${colorScheme}, on a ${size}`, async ({
      host,
      visit,
    }) => {
      await host.install(
        ...["alerts", "analytics", "commands", "counter", "deck"].map((name) => `plugins/${name}`),
      );
      for (const topic of ["channel.follow", "channel.raid", "chat.message"]) {
        await host.simulate(topic);
      }
      const page = await visit("/", { viewport, colorScheme, reducedMotion: "reduce" });
      for (const path of PAGES) {
        await go(page, path);
        await page.waitForTimeout(300);
        expect(await violations(page), path).toEqual([]);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - innerWidth,
        );
        expect(overflow, `${path} is too wide`).toBeLessThanOrEqual(0);
      }
    });
  }
}

test("on a phone widgets stand one below the other, and all pages are reached", async ({
  host,
  visit,
}) => {
  await host.install("plugins/counter", "plugins/chat-overlay");
  const page = await visit("/", { viewport: PHONE, hasTouch: true });
  await goToWidgets(page);
  await page.getByRole("button", { name: "Add widget" }).click();
  await page.getByRole("button", { name: "Add Chat in numbers" }).click();
  await page.getByRole("button", { name: "Add Chat", exact: true }).click();
  await page.getByRole("button", { name: "Close" }).click();
  const boxes = await Promise.all(
    ["Chat in numbers", "Chat"].map((name) =>
      page.getByRole("region", { name, exact: true }).boundingBox(),
    ),
  );
  const [upper, lower] = boxes.sort((a, b) => (a?.y ?? 0) - (b?.y ?? 0));
  expect(upper?.x).toBe(lower?.x);
  expect(upper?.width).toBe(lower?.width);
  expect(lower?.y).toBeGreaterThanOrEqual((upper?.y ?? 0) + (upper?.height ?? 0));
  await page.getByRole("button", { name: "More" }).tap();
  await page.getByRole("menuitem", { name: "Settings" }).tap();
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
});

/** Presses Tab until what has the focus is called that. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let stop = 0; stop < 80; stop += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute("aria-label") ?? element?.textContent ?? "";
    });
    if (typeof name === "string" ? focused.trim() === name : name.test(focused)) return;
  }
  throw new Error(`Tab does not lead to ${String(name)}`);
}

test("a plugin is chosen, allowed, set and stopped by the keyboard alone", async ({ visit }) => {
  const page = await visit();
  await tabTo(page, "Plugins");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Plugins" }).waitFor();
  await tabTo(page, "Add Counter");
  await page.keyboard.press("Enter");
  const consent = page.getByRole("dialog", { name: "Add Counter?" });
  await consent.waitFor();
  await page.keyboard.press("Escape");
  await consent.waitFor({ state: "detached" });
  const opener = page.getByRole("button", { name: "Add Counter" });
  await expect
    .poll(() => opener.evaluate((element) => element === document.activeElement))
    .toBe(true);

  await page.keyboard.press("Enter");
  await consent.waitFor();
  await tabTo(page, "Add with what is switched on");
  await page.keyboard.press("Space");
  await page.getByText("Counter was added").first().waitFor();

  await tabTo(page, "Counter");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Counter" }).waitFor();
  await tabTo(page, "Overview");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Tab");
  const settings = page.getByRole("tabpanel", { name: "Settings" });
  await settings.waitFor();
  await page.getByRole("tab", { name: "Settings" }).focus();
  for (let stop = 0; stop < 20; stop += 1) {
    await page.keyboard.press("Tab");
    const label = await page.evaluate(
      () => (document.activeElement as HTMLInputElement).labels?.[0]?.textContent,
    );
    if (label === "Text beside the count") break;
  }
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("Lines");
  await page.keyboard.press("Enter");
  await page.getByText("Saved").first().waitFor();

  await page.getByRole("button", { name: "More to do with Counter" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem").first().waitFor();
  await page.keyboard.press("Escape");
  const more = page.getByRole("button", { name: "More to do with Counter" });
  await expect
    .poll(() => more.evaluate((element) => element === document.activeElement))
    .toBe(true);
  await page.keyboard.press("Enter");
  await page.locator("[role=menuitem]:focus").getByText("Restart").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.locator("[role=menuitem]:focus").getByText("Stop").waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("Stopped", { exact: true }).waitFor();
});

test("the page says that the host is gone, keeps what it shows, and goes on", async ({
  host,
  visit,
}) => {
  await host.simulate("channel.follow", "user.name=Ada");
  const page = await visit("/activity", { hostGoes: true });
  await page.getByText("Ada").waitFor();
  await host.kill();
  await page.getByRole("status").getByText("Pato is not running.").waitFor();
  expect(await page.getByText("Ada").isVisible()).toBe(true);
  await page.getByRole("button", { name: "Deliver again: Ada" }).click();
  await page.getByText("Pato is not running, so this was not done.").first().waitFor();
  await host.startAgain();
  await page.getByText("Pato is not running.").waitFor({ state: "detached" });
  await host.simulate("channel.follow", "user.name=Grace");
  await page.getByText("Grace").waitFor();
});
