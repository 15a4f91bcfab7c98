import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { test as base, expect } from "vitest";

import { launch } from "../tests/browser/chromium";
import { go, listen, openContext, photograph, signIn } from "./browser";
import { Host } from "./host";

export { expect };

/** Opens an address in a browser of its own, as OBS does. */
export type Show = (address: string) => Promise<Page>;

export type Visit = (
  path?: string,
  options?: BrowserContextOptions & {
    /** The host goes away meanwhile, of which the browser complains. */
    hostGoes?: boolean;
  },
) => Promise<Page>;

/** What the browser says when nobody answers. */
const UNANSWERED =
  /ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|WebSocket connection to/;

/** A test with a host of its own, and a browser in which nothing may go wrong. */
export const test = base.extend<{
  browser: Browser;
  /** What the browser said was wrong. */
  complaints: string[];
  host: Host;
  contexts: BrowserContext[];
  visit: Visit;
  show: Show;
}>({
  browser: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, provide) => {
      const browser = await launch();
      await provide(browser);
      await browser.close();
    },
    { scope: "worker" },
  ],

  // eslint-disable-next-line no-empty-pattern
  complaints: async ({}, provide) => {
    await provide([]);
  },

  host: async ({ complaints }, provide) => {
    const host = await Host.start();
    await provide(host);
    // Here, so that a complaint lets no host run on, and before that makes the pages complain.
    const heard = [...complaints];
    await host.remove();
    expect(heard).toEqual([]);
  },

  contexts: async ({ task }, provide) => {
    const contexts: BrowserContext[] = [];
    await provide(contexts);
    for (const [index, context] of contexts.entries()) {
      if (task.result?.errors?.length) await photograph(context, `${task.name}-${index}`);
      await context.close();
    }
  },

  visit: async ({ browser, host, contexts, complaints }, provide) => {
    await provide(async (path = "/", { hostGoes = false, ...options } = {}) => {
      const context = await openContext(browser, options);
      contexts.push(context);
      const page = await context.newPage();
      listen(page, (complaint) => {
        if (!hostGoes || !UNANSWERED.test(complaint)) complaints.push(complaint);
      });
      await signIn(page, host);
      await go(page, path);
      return page;
    });
  },

  show: async ({ browser, contexts }, provide) => {
    await provide(async (address) => {
      const context = await openContext(browser);
      contexts.push(context);
      const page = await context.newPage();
      await page.goto(address);
      return page;
    });
  },
});
