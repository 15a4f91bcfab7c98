import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { permissions } from "@/app/locales/de";

const PLUGINS = "../../plugins";

/** What a manifest asks for of a kind: `subscribe = [...]`. */
function scopes(manifest: string, kind: string): string[] {
  const list = new RegExp(`^${kind} = \\[(.*)\\]$|^${kind} = \\[([^]*?)^\\]`, "m").exec(manifest);
  const entries = (list?.[1] ?? list?.[2] ?? "").replaceAll(/reason = "[^"]*"/g, "");
  return [...entries.matchAll(/"([^"]+)"/g)].map(([, scope = ""]) => scope);
}

describe("the words of permissions in German", () => {
  it("are there for all that the bundled plugins ask for", () => {
    const missing: string[] = [];
    let asked = 0;
    for (const entry of readdirSync(PLUGINS, { withFileTypes: true })) {
      if (!entry.isDirectory() || entry.name === "target") continue;
      const manifest = readFileSync(`${PLUGINS}/${entry.name}/pato.toml`, "utf8");
      for (const kind of ["subscribe", "call", "show"]) {
        for (const scope of scopes(manifest, kind)) {
          asked += 1;
          if (!(`${kind}:${scope}` in permissions)) missing.push(`${kind}:${scope}`);
        }
      }
    }
    expect(missing).toEqual([]);
    expect(asked).toBeGreaterThan(40);
  });
});
