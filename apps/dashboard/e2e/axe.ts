import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import type { Page } from "playwright-core";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe has against a page as it is now. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(AXE, "utf8"));
  return page.evaluate(
    "axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) =>" +
      " nodes.map(({ html }) => `${id}: ${html}`)))",
  );
}
