import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { CallError } from "./connection";
import type { HostFrame } from "./frames";
import { isDesktop, speak, TauriTransport } from "./tauri";
import type { LineListener } from "./transport";

type Answer = { resolve: (value: unknown) => void; reject: (reason: unknown) => void };

/** The desktop's side: what was invoked, and what is still to be answered. */
class Desktop {
  invoked: { command: string; parameters: unknown; options?: unknown }[] = [];
  #waiting: (Answer & { command: string })[] = [];

  invoke = (command: string, parameters?: unknown, options?: unknown) => {
    this.invoked.push({ command, parameters, ...(options ? { options } : {}) });
    return new Promise<never>((resolve, reject) => {
      this.#waiting.push({ command, resolve: resolve as Answer["resolve"], reject });
    });
  };

  async answer(command: string, value: unknown, how: "resolve" | "reject" = "resolve") {
    // What an earlier answer led to comes first.
    await settle();
    const index = this.#waiting.findIndex((waiting) => waiting.command === command);
    if (index < 0) throw new Error(`nobody waits for ${command}`);
    this.#waiting.splice(index, 1)[0]?.[how](value);
    await settle();
  }

  commands = () => this.invoked.map(({ command }) => command);
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

const listening = () => ({
  opened: vi.fn<LineListener["opened"]>(),
  received: vi.fn<LineListener["received"]>(),
  closed: vi.fn<LineListener["closed"]>(),
});

const lagged = (dropped: number): HostFrame => ({ type: "lagged", dropped });

describe("the transport of the desktop window", () => {
  let desktop: Desktop;

  beforeEach(() => {
    desktop = new Desktop();
    window.__TAURI_INTERNALS__ = desktop;
  });

  afterEach(() => {
    delete window.__TAURI_INTERNALS__;
  });

  it("is known by what Tauri gives the page", () => {
    expect(isDesktop()).toBe(true);
    delete window.__TAURI_INTERNALS__;
    expect(isDesktop()).toBe(false);
    expect(() => new TauriTransport()).toThrow("not in the desktop window");
  });

  it("says which language the page is in, and nothing in a browser", () => {
    speak("de");
    expect(desktop.invoked).toEqual([{ command: "speak", parameters: { language: "de" } }]);
    delete window.__TAURI_INTERNALS__;
    speak("en");
    expect(desktop.invoked).toHaveLength(1);
  });

  it("asks for the next frames when it has read the ones before, in their order", async () => {
    const listener = listening();
    new TauriTransport().open(listener);
    expect(listener.opened).not.toHaveBeenCalled();
    await desktop.answer("connect", 7);
    expect(listener.opened).toHaveBeenCalledOnce();
    expect(desktop.invoked.at(-1)).toEqual({ command: "receive", parameters: { line: 7 } });
    await desktop.answer("receive", [lagged(1), lagged(2)]);
    await desktop.answer("receive", [lagged(3)]);
    expect(listener.received.mock.calls).toEqual([[lagged(1)], [lagged(2)], [lagged(3)]]);
    expect(desktop.commands()).toEqual(["connect", "receive", "receive", "receive"]);
  });

  it("sends one frame after the other", async () => {
    const line = new TauriTransport().open(listening());
    await desktop.answer("connect", 7);
    line.send({ type: "watch", view: "plugins" });
    line.send({ type: "unwatch", view: "plugins" });
    await settle();
    expect(desktop.commands().filter((command) => command === "send")).toHaveLength(1);
    expect(desktop.invoked.at(-1)?.parameters).toEqual({
      line: 7,
      frame: '{"type":"watch","view":"plugins"}',
    });
    await desktop.answer("send", null);
    expect(desktop.invoked.at(-1)?.parameters).toEqual({
      line: 7,
      frame: '{"type":"unwatch","view":"plugins"}',
    });
  });

  it.each(["connect", "receive", "send"])("is lost once where `%s` is refused", async (refused) => {
    const listener = listening();
    const line = new TauriTransport().open(listener);
    if (refused !== "connect") await desktop.answer("connect", 7);
    if (refused === "send") line.send({ type: "watch", view: "plugins" });
    await desktop.answer(refused, "this line is closed", "reject");
    expect(listener.closed.mock.calls).toEqual([["lost"]]);
    line.close();
    expect(listener.closed).toHaveBeenCalledOnce();
  });

  it("hears nothing more after it was closed", async () => {
    const listener = listening();
    const line = new TauriTransport().open(listener);
    await desktop.answer("connect", 7);
    line.close();
    await desktop.answer("receive", [lagged(1)]);
    expect(listener.received).not.toHaveBeenCalled();
    expect(desktop.commands()).toEqual(["connect", "receive"]);
  });

  it("is not opened by an answer that comes after it was closed", async () => {
    const listener = listening();
    new TauriTransport().open(listener).close();
    await desktop.answer("connect", 7);
    expect(listener.opened).not.toHaveBeenCalled();
    expect(desktop.commands()).toEqual(["connect"]);
  });

  it("uploads a file's bytes, and puts a refusal as the server would", async () => {
    const transport = new TauriTransport();
    const file = { arrayBuffer: () => Promise.resolve(new ArrayBuffer(3)) } as Blob;
    const taken = transport.upload("/api/modules/inspect", file);
    await desktop.answer("upload", { id: "counter" });
    expect(await taken).toEqual({ id: "counter" });
    expect(desktop.invoked[0]).toEqual({
      command: "upload",
      parameters: new ArrayBuffer(3),
      options: { headers: { path: "/api/modules/inspect" } },
    });
    const refused = transport.upload("/api/modules", file);
    const thrown = expect(refused).rejects.toEqual(new CallError("invalid", "no component"));
    await desktop.answer("upload", '{"error":"invalid","message":"no component"}', "reject");
    await thrown;
  });
});
