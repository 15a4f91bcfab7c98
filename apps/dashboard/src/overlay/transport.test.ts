import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Connection } from "@/client/connection";

import { OverlayTransport } from "./transport";

/** The browser's sockets, opened and closed by the test. */
class Socket {
  static all: Socket[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  readonly sent: string[] = [];
  closed = false;

  constructor(readonly url: string) {
    Socket.all.push(this);
  }

  send(text: string) {
    this.sent.push(text);
  }

  close() {
    if (this.closed) return;
    this.closed = true;
    queueMicrotask(() => this.onclose?.());
  }
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const latest = () => Socket.all.at(-1)!;

function start(answers: () => Promise<Response>, longestWait = 3_000) {
  const fetched = vi.fn<(path: string, options: RequestInit) => Promise<Response>>(answers);
  vi.stubGlobal("fetch", fetched);
  const transport = new OverlayTransport("/overlay/alerts/main", "secret");
  const connection = new Connection(transport, () => 1, longestWait);
  connection.views.watch("overlay", "alerts/main", () => undefined);
  connection.start();
  return { connection, fetched, transport };
}

const accepted = () => Promise.resolve(new Response(null, { status: 204 }));

describe("the line of an overlay", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    Socket.all = [];
    vi.stubGlobal("WebSocket", Socket);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("exchanges its token in a header, never in an address, and watches its overlay", async () => {
    const { fetched } = start(accepted);
    await pass(0);
    expect(fetched).toHaveBeenCalledExactlyOnceWith("/overlay/alerts/main/session", {
      method: "POST",
      headers: { authorization: "Bearer secret" },
    });
    expect(latest().url).toMatch(/^ws:\/\/[^#?]*\/overlay\/alerts\/main\/ws$/);
    latest().onopen?.();
    expect(latest().sent).toEqual([
      JSON.stringify({ type: "watch", view: "overlay", key: "alerts/main" }),
    ]);
  });

  it("comes back for ever, with pauses that stay short", async () => {
    const { connection, fetched } = start(() => Promise.reject(new Error("nobody there")));
    await pass(10 * 60_000);
    expect(fetched.mock.calls.length).toBeGreaterThan(190);
    fetched.mockImplementation(accepted);
    await pass(3_000);
    latest().onopen?.();
    expect(connection.status()).toEqual({ phase: "open" });
  });

  it("uses its cookie again after a break, and its token again when the cookie is not known any more", async () => {
    const { fetched, connection } = start(accepted);
    await pass(0);
    latest().onopen?.();
    latest().close();
    await pass(1_000);
    expect(fetched).toHaveBeenCalledTimes(1);
    expect(Socket.all).toHaveLength(2);
    latest().close();
    await pass(3_000);
    expect(fetched).toHaveBeenCalledTimes(2);
    latest().onopen?.();
    expect(connection.status()).toEqual({ phase: "open" });
  });

  it("keeps trying with a token that is refused, for the host may only be starting", async () => {
    const { fetched, connection } = start(() =>
      Promise.resolve(new Response(null, { status: 401 })),
    );
    await pass(30_000);
    expect(fetched.mock.calls.length).toBeGreaterThan(8);
    expect(connection.status().phase).toBe("lost");
    expect(Socket.all).toHaveLength(0);
  });

  it("gives up a try that hangs, and begins another", async () => {
    start(accepted);
    await pass(0);
    const hanging = latest();
    await pass(6_000);
    expect(hanging.closed).toBe(true);
    expect(Socket.all.length).toBeGreaterThan(1);
  });

  it("says why the host does not take its token, until it does", async () => {
    const message = "this address no longer opens the overlay";
    const refused = () =>
      Promise.resolve(Response.json({ error: "no-token", message }, { status: 401 }));
    const { fetched, transport } = start(refused);
    await pass(0);
    expect(transport.refusal()).toBe(message);
    await pass(3_000);
    expect(transport.refusal()).toBe(message);
    fetched.mockImplementation(accepted);
    await pass(3_000);
    expect(transport.refusal()).toBeNull();
  });
});
