import axe from "axe-core";
import { describe, expect, it } from "vitest";

import { ROUTES } from "@/app/routes";

import { open } from "./render";

/** What axe finds wrong, in words. Contrast needs a browser: jsdom draws nothing. */
async function violations(element: Element): Promise<string[]> {
  const results = await axe.run(element, { rules: { "color-contrast": { enabled: false } } });
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

describe("accessibility", () => {
  const paths = [...ROUTES.map(({ path }) => path), "/plugins/alerts"];
  it.each(paths)("axe finds nothing wrong with %s", async (path) => {
    const { baseElement } = await open(path);
    expect(await violations(baseElement)).toEqual([]);
  });

  it("axe finds nothing wrong with the first start", async () => {
    const { baseElement } = await open("/", "fresh");
    expect(await violations(baseElement)).toEqual([]);
  });

  it("axe finds nothing wrong with a dialog that asks for permissions", async () => {
    const { baseElement, user, findByRole } = await open("/plugins/guard");
    await user.click(await findByRole("tab", { name: "Permissions" }));
    await user.click(await findByRole("switch", { name: "Bans someone from the channel" }));
    await findByRole("dialog", { name: "Allow something that can do harm?" });
    expect(await violations(baseElement)).toEqual([]);
  });

  it("axe does find what is wrong", async () => {
    document.body.innerHTML = '<main><img src="x.png"><button></button></main>';
    expect((await violations(document.body)).join()).toContain("image-alt");
    document.body.innerHTML = "";
  });
});
