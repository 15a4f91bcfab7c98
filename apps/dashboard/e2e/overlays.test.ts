import type { Page } from "playwright-core";

import type { Host } from "./host";
import { expect, test } from "./test";

/** Short alerts, one right after the other. */
const QUICK = ["seconds=1", "gap=0"];

async function addressOf(page: Page, title: string): Promise<string> {
  await page.getByRole("link", { name: "Overlays" }).click();
  await page.getByRole("navigation", { name: "Overlays" }).getByText(title).click();
  await page.getByRole("heading", { level: 2, name: title }).waitFor();
  await page.getByRole("button", { name: "Copy address" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Writes down every alert that comes on the page, in order. */
async function watchAlerts(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const shown: string[] = [];
    const look = () => {
      const text = document.querySelector<HTMLElement>(".alert")?.innerText.trim() ?? "";
      if (text !== "" && text !== shown.at(-1)) shown.push(text);
    };
    new MutationObserver(look).observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    look();
    Object.assign(window, { shown });
  });
  return () => page.evaluate(() => (window as unknown as { shown: string[] }).shown);
}

async function follow(host: Host, ...names: string[]): Promise<void> {
  for (const name of names) {
    await host.simulate("channel.follow", `user.name=${name}`, `user.login=${name.toLowerCase()}`);
  }
}

test("alerts come in order, and none is lost while OBS is closed", async ({
  host,
  visit,
  show,
}) => {
  await host.install("plugins/alerts");
  await host.pato("plugin", "settings", "alerts", ...QUICK);
  const page = await visit("/overlays");
  const address = await addressOf(page, "Alerts");
  expect(new URL(address).search).toBe("");

  const obs = await show(address);
  const shown = await watchAlerts(obs);
  await page.getByText("Open in one place ·").waitFor();
  await follow(host, "Ada", "Grace", "Lin");
  await expect
    .poll(shown, { timeout: 30_000 })
    .toEqual(["Ada follows!", "Grace follows!", "Lin follows!"]);
  // One that is cut off early would be shown again.
  await obs.getByText("Lin follows!").waitFor({ state: "detached" });

  await obs.close();
  await page.getByText("Not open in OBS ·").waitFor();
  await page.getByRole("link", { name: "Activity" }).click();
  await follow(host, "Mary", "Joan", "Radia");
  await page.getByRole("listitem").filter({ hasText: "Radia" }).waitFor();
  const again = await show(address);
  const later = await watchAlerts(again);
  await expect
    .poll(later, { timeout: 30_000 })
    .toEqual(["Mary follows!", "Joan follows!", "Radia follows!"]);
  await again.getByText("Radia follows!").waitFor({ state: "detached" });
});

test("an alert is tried out, skipped, and its overlay placed", async ({ host, visit, show }) => {
  await host.install("plugins/alerts");
  await host.pato("plugin", "settings", "alerts", "seconds=120");
  const page = await visit("/overlays");
  const obs = await show(await addressOf(page, "Alerts"));
  await page.getByText("Open in one place ·").waitFor();
  await page.getByRole("button", { name: "Test", exact: true }).click();
  const alert = obs.locator(".alert");
  await alert.waitFor();
  const before = await obs.locator(".overlay").boundingBox();
  await page.getByRole("application").focus();
  await page.keyboard.press("ArrowRight");
  await expect
    .poll(async () => (await obs.locator(".overlay").boundingBox())?.x)
    .toBeGreaterThan(before?.x ?? 0);
  await page.getByRole("button", { name: "Skip" }).click();
  await alert.waitFor({ state: "detached" });
});

test("a new address closes the old one, which says so", async ({ host, visit, show }) => {
  await host.install("plugins/counter");
  await host.simulate("chat.message");
  const page = await visit("/overlays");
  const address = await addressOf(page, "Message count");
  const obs = await show(address);
  await obs.getByText("Messages").waitFor();
  expect(await obs.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
    "rgba(0, 0, 0, 0)",
  );

  await page.getByRole("button", { name: "New address" }).click();
  const question = page.getByRole("dialog", { name: "Make a new address?" });
  await question.getByRole("button", { name: "New address" }).click();
  await obs.getByText("this address no longer opens the overlay").waitFor();
  await obs.getByText("Messages").waitFor({ state: "detached" });

  const renewed = await addressOf(page, "Message count");
  expect(renewed).not.toBe(address);
  const other = await show(renewed);
  await other.getByText("Messages").waitFor();
  const late = await show(address);
  await late.getByText("this address no longer opens the overlay").waitFor();
});

test("overlay and dashboard come back by themselves after the host was killed", async ({
  host,
  visit,
  show,
}) => {
  await host.install("plugins/counter");
  await host.simulate("chat.message");
  const page = await visit("/overlays", { hostGoes: true });
  const obs = await show(await addressOf(page, "Message count"));
  const number = obs.getByText("1", { exact: true });
  await number.waitFor();

  await host.kill();
  await page.getByText("Pato is not running.").waitFor();
  await host.startAgain();
  await page.getByText("Pato is not running.").waitFor({ state: "detached" });
  await page.getByText("Open in one place ·").waitFor();
  await host.simulate("chat.message");
  await host.simulate("chat.message");
  await obs.getByText(/^[23]$/).waitFor();
  expect(await page.getByText("This page has to be opened by Pato.").count()).toBe(0);
});
