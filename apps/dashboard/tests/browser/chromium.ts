import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { chromium, type Browser } from "playwright-core";
import { preview } from "vite";

/** As strict as what the host sends, and no inline styles besides. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; " +
  "connect-src 'self'; font-src 'self'";

export type Served = { browser: Browser; address: string; close: () => Promise<void> };

/** Builds the dashboard over the host in memory, and serves it under the host's policy. */
export async function serve(): Promise<Served> {
  const outDir = await mkdtemp(join(tmpdir(), "pato-dashboard-"));
  const root = fileURLToPath(new URL("../../", import.meta.url));
  // Apart from the test's own environment, in which React would be built for development.
  const vite = join(root, "node_modules/vite/bin/vite.js");
  const options = ["build", "--mode", "fake", "--logLevel", "error", "--outDir", outDir];
  const env = { ...process.env, NODE_ENV: "production" };
  await promisify(execFile)(process.execPath, [vite, ...options, "--emptyOutDir"], {
    cwd: root,
    env,
  });
  const headers = { "content-security-policy": CONTENT_SECURITY_POLICY };
  const server = await preview({
    root,
    build: { outDir },
    preview: { port: 0, host: "127.0.0.1", headers },
  });
  const browser = await launch();
  return {
    browser,
    address: server.resolvedUrls?.local[0] ?? "",
    close: async () => {
      await browser.close();
      await server.close();
      await rm(outDir, { recursive: true });
    },
  };
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.PATO_CHROMIUM ?? "/usr/bin/chromium",
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
}
