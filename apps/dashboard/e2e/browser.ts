import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";

import type { Browser, BrowserContext, BrowserContextOptions, Page, Route } from "playwright-core";

import type { Host } from "./host";

export const SCREEN = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

export async function openContext(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: SCREEN, ...options });
  context.setDefaultTimeout(20_000);
  const permissions = ["clipboard-read", "clipboard-write"];
  const pages = process.env.PATO_PAGES;
  if (pages) {
    await context.route(isOfPages, (route) => answerFrom(pages, route));
    // The browser takes what was put in the host's place for a page of the wide net.
    permissions.push("local-network-access");
  }
  await context.grantPermissions(permissions);
  return context;
}

/** Opens the dashboard as the one who started Pato does. */
export async function signIn(page: Page, host: Host): Promise<void> {
  await page.goto(host.address);
  await page.getByRole("heading", { level: 1 }).waitFor();
}

/** Shows another page of the dashboard. */
export async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((hash) => (location.hash = hash), path);
  await page.getByRole("heading", { level: 1 }).first().waitFor({ state: "attached" });
}

/** Shows the dashboard's widgets, past the first start, which lasts while nothing is connected. */
export async function goToWidgets(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Dashboard" }).click();
  const skip = page.getByRole("button", { name: "Skip this" });
  const arrange = page.getByRole("button", { name: "Arrange" });
  await skip.or(arrange).waitFor();
  if (await skip.isVisible()) await skip.click();
  await arrange.waitFor();
}

/** Hears all that the browser complains of, such as what the policy refused. */
export function listen(page: Page, heard: (complaint: string) => void): void {
  page.on("console", (message) => {
    const { url } = message.location();
    if (["error", "warning"].includes(message.type())) heard(`${message.text()} ${url}`);
  });
  page.on("pageerror", (error) => heard(String(error)));
}

export async function photograph(context: BrowserContext, name: string): Promise<void> {
  const folder = process.env.PATO_PHOTOGRAPHS;
  if (!folder) return;
  for (const [index, page] of context.pages().entries()) {
    const path = join(folder, `${name.replaceAll(/\W+/g, "-")}-${index}.png`);
    await page.screenshot({ path }).catch(() => undefined);
  }
}

/** The pages themselves: `/`, an overlay's, and their files. */
function isOfPages({ pathname }: URL): boolean {
  return (
    !pathname.startsWith("/pair") &&
    /^\/(assets\/.*|[\w-]*(\.\w+)?|overlay\/[^/]+\/[^/]+)$/.test(pathname)
  );
}

const MEDIA_TYPES: Record<string, string> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".html": "text/html",
};

/**
 * Pages that were built after the program was: they come out of `PATO_PAGES`, under the headers of
 * the host's own.
 */
async function answerFrom(folder: string, route: Route): Promise<void> {
  const { pathname } = new URL(route.request().url());
  const document = pathname.startsWith("/overlay/") ? "/overlay.html" : "/index.html";
  const file = extname(pathname) === "" ? document : pathname;
  try {
    const answer = await route.fetch();
    // The page where a device is paired is the host's own, and has no script.
    if (!answer.headers()["content-security-policy"]?.includes("script-src")) {
      await route.fulfill({ response: answer });
      return;
    }
    const headers = { ...answer.headers(), "content-type": MEDIA_TYPES[extname(file)] ?? "" };
    const body = await readFile(join(folder, file));
    await route.fulfill({ status: 200, headers, body });
  } catch {
    await route.abort("connectionrefused").catch(() => undefined);
  }
}
