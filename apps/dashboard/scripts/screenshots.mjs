// Photographs every page of the dashboard over the host in memory, to look at: `npm run screenshots`.
import { mkdir } from "node:fs/promises";

import { chromium } from "playwright-core";
import { createServer } from "vite";

const SIZES = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const PAGES = {
  home: "/",
  activity: "/activity",
  events: "/events",
  connections: "/connections",
  plugins: "/plugins",
  plugin: "/plugins/alerts",
  library: "/library",
  requests: "/requests",
  settings: "/settings",
};

const folder = new URL("../screenshots/", import.meta.url);
await mkdir(folder, { recursive: true });
const server = await createServer({ mode: "fake", server: { port: 0, host: "127.0.0.1" } });
await server.listen();
const address = server.resolvedUrls.local[0];
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const only = process.argv.slice(2);
try {
  for (const colorScheme of ["dark", "light"]) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      const page = await browser.newPage({ viewport, colorScheme, reducedMotion: "reduce" });
      page.on("pageerror", (error) => console.error(error));
      page.on("console", (message) => {
        if (message.type() === "error") console.error(message.text());
      });
      const shoot = async (name, scenario, path) => {
        if (only.length > 0 && !only.includes(name)) return;
        await page.goto("about:blank");
        await page.goto(`${address}?fake=${scenario}#${path}`);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.waitForTimeout(1_300);
        const file = new URL(`${name}-${size}-${colorScheme}.png`, folder);
        await page.screenshot({ path: file.pathname, fullPage: name !== "events" });
      };
      await shoot("first-start", "fresh", "/");
      for (const [name, path] of Object.entries(PAGES)) await shoot(name, "streamer", path);
      await page.close();
    }
  }
} finally {
  await browser.close();
  await server.close();
}
