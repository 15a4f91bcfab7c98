import { violations } from "./axe";
import { go, goToWidgets, listen, openContext, PHONE } from "./browser";
import { expect, test } from "./test";

/** An address of this machine that stands for the network. */
const NETWORK = "127.0.0.2";

test("a phone is paired, presses a button, and is told when it is removed", async ({
  browser,
  contexts,
  host,
  visit,
}) => {
  await host.configure(`[network]\naddresses = ["${NETWORK}"]\n`);
  await host.stop();
  await host.startAgain("--simulate", "0");
  await host.install("plugins/counter");
  const desktop = await visit();
  await goToWidgets(desktop);
  await desktop.getByRole("button", { name: "Add widget" }).click();
  await desktop.getByRole("button", { name: "Add Chat in numbers" }).click();
  await desktop.keyboard.press("Escape");
  await host.simulate("chat.message");

  await go(desktop, "/settings");
  const section = desktop.getByRole("region", { name: "Phones on this network" });
  await section.getByText("No device is paired.").waitFor();
  await section.getByRole("switch", { name: "Open to paired devices" }).click();
  const address = await section.getByRole("list", { name: "Address" }).innerText();
  expect(address).toContain(`http://${NETWORK}:`);
  await section.getByRole("button", { name: "Make a code" }).click();
  const code = await section.getByText(/^[3-9A-Y]{8}$/).innerText();
  expect(await violations(desktop)).toEqual([]);

  const context = await openContext(browser, { viewport: PHONE, hasTouch: true });
  contexts.push(context);
  const phone = await context.newPage();
  const complaints: string[] = [];
  listen(phone, (complaint) => complaints.push(complaint));
  await phone.goto(address);
  expect(await violations(phone)).toEqual([]);
  await phone.getByLabel("Code").fill("WRONG234");
  await phone.getByRole("button", { name: "Pair" }).click();
  await phone.getByRole("alert").getByText("tries left: 4").waitFor();
  // The browser tells of the page that came with a refusal.
  expect(complaints.splice(0).filter((complaint) => !complaint.includes("403"))).toEqual([]);
  await phone.goto(`${address}/?code=${code}`);
  await phone.getByLabel("Name of this device").fill("My phone");
  await phone.getByRole("button", { name: "Pair" }).click();

  await phone.waitForURL(`${address}/`);
  // Whoever comes back is known.
  await phone.goto(address);
  const widget = phone.getByRole("region", { name: "Chat in numbers" });
  await widget.getByRole("button", { name: "Reset" }).waitFor();
  expect(phone.url()).not.toContain(code);
  expect(await violations(phone)).toEqual([]);
  expect(await phone.getByRole("button", { name: "Arrange" }).count()).toBe(0);
  const count = async () => {
    const { messages } = JSON.parse(await host.pato("call", "counter.stats", "--json")) as {
      messages: number;
    };
    return messages;
  };
  await expect.poll(count).toBeGreaterThan(0);
  await widget.getByRole("button", { name: "Reset" }).tap();
  await phone.getByRole("button", { name: "Yes, do it" }).tap();
  await expect.poll(count).toBe(0);

  await go(phone, "/plugins/counter");
  await phone.getByRole("tab", { name: "Permissions" }).click();
  await phone.getByRole("switch").first().tap();
  await phone
    .getByText(/do that on the computer/)
    .first()
    .waitFor();
  await go(phone, "/settings");
  await phone.getByText("paired as My phone", { exact: false }).waitFor();
  expect(await violations(phone)).toEqual([]);
  expect(complaints).toEqual([]);

  await section.getByRole("button", { name: "Remove My phone" }).click();
  await section.getByText("No device is paired.").waitFor();
  await phone.getByText("This device is not paired any more.").waitFor();
  expect(await violations(phone)).toEqual([]);
  await phone.getByRole("button", { name: "Pair again" }).tap();
  await phone.getByRole("heading", { name: "Pair this device" }).waitFor();
});
