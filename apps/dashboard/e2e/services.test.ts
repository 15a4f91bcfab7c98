import { expect, test } from "./test";

test("an OBS is set up, named by its connector, and removed", async ({ visit }) => {
  const page = await visit("/connections");
  await page.getByRole("button", { name: "Add an OBS" }).click();
  const form = page.getByRole("dialog", { name: "Add an OBS" });
  await form.getByLabel("Name in Pato").fill("Second PC");
  await form.getByLabel("Address").fill("ws://127.0.0.1:9");
  await form.getByLabel("Password").fill("a-password");
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByRole("alert").getByText("use small letters").waitFor();
  expect(await form.getByLabel("Password").inputValue()).toBe("");
  await form.getByLabel("Name in Pato").fill("second");
  await form.getByLabel("Password").fill("a-password");
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "detached" });
  await page.getByText("ws://127.0.0.1:9/ · Pato has its password").waitFor();
  await page.getByRole("button", { name: "Try now: OBS (second)" }).waitFor();
  await page.getByRole("button", { name: "Remove OBS (second)" }).click();
  await page.getByRole("button", { name: "Remove it" }).click();
  await page.getByText("OBS (second)").first().waitFor({ state: "detached" });
});

test("what a service is told is found again after a restart", async ({ host, visit }) => {
  const page = await visit("/connections");
  await page.getByRole("button", { name: "Set up: Discord" }).click();
  const form = page.getByRole("dialog", { name: "Set up Discord" });
  await form.getByRole("textbox", { name: "Server" }).fill("my server");
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByRole("alert").getByText("Copy ID", { exact: false }).waitFor();
  await form.getByRole("textbox", { name: "Server" }).fill("81384788765712384");
  await form
    .getByRole("textbox", { name: "Channels" })
    .fill("81384788765712385\n\n81384788765712386");
  await form.getByRole("switch", { name: "Server Members Intent is on" }).click();
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByText("Server 81384788765712384 · 2 channels are chat").waitFor();
  await page.close();
  await host.stop();
  await host.startAgain();
  const again = await visit("/connections");
  await again.getByText("Server 81384788765712384 · 2 channels are chat").waitFor();
  await again.getByRole("button", { name: "Set up: Discord" }).click();
  await again.getByRole("switch", { name: "Server Members Intent is on", checked: true }).waitFor();
});

test("all plugins are paused and resumed with one press", async ({ host, visit }) => {
  await host.install("plugins/counter", "plugins/alerts");
  const page = await visit("/plugins");
  await page.getByRole("button", { name: "Pause all plugins" }).click();
  await page.getByText("All plugins are paused.").waitFor();
  expect(await page.getByText("Paused", { exact: true }).count()).toBe(2);
  await page.getByRole("status").getByRole("button", { name: "Resume all plugins" }).click();
  await page.getByText("All plugins are paused.").waitFor({ state: "detached" });
});
