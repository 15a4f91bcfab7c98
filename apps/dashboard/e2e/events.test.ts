import { expect, test } from "./test";

test("the event stream is searched, filtered and looked into", async ({ host, visit }) => {
  await host.install("plugins/alerts");
  await host.simulate("channel.raid", "viewers=4242");
  const page = await visit("/events");
  const rows = page.getByRole("listbox", { name: "Events" }).getByRole("option");
  await rows.filter({ hasText: "alerts.show" }).waitFor();
  await host.simulate("chat.message", "text=needle in the haystack");
  await rows.filter({ hasText: "needle in the haystack" }).waitFor();

  await page.getByRole("searchbox").fill("needle");
  await expect.poll(() => rows.count()).toBe(1);
  await page.getByRole("searchbox").fill("nobody said this");
  await page.getByText("No event matches").waitFor();
  await page.getByRole("button", { name: "Show all" }).click();
  await page.getByLabel("Kind of event").selectOption("channel");
  await expect.poll(() => rows.count()).toBe(1);
  await page.getByLabel("Kind of event").selectOption("");
  await page.getByLabel("Source", { exact: true }).selectOption("plugin:alerts");
  await expect.poll(async () => (await rows.allInnerTexts()).join()).not.toContain("chat.message");

  await rows.filter({ hasText: "alerts.show" }).click();
  const about = page.getByRole("complementary", { name: "About the event" });
  const chain = about.getByRole("region", { name: "What led to it" });
  await chain.getByRole("button", { name: "channel.raid" }).click();
  await about.getByRole("heading", { name: "channel.raid" }).waitFor();
  await about.getByRole("region", { name: "What it says" }).getByText("4242").waitFor();
  await about.getByRole("button", { name: "Deliver again" }).click();
  await page.getByText("Delivered again, marked as repeated").first().waitFor();
});

test("what somebody did is delivered again out of the activity", async ({ host, visit }) => {
  await host.simulate("channel.follow", "user.name=Ada", "user.login=ada");
  await host.simulate("channel.raid", "user.name=Grace");
  const page = await visit("/activity");
  const row = page.getByRole("listitem").filter({ hasText: "Ada" });
  await row.getByText("Simulated").waitFor();
  await page.getByRole("button", { name: "Raids" }).click();
  await row.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "All", exact: true }).click();
  await row.getByRole("button", { name: "Deliver again: Ada" }).click();
  await page.getByText("Delivered again, marked as repeated").first().waitFor();
  await page.getByRole("link", { name: "Events" }).click();
  const again = page
    .getByRole("listbox", { name: "Events" })
    .getByRole("option")
    .filter({ hasText: "channel.follow" });
  await again.filter({ hasText: "Replayed" }).waitFor();
  expect(await again.count()).toBe(2);
});
