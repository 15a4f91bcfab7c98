import { expect, test } from "./test";

test("a setting that was changed is kept, and a wrong one is refused at its field", async ({
  host,
  visit,
}) => {
  await host.install("plugins/counter");
  const page = await visit("/plugins/counter");
  await page.getByRole("tab", { name: "Settings" }).click();
  const top = page.getByRole("textbox", { name: "How many chatters and words to name" });
  await top.fill("99");
  await page.getByText("From 1 to 50.").waitFor();
  expect(await top.getAttribute("aria-invalid")).toBe("true");
  const described = await top.getAttribute("aria-describedby");
  const told = described?.split(" ").map((id) => page.locator(`[id="${id}"]`).innerText()) ?? [];
  expect(await Promise.all(told)).toContain("From 1 to 50.");
  const save = page.getByRole("button", { name: "Save", exact: true });
  expect(await save.isDisabled()).toBe(true);
  await top.fill("2.5");
  await page.getByText("This takes a whole number.").waitFor();

  await top.fill("7");
  await page.getByLabel("Text beside the count").fill("Said <b>here</b>");
  await save.click();
  await page.getByText("Saved").first().waitFor();
  await page.reload();
  await page.getByRole("tab", { name: "Settings" }).click();
  await expect.poll(() => top.inputValue()).toBe("7");
  expect(JSON.parse(await host.pato("plugin", "settings", "counter", "--json"))).toMatchObject({
    top: { value: 7, is_default: false },
    count_label: { value: "Said <b>here</b>" },
  });
  await page
    .getByRole("button", { name: "Back to the default: How many chatters and words to name" })
    .click();
  await expect.poll(() => top.inputValue()).toBe("5");
});

test("a plugin that crashes is shown, and recovered, while the others go on", async ({
  host,
  visit,
}) => {
  await host.install("fixtures/trap-handler", "plugins/counter");
  const page = await visit("/plugins");
  const row = (name: string) =>
    page.getByRole("listitem").filter({ has: page.getByRole("heading", { name }) });
  const crashing = row("Trap handler");
  await crashing.getByText("Running").waitFor();

  // Polling could miss what is shown for a moment only.
  await page.evaluate(() => {
    new MutationObserver((_, observer) => {
      if (!document.body.innerText.includes("Restarting")) return;
      document.documentElement.dataset.sawRestarting = "";
      observer.disconnect();
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await expect
    .poll(
      async () => {
        await host.pato("emit", "test.poison");
        return crashing.innerText();
      },
      { timeout: 120_000, interval: 50 },
    )
    .toContain("Quarantined");
  await page.locator("html[data-saw-restarting]").waitFor();
  await crashing.getByText("trap 5 within 60 s").waitFor();

  await host.simulate("chat.message");
  const { messages } = JSON.parse(await host.pato("call", "counter.stats", "--json")) as {
    messages: number;
  };
  expect(messages).toBe(1);
  await row("Counter").getByText("Running").waitFor();

  await crashing.getByRole("button", { name: "Restart: Trap handler" }).click();
  await crashing.getByText("Running").waitFor();
  await host.pato("emit", "test.fine");
  await page.getByRole("link", { name: "Events" }).click();
  await page
    .getByRole("listbox", { name: "Events" })
    .getByText("trap-handler.handled")
    .first()
    .waitFor();
});

test("a plugin is paused, resumed, stopped, started and removed from its page", async ({
  host,
  visit,
}) => {
  await host.install("plugins/counter");
  const page = await visit("/plugins/counter");
  await page.getByRole("button", { name: "Pause: Counter" }).click();
  await page.getByText("Paused", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Resume: Counter" }).click();
  const more = page.getByRole("button", { name: "More to do with Counter" });
  await more.click();
  await page.getByRole("menuitem", { name: "Stop" }).click();
  await page.getByText("Stopped", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Start: Counter" }).click();
  await page.getByText("Running", { exact: true }).waitFor();
  await more.click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page.getByRole("button", { name: "Remove it and its data" }).click();
  await page.getByText("No plugin is installed").waitFor();
});
