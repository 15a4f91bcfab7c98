import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { go, goToWidgets } from "./browser";
import { expect, test } from "./test";

test("the token is in no address and no log, and the cookie is out of reach", async ({
  host,
  visit,
}) => {
  await host.install("plugins/counter");
  const page = await visit();
  const addresses: string[] = [];
  page.on("request", (request) => addresses.push(request.url()));
  page.on("websocket", (socket) => addresses.push(socket.url()));
  page.on("framenavigated", (frame) => addresses.push(frame.url()));
  await page.reload();
  for (const path of ["/events", "/plugins", "/overlays", "/settings", "/"]) await go(page, path);
  await page.goBack();
  addresses.push(page.url());
  expect(addresses.length).toBeGreaterThan(5);
  expect(addresses.filter((address) => address.includes(host.token))).toEqual([]);
  expect(host.log).not.toContain(host.token);
  expect(await page.evaluate(() => document.cookie)).toBe("");
  const cookies = await page.context().cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
  const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
  expect(kept).not.toContain(host.token);
});

test("without the token nothing is shown but how to come in", async ({ host, show }) => {
  const page = await show(host.origin);
  await page.getByText("This page has to be opened by Pato.").waitFor();
});

test("an overlay's cookie opens neither the host nor another overlay", async ({
  host,
  visit,
  show,
}) => {
  await host.install("plugins/counter");
  const page = await visit("/overlays");
  await page.getByRole("button", { name: "Copy address" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const obs = await show(await page.evaluate(() => navigator.clipboard.readText()));
  await obs.getByText("Messages").waitFor();
  const opened = await obs.evaluate(async () => {
    const socket = (path: string) =>
      new Promise<string>((resolve) => {
        const line = new WebSocket(`ws://${location.host}${path}`);
        line.onopen = () => resolve("open");
        line.onerror = () => resolve("refused");
      });
    const answer = async (path: string) => (await fetch(path)).status;
    return {
      status: await answer("/api/status"),
      plugins: await answer("/api/modules"),
      line: await socket("/ws"),
      own: await socket("/overlay/counter/count/ws"),
      other: await socket("/overlay/counter/goal/ws"),
    };
  });
  expect(opened).toEqual({
    status: 401,
    plugins: 401,
    line: "refused",
    own: "open",
    other: "refused",
  });
});

test("a page from elsewhere can neither read nor act, though the browser is signed in", async ({
  host,
  visit,
}) => {
  const page = await visit();
  const elsewhere = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>elsewhere</title><h1>elsewhere</h1>");
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = elsewhere.address() as AddressInfo;
    const other = await page.context().newPage();
    for (const address of [`http://127.0.0.1:${port}/`, "data:text/html,<h1>elsewhere</h1>"]) {
      await other.goto(address);
      const tried = await other.evaluate(async (origin) => {
        const attempt = async (path: string, options: RequestInit) => {
          try {
            const answer = await fetch(`${origin}${path}`, { credentials: "include", ...options });
            return answer.type === "opaque" ? "unread" : String(answer.status);
          } catch {
            return "refused";
          }
        };
        const line = await new Promise<string>((resolve) => {
          const socket = new WebSocket(`${origin.replace("http", "ws")}/ws`);
          socket.onopen = () => resolve("open");
          socket.onerror = () => resolve("refused");
        });
        return {
          line,
          read: await attempt("/api/status", {}),
          acted: await attempt("/api/stop", { method: "POST" }),
          blind: await attempt("/api/stop", { method: "POST", mode: "no-cors" }),
        };
      }, host.origin);
      expect(tried.line).toBe("refused");
      expect(tried.read).toBe("refused");
      expect(tried.acted).toBe("refused");
      expect(["unread", "refused"]).toContain(tried.blind);
    }
    await other.close();
  } finally {
    elsewhere.close();
  }
  // Blind or not, nothing of it was done.
  expect(await host.pato("status", "--json")).toContain("version");
});

const HOSTILE = "<script>window.harmed = true</script><img src=x onerror='window.harmed = true'>";

test("what a hostile plugin writes is text or refused, and harms no page", async ({
  host,
  visit,
}) => {
  await host.install("fixtures/bad-tables", "fixtures/capabilities");
  const nodes = [
    { kind: { type: "column", align: "stretch", gap: 1 } },
    {
      parent: 0,
      kind: { type: "text", style: "body", tone: "normal" },
      value: { constant: HOSTILE },
    },
    {
      parent: 0,
      kind: { type: "markdown" },
      value: { constant: `${HOSTILE} [go](javascript:harmed=1) [there](https://example.com)` },
    },
    {
      parent: 0,
      id: "press",
      kind: { type: "button", label: HOSTILE, tone: "normal", icon: "", confirm: HOSTILE },
    },
  ];
  const drawn = await host.pato(
    "call",
    "capabilities.show",
    JSON.stringify({ surface: "probe", nodes }),
  );
  expect(drawn).toContain("ok");
  const refusals = JSON.parse(await host.pato("call", "bad-tables.draw", "--json")) as Record<
    string,
    object
  >;
  const drawable = Object.keys(refusals).filter((name) => "ok" in (refusals[name] ?? {}));
  expect(drawable.sort()).toEqual(["javascript-link", "markdown-script"]);
  await host.simulate("chat.message", `text=${HOSTILE}`, `user.name=${HOSTILE}`);

  const page = await visit();
  await goToWidgets(page);
  await page.getByRole("button", { name: "Add widget" }).click();
  await page.getByRole("button", { name: "Add Probe" }).click();
  await page.getByRole("button", { name: "Add Bad" }).click();
  await page.keyboard.press("Escape");
  const probe = page.getByRole("region", { name: "Probe" });
  await probe.getByText("<script>window.harmed", { exact: false }).first().waitFor();
  await page.getByRole("region", { name: "Bad" }).getByText("go", { exact: false }).waitFor();
  expect(await page.locator("[href^='javascript:' i], main script").count()).toBe(0);
  await probe.getByRole("button").click();
  const question = page.getByRole("dialog", { name: "Are you sure?" });
  await question.getByText("Capabilities asks you to confirm this first:").waitFor();
  await page.keyboard.press("Escape");

  await go(page, "/events");
  await page.getByRole("searchbox").fill("harmed");
  await page.getByRole("listbox", { name: "Events" }).getByRole("option").first().click();
  await page.getByRole("complementary", { name: "About the event" }).waitFor();
  expect(await page.evaluate(() => "harmed" in window)).toBe(false);
});
