import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const PROGRAM = resolve(repository, process.env.PATO_PROGRAM ?? "target/debug/pato");
const GUESTS = resolve(repository, process.env.PATO_GUESTS ?? "target/guests");

/** How long a host may take to begin or to end before that counts as failed. */
const PATIENCE_MILLISECONDS = 60_000;

/** The manifest of a bundled plugin, such as `counter`. */
export const manifestOf = (plugin: string): string =>
  join(repository, "plugins", plugin, "pato.toml");

/** A bundled plugin, such as `plugins/counter`, or one of the fixtures, such as `fixtures/echo`. */
export const guest = (name: string): string => join(GUESTS, `${name}.wasm`);

/** A Pato of its own: the real program, with a folder and a port that nobody else uses. */
export class Host {
  /** What it printed, besides its address. */
  log = "";
  #address = new URL("http://127.0.0.1");
  #process: ChildProcess | null = null;

  private constructor(private readonly folder: string) {}

  static async start(...options: string[]): Promise<Host> {
    const host = new Host(await mkdtemp(join(tmpdir(), "pato-e2e-")));
    try {
      await host.#run("127.0.0.1:0", options);
    } catch (error) {
      await host.remove();
      throw error;
    }
    return host;
  }

  /** The address that opens the dashboard, with its token in the fragment. */
  get address(): string {
    return this.#address.href;
  }

  get origin(): string {
    return this.#address.origin;
  }

  get token(): string {
    return this.#address.hash.replace("#token=", "");
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Starts it again after it ended: the same folder, and the same port. */
  async startAgain(...options: string[]): Promise<void> {
    await this.#run(this.#address.host, options);
  }

  /** What its `config.toml` says from its next start on. */
  async configure(text: string): Promise<void> {
    await writeFile(join(this.folder, "config.toml"), text);
  }

  /** Ends it as Ctrl-C does. */
  async stop(): Promise<void> {
    await this.#end("SIGINT");
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Ends it, and removes all that it kept. */
  async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Runs `pato` beside it, and hands back what it printed. */
  async pato(...words: string[]): Promise<string> {
    return this.patoWith("", ...words);
  }

  /** The same, with something on its standard input. */
  async patoWith(input: string, ...words: string[]): Promise<string> {
    const running = promisify(execFile)(PROGRAM, ["--data", this.folder, ...words], {
      env: this.#environment(),
    });
    // One that ends without reading it is judged by how it ends.
    running.child.stdin?.on("error", () => undefined);
    running.child.stdin?.end(input);
    return (await running).stdout;
  }

  /** Installs plugins with all that they ask for. */
  async install(...names: string[]): Promise<void> {
    for (const name of names) await this.pato("plugin", "add", guest(name), "--grant-all");
  }

  /** Lets something happen, as if a service had told it. */
  async simulate(topic: string, ...values: string[]): Promise<void> {
    await this.pato("simulate", topic, ...values.flatMap((value) => ["--set", value]));
  }

  async #run(listen: string, options: string[]): Promise<void> {
    const words = ["run", "--listen", listen, "--data", this.folder, ...options];
    const child = spawn(PROGRAM, words, {
      env: this.#environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    // It does not outlive the one who started it, however that ends.
    const orphaned = () => child.kill("SIGKILL");
    process.once("exit", orphaned);
    child.once("exit", () => process.off("exit", orphaned));
    this.log = "";
    let printed = "";
    const address = await new Promise<string>((begun, failed) => {
      const giveUp = (why: string) => failed(new Error(`pato ${why}; it printed: ${printed}`));
      const impatience = setTimeout(() => giveUp("did not begin"), PATIENCE_MILLISECONDS);
      const hear = (chunk: Buffer) => {
        printed += chunk.toString();
        this.log = printed.replace(/^Page: .*$/m, "");
        const found = /^Page: (\S+)$/m.exec(printed)?.[1];
        if (!found) return;
        clearTimeout(impatience);
        begun(found);
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.once("error", failed);
      child.once("exit", (code) => {
        clearTimeout(impatience);
        giveUp(`ended with ${code}`);
      });
    });
    this.#address = new URL(address);
  }

  async #end(signal: "SIGINT" | "SIGKILL"): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    const impatience = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MILLISECONDS);
    await ended;
    clearTimeout(impatience);
  }

  /** Nothing of the user's own: no folder, no keyring. */
  #environment(): NodeJS.ProcessEnv {
    const environment = { ...process.env, HOME: this.folder, NO_COLOR: "1" };
    return Object.fromEntries(
      Object.entries(environment).filter(([name]) => name !== "DBUS_SESSION_BUS_ADDRESS"),
    );
  }
}
