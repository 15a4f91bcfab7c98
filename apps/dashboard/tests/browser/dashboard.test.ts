import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { serve, type Served } from "./chromium";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const PATHS = [
  "/",
  "/activity",
  "/events",
  "/connections",
  "/plugins",
  "/plugins/alerts",
  "/library",
  "/requests",
  "/settings",
  "/overlays",
  "/pages/commands/editor",
];

const SIZES = { screen: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served.close());

async function show(page: Page, path: string, query = ""): Promise<void> {
  // Another fragment alone would not begin anew.
  await page.goto("about:blank");
  await page.goto(`${served.address}${query}#${path}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
}

/** What the browser complained of, such as what the policy refused. */
function complaints(page: Page): string[] {
  const heard: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) heard.push(message.text());
  });
  page.on("pageerror", (error) => heard.push(error.message));
  return heard;
}

const looks = (["dark", "light"] as const).flatMap((colorScheme) =>
  Object.entries(SIZES).map(([size, viewport]) => ({ colorScheme, size, viewport })),
);

describe.each(looks)("in a browser, $colorScheme, on a $size", ({ colorScheme, viewport }) => {
  it("every page passes axe with its contrast, fits, and obeys the policy", async () => {
    const page = await served.browser.newPage({
      viewport,
      colorScheme,
      reducedMotion: "reduce",
    });
    const heard = complaints(page);
    for (const path of PATHS) {
      await show(page, path);
      await page.evaluate(AXE);
      const violations = await page.evaluate(
        "axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) =>" +
          " nodes.map(({ html }) => `${id}: ${html}`)))",
      );
      expect(violations, path).toEqual([]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        `${path} is too wide`,
      ).toBeLessThanOrEqual(0);
    }
    expect(heard).toEqual([]);
    await page.close();
  });

  it("a dialog holds the focus, makes the rest inert, and closes with Escape", async () => {
    const page = await served.browser.newPage({ viewport, colorScheme });
    const heard = complaints(page);
    await show(page, "/connections");
    const opener = page.getByRole("button", { name: "Add an account" });
    await opener.click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    for (let stop = 0; stop < 12; stop += 1) {
      await page.keyboard.press("Tab");
      const outside =
        "document.activeElement !== document.body && !document.activeElement.closest('dialog')";
      expect(await page.evaluate(outside)).toBe(false);
    }
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await opener.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(heard).toEqual([]);
    await page.close();
  });
});

describe("an overlay", () => {
  it("has no panel while there is nothing in it", async () => {
    const page = await served.browser.newPage({ viewport: SIZES.screen });
    await show(page, "/overlays");
    const panel = page.locator(".overlay-scene");
    await panel.waitFor({ state: "attached" });
    expect(await panel.isVisible()).toBe(false);
    await page.getByRole("button", { name: /Sub goal/ }).click();
    await page.getByText("Sub goal").last().waitFor();
    await panel.waitFor({ state: "visible" });
    await page.close();
  });
});

describe("the event page", () => {
  /** How many frames are drawn in two seconds. */
  const frames = (page: Page): Promise<number> =>
    page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const begin = performance.now();
          let drawn = 0;
          const tick = (now: number) => {
            drawn += 1;
            if (now - begin < 2_000) requestAnimationFrame(tick);
            else resolve(drawn);
          };
          requestAnimationFrame(tick);
        }),
    );

  it("draws five of six frames that an idle page draws, at a thousand events a second", async () => {
    const page = await served.browser.newPage({ viewport: SIZES.screen });
    await show(page, "/events", "?rate=0");
    const idle = await frames(page);
    await show(page, "/events", "?rate=1000");
    await page.getByText("5,000 of 5,000 events kept").waitFor();
    // Twice, for what else the machine does is none of the page's.
    const busy = Math.max(await frames(page), await frames(page));
    expect(busy / idle).toBeGreaterThan(5 / 6);
    await page.close();
  });

  it("has no more rows in the document than are in sight, and holds when one is looked at", async () => {
    const page = await served.browser.newPage({ viewport: SIZES.screen });
    await show(page, "/events", "?rate=500");
    await page.getByText(/\d,\d{3} of \d,\d{3} events kept/).waitFor();
    const list = page.getByRole("listbox", { name: "Events" });
    const rows = list.getByRole("option");
    expect(await rows.count()).toBeLessThan(60);
    await list.focus();
    await page.keyboard.press("ArrowDown");
    await page.getByRole("complementary", { name: "About the event" }).waitFor();
    const held = await rows.allInnerTexts();
    await page.getByRole("button", { name: /Go on \((?!0)\d/ }).waitFor();
    expect(await rows.allInnerTexts()).toEqual(held);
    await page.close();
  });
});
