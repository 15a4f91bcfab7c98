import { expect, test } from "./test";

test("the first start leads from nothing to a plugin that reacts", async ({ visit }) => {
  const page = await visit();
  await page.getByRole("heading", { level: 1, name: "Welcome to Pato" }).waitFor();
  await page.getByRole("button", { name: "Try with the simulator" }).click();
  await page.getByText("Connected: Simulator").waitFor();

  await page.getByRole("button", { name: "Choose Alerts" }).click();
  const consent = page.getByRole("dialog", { name: "Add Alerts?" });
  await consent.getByText("to show who raids").waitFor();
  await consent.getByText("to keep the alerts that wait, so that a restart loses none").waitFor();
  await consent.getByRole("button", { name: "Add with what is switched on" }).click();
  await page.getByText("Added: Alerts").waitFor();

  await page.getByRole("button", { name: "Let someone raid" }).click();
  const outcome = page.getByRole("listitem").filter({ hasText: "What came of it" });
  await outcome.getByText("alerts.show").waitFor();
  await outcome.getByText("channel.raid").waitFor();

  await page.getByRole("button", { name: "To the dashboard" }).click();
  await page.getByRole("button", { name: "Add widget" }).click();
  await page.getByRole("button", { name: "Add Alerts" }).click();
  await page.keyboard.press("Escape");
  const widget = page.getByRole("region", { name: "Alerts" });
  await expect.poll(() => widget.innerText()).toMatch(/raids with/);

  await page.reload();
  await widget.waitFor();
});
