import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import type { Page } from "playwright-core";

import { launch } from "../tests/browser/chromium";
import { go, goToWidgets, openContext, signIn } from "./browser";
import { Host } from "./host";

const FOLDER = fileURLToPath(new URL("../../../docs/src/images/", import.meta.url));

const PLUGINS = ["alerts", "analytics", "chat-overlay", "commands", "counter", "deck"];

/** Where the widgets of the photographed dashboard stand. */
const LAYOUT = {
  pages: [
    {
      id: "main",
      title: "My stream",
      items: [
        { surface: "chat-overlay/latest", x: 0, y: 0, w: 5, h: 15 },
        { surface: "counter/stats", x: 5, y: 0, w: 4, h: 15 },
        { surface: "alerts/queue", x: 9, y: 0, w: 3, h: 15 },
      ],
    },
  ],
};

/** Photographs the real thing for the README and the documentation, into docs/src/images. */
export default async function photograph(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const host = await Host.start("--simulate", "4", "--seed", "7");
  const browser = await launch();
  try {
    await host.install(...PLUGINS.map((name) => `plugins/${name}`));
    await host.pato("plugin", "settings", "alerts", "seconds=60");
    const context = await openContext(browser, { colorScheme: "dark", reducedMotion: "reduce" });
    const page = await context.newPage();
    await signIn(page, host);
    await arrange(page);
    await dashboard(page);
    await overlays(page, host);
    await plugins(page);
    await consent(page);
    await events(page, host);
  } finally {
    await browser.close();
    await host.remove();
  }
}

/** As the page would after every widget was dragged to its place. */
async function arrange(page: Page): Promise<void> {
  await page.evaluate(async (layout) => {
    const line = new WebSocket(`ws://${location.host}/ws`);
    await new Promise((resolve) => (line.onopen = resolve));
    const answered = new Promise((resolve) => (line.onmessage = resolve));
    const call = { type: "call", request_id: 1, module: "host", name: "layout.set" };
    line.send(JSON.stringify({ ...call, params: { layout } }));
    await answered;
    line.close();
  }, LAYOUT);
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.screenshot({ path: `${FOLDER}${name}.png`, animations: "disabled" });
}

async function dashboard(page: Page): Promise<void> {
  await page.reload();
  await goToWidgets(page);
  // A chat worth looking at takes a while.
  await page.waitForTimeout(20_000);
  await shoot(page, "dashboard");
}

async function overlays(page: Page, host: Host): Promise<void> {
  await go(page, "/overlays");
  await page.getByRole("navigation", { name: "Overlays" }).getByText("Alerts").click();
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await page.locator(".alert").waitFor();
  await page.waitForTimeout(1_500);
  await shoot(page, "overlays");
}

async function plugins(page: Page): Promise<void> {
  await go(page, "/plugins");
  await page.waitForTimeout(3_000);
  await shoot(page, "plugins");
}

async function consent(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Add Scenes" }).click();
  await page.getByRole("dialog", { name: "Add Scenes?" }).waitFor();
  await shoot(page, "consent");
  await page.keyboard.press("Escape");
}

async function events(page: Page, host: Host): Promise<void> {
  await go(page, "/events");
  const list = page.getByRole("listbox", { name: "Events" });
  await list.waitFor();
  await host.simulate("chat.message", "text=!hug everyone");
  await list.getByText("everyone!", { exact: false }).first().click();
  await page.getByRole("complementary", { name: "About the event" }).waitFor();
  await page.waitForTimeout(500);
  await shoot(page, "events");
}
