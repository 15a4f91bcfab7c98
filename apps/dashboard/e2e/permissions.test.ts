import type { Page } from "playwright-core";

import { guest } from "./host";
import { goToWidgets } from "./browser";
import { expect, test } from "./test";

async function change(page: Page, plugin: string, permission: string): Promise<void> {
  const pages = page.getByRole("navigation", { name: "Pages" });
  await pages.getByRole("link", { name: "Plugins" }).click();
  await page.getByRole("link", { name: plugin, exact: true }).click();
  await page.getByRole("tab", { name: "Permissions" }).click();
  await page.getByRole("listitem").filter({ hasText: permission }).getByRole("switch").click();
}

test("what was not given is asked for, given, and taken back at once", async ({
  host,
  visit,
  show,
}) => {
  const page = await visit("/plugins");
  await page.getByRole("button", { name: "Add Counter" }).click();
  const consent = page.getByRole("dialog", { name: "Add Counter?" });
  const widget = consent.getByRole("listitem").filter({ hasText: "show:widget" });
  await widget.getByText("to show the counts in the dashboard").waitFor();
  await widget.getByRole("switch").click();
  await consent.getByRole("button", { name: "Add with what is switched on" }).click();
  await page.getByText("Counter was added").first().waitFor();

  await goToWidgets(page);
  await page.getByRole("button", { name: "Add widget" }).click();
  await page.getByRole("button", { name: "Add Chat in numbers" }).click();
  await page.keyboard.press("Escape");
  const region = page.getByRole("region", { name: "Chat in numbers" });
  await region.getByText("Counter may not show this yet.", { exact: false }).waitFor();

  await page.getByRole("link", { name: "Permissions" }).click();
  await page.getByRole("button", { name: "Allow show:widget for Counter", exact: true }).click();
  await page.getByText("Every plugin has what it asked for.").waitFor();
  await goToWidgets(page);
  // A plugin draws what it may show now when it has something new.
  await expect
    .poll(
      async () => {
        await host.simulate("chat.message");
        return region.getByText("Messages").isVisible();
      },
      { timeout: 60_000, interval: 1_000 },
    )
    .toBe(true);

  const other = await visit();
  await goToWidgets(other);
  const seen = other.getByRole("region", { name: "Chat in numbers" });
  await seen.getByText("Messages").waitFor();
  await page.getByRole("link", { name: "Overlays" }).click();
  await page.getByText("Message count").first().click();
  await page.getByRole("button", { name: "Copy address" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const obs = await show(await page.evaluate(() => navigator.clipboard.readText()));
  await obs.getByText("Messages").waitFor();

  await change(page, "Counter", "show:widget");
  await seen.getByText(/may not|not granted/).waitFor();
  await change(page, "Counter", "show:overlay");
  await obs.getByText("Messages").waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Overlays" }).click();
  await page
    .getByText(/may not|not granted/)
    .first()
    .waitFor();
  expect(await host.pato("plugin", "grants", "counter")).toMatch(/show:widget +optional/);
});

test("what a plugin was refused is told, and what can do harm is asked about twice", async ({
  host,
  visit,
}) => {
  await host.pato("plugin", "add", guest("plugins/deck"), "--grant", "show:page");
  await host.pato("call", "deck.press", '{"label":"Back soon"}').catch(() => undefined);
  const page = await visit("/requests");
  const refused = page.getByRole("region", { name: "Refused" });
  await refused.getByText("chat.send", { exact: false }).first().waitFor();

  const raid = page.getByRole("listitem").filter({ hasText: "call:channel.raid" });
  await raid.getByRole("button", { name: "Allow" }).click();
  const question = page.getByRole("dialog", { name: "Allow something that can do harm?" });
  await question.getByRole("button", { name: "Cancel" }).click();
  await raid.getByRole("button", { name: "Allow" }).click();
  await question.getByRole("button", { name: "Allow it all the same" }).click();
  await raid.waitFor({ state: "detached" });
});
