import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Page } from "playwright-core";

import type { PluginView } from "@/client/views";

import { guest, manifestOf, type Host } from "./host";
import { expect, test as base } from "./test";

/** How long it may take until a plugin is compiled and has proved healthy. */
const PATIENCE = { timeout: 120_000 };

/** An author with a key, and a web server of the author's own on this machine. */
class Author {
  #server: Server;
  #served = Buffer.alloc(0);

  private constructor(
    private readonly host: Host,
    private readonly folder: string,
  ) {
    this.#server = createServer((_, response) => {
      response.writeHead(200, { "content-length": this.#served.length }).end(this.#served);
    });
  }

  static async begin(host: Host): Promise<Author> {
    const author = new Author(host, await mkdtemp(join(tmpdir(), "pato-author-")));
    await new Promise<void>((begun) => author.#server.listen(0, "127.0.0.1", begun));
    return author;
  }

  get address(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/counter.wasm`;
  }

  /** Makes a key, and hands back the words for it. */
  async makeKey(name: string): Promise<string> {
    const path = join(this.folder, name);
    await this.host.patoWith("\n", "key", "new", "--out", path, "--password-stdin");
    return (await this.#keyOf(name)).words;
  }

  /** Serves a version of the counter, signed, that asks for what stands in `permissions` besides. */
  async publish(key: string, version: string, permissions = ""): Promise<void> {
    const { public_key } = await this.#keyOf(key);
    const manifest = (await readFile(manifestOf("counter"), "utf8"))
      .replace(/^version = .*$/m, `version = "${version}"\npublisher = "${public_key}"`)
      .replace("[permissions]\n", `[permissions]\n${permissions}\n`);
    const [text, file] = [join(this.folder, "pato.toml"), join(this.folder, "counter.wasm")];
    await writeFile(text, manifest);
    const component = guest("plugins/counter");
    await this.host.pato("plugin", "pack", component, "--manifest", text, "--out", file);
    await this.host.pato("plugin", "sign", file, "--key", join(this.folder, key));
    this.#served = await readFile(file);
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
    await rm(this.folder, { recursive: true, force: true });
  }

  async #keyOf(name: string): Promise<{ public_key: string; words: string }> {
    const path = join(this.folder, `${name}.pub`);
    return JSON.parse(await this.host.pato("key", "show", path, "--json")) as {
      public_key: string;
      words: string;
    };
  }
}

const test = base.extend<{ author: Author }>({
  author: async ({ host }, provide) => {
    const author = await Author.begin(host);
    await provide(author);
    await author.end();
  },
});

const CHAT =
  'call = [{ scope = "chat.send", reason = "to tell the counts in chat", optional = true }]';

async function counter(host: Host): Promise<PluginView> {
  return JSON.parse(await host.pato("plugin", "info", "counter", "--json")) as PluginView;
}

const mayWrite = async (host: Host): Promise<boolean | undefined> =>
  (await counter(host)).requests.find(({ permission }) => permission === "call:chat.send")?.granted;

async function install(page: Page, author: Author, words: string): Promise<void> {
  await page.getByRole("textbox", { name: "Address or name" }).fill(author.address);
  await page.getByRole("button", { name: "Fetch and look at it" }).click();
  const consent = page.getByRole("dialog", { name: "Install Counter?" });
  await consent.getByText(words).waitFor();
  await consent.getByText("to keep the counts over restarts").waitFor();
  await consent.getByRole("button", { name: "Install with what is switched on" }).click();
  await page.getByRole("link", { name: "To the plugin" }).click(PATIENCE);
  await page.getByText("Running", { exact: true }).waitFor(PATIENCE);
}

async function update(page: Page) {
  await page.getByRole("tab", { name: "Versions" }).click();
  await page.getByRole("button", { name: "Update Counter" }).click();
  return page.getByRole("dialog", { name: "Update Counter?" });
}

test("a plugin is installed by its address, updated without a new permission that is given later, and gone back from", async ({
  host,
  visit,
  author,
}) => {
  const words = await author.makeKey("duck.key");
  await author.publish("duck.key", "1.0.0");
  const page = await visit("/library");
  await install(page, author, words);

  await author.publish("duck.key", "1.1.0", CHAT);
  const refused = await update(page);
  await refused.getByText("It is signed by the same key as before.").waitFor();
  await refused.getByRole("button", { name: "No, thanks" }).click();
  await refused.waitFor({ state: "detached" });
  expect((await counter(host)).version).toBe("1.0.0");

  const consent = await update(page);
  const asked = consent.getByRole("listitem").filter({ hasText: "call:chat.send" });
  await asked.getByText("to tell the counts in chat").waitFor();
  expect(await consent.getByRole("switch").count()).toBe(1);
  await asked.getByRole("switch").uncheck();
  await consent.getByRole("button", { name: "Update with what is switched on" }).click();
  await page.getByText("1.1.0 is on trial; 1.0.0 stands by.").waitFor(PATIENCE);
  await expect.poll(async () => (await counter(host)).version, PATIENCE).toBe("1.1.0");
  expect(await mayWrite(host)).toBe(false);

  await page.getByRole("tab", { name: "Permissions" }).click();
  const permission = page.getByRole("listitem").filter({ hasText: "call:chat.send" });
  await permission.getByRole("switch").click();
  await expect.poll(() => mayWrite(host), PATIENCE).toBe(true);

  await page.getByRole("tab", { name: "Versions" }).click();
  await page.getByRole("button", { name: "Go back to 1.0.0" }).click();
  const question = page.getByRole("dialog", { name: "Go back to Counter 1.0.0?" });
  await question.getByRole("button", { name: "Go back" }).click();
  await page.getByText("Counter 1.0.0 runs again").first().waitFor(PATIENCE);
  expect((await counter(host)).version).toBe("1.0.0");
  expect(await mayWrite(host)).toBeUndefined();
  await page.getByRole("button", { name: "Go back to 1.1.0" }).waitFor();
  await page.getByText("1.1.0 back to 1.0.0").first().waitFor();
}, 300_000);

test("a version that another key signed is refused, loudly, and the one that is there runs on", async ({
  host,
  visit,
  author,
}) => {
  const words = await author.makeKey("duck.key");
  const others = await author.makeKey("fox.key");
  await author.publish("duck.key", "1.0.0");
  const page = await visit("/library");
  await install(page, author, words);
  await author.publish("fox.key", "1.1.0");
  await page.getByRole("tab", { name: "Versions" }).click();
  await page.getByRole("button", { name: "Update Counter" }).click();
  await page.getByText("was always signed by", { exact: false }).waitFor(PATIENCE);
  await page.getByText(others, { exact: false }).waitFor();
  expect((await counter(host)).version).toBe("1.0.0");
  await page.getByText("Running", { exact: true }).waitFor();
}, 300_000);
