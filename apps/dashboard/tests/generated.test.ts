import { execFile } from "node:child_process";

import { expect, it } from "vitest";

it("the generated types are those that the host describes", async () => {
  const script = ["scripts/generate.mjs", "--check"];
  const said = await new Promise<string>((resolve) => {
    execFile(process.execPath, script, (_, out, problems) => resolve(out + problems));
  });
  expect(said).toBe("");
}, 60_000);
