import { goToWidgets } from "./browser";
import { expect, test } from "./test";

test("a press on the deck is answered at its button", async ({ host, visit }) => {
  await host.install("plugins/deck");
  const page = await visit("/connections");
  await page.getByRole("switch", { name: "Invent a chat" }).click();
  await page.getByText("Simulator").first().waitFor();
  await goToWidgets(page);
  await page.getByRole("navigation", { name: "Dashboard pages" }).getByText("Deck").click();
  const deck = page.getByRole("region", { name: "Deck" });
  await deck.getByRole("button", { name: "Back soon" }).click();
  await deck.getByText("simulated-own", { exact: false }).or(deck.getByText("Done")).waitFor();
  await deck.getByRole("button", { name: "Record" }).click();
  const question = page.getByRole("dialog", { name: "Are you sure?" });
  await question.getByText("Record?").waitFor();
  await question.getByRole("button", { name: "Yes, do it" }).click();
  await deck.getByText("obs", { exact: false }).first().waitFor();
});

test("commands are added, changed, tried and removed on their page", async ({ host, visit }) => {
  await host.install("plugins/commands");
  const page = await visit("/pages/commands/commands");
  const commands = page.getByRole("region", { name: "Commands" });
  const form = commands.getByRole("region", { name: "Add" });
  await form.getByRole("textbox", { name: "Command" }).fill("duck");
  await form.getByRole("textbox", { name: "Reply" }).fill("Quack, {user}!");
  await form.getByRole("button", { name: "Add" }).click();
  await commands.getByText("Added duck.").waitFor();
  const row = commands.getByRole("row").filter({ hasText: "duck" });
  await row.waitFor();
  const reply = row.getByRole("textbox", { name: "Reply: duck" });
  await reply.fill("Quack quack!");
  await reply.press("Enter");
  await commands.getByText("Changed duck.").waitFor();
  expect(await host.pato("call", "commands.list")).toContain("Quack quack!");
  const trying = commands.getByRole("region", { name: "Try" });
  await trying.getByRole("textbox").fill("!duck");
  await trying.getByRole("button", { name: "Try" }).click();
  await commands.getByText("Quack quack!", { exact: true }).waitFor();
  await row.getByRole("button", { name: /Remove/ }).click();
  await commands.getByText("Removed duck.").waitFor();
  await row.waitFor({ state: "detached" });
});
