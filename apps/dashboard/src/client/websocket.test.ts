import { afterEach, describe, expect, it, vi } from "vitest";

import { signIn, WebSocketTransport } from "./websocket";

const TOKEN = "0123456789abcdef0123456789abcdef";

class TestSocket {
  static last: TestSocket;
  onopen?: () => void;
  onmessage?: (message: { data: string }) => void;
  onclose?: () => void;
  sent: string[] = [];
  closed = false;

  constructor(readonly url: string) {
    TestSocket.last = this;
  }

  send(text: string) {
    this.sent.push(text);
  }

  close() {
    this.closed = true;
  }
}

function answering(status: number, body: unknown = {}) {
  const fetched = vi.fn<typeof fetch>(() =>
    Promise.resolve(new Response(JSON.stringify(body), { status })),
  );
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

function opened() {
  vi.stubGlobal("WebSocket", TestSocket);
  const listener = { opened: vi.fn(), received: vi.fn(), closed: vi.fn() };
  return { listener, line: new WebSocketTransport().open(listener), socket: TestSocket.last };
}

afterEach(() => {
  vi.unstubAllGlobals();
  history.replaceState(null, "", "/");
});

describe("signing in", () => {
  it.each([`#${TOKEN}`, `#token=${TOKEN}`])(
    "takes the token out of the address %s",
    async (hash) => {
      const fetched = answering(200);
      history.replaceState(null, "", `/${hash}`);
      await signIn();
      expect(location.href).not.toContain(TOKEN);
      expect(fetched).toHaveBeenCalledExactlyOnceWith("/api/session", {
        method: "POST",
        headers: { authorization: `Bearer ${TOKEN}` },
      });
    },
  );

  it.each(["", "#/plugins/alerts", "#/events", "#token=", "#main"])(
    "leaves the address %s alone",
    async (hash) => {
      const fetched = answering(200);
      history.replaceState(null, "", `/${hash}`);
      await signIn();
      expect(location.hash).toBe(hash);
      expect(fetched).not.toHaveBeenCalled();
    },
  );

  it("takes the token out also when the host is not there", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed to fetch")));
    history.replaceState(null, "", `/#${TOKEN}`);
    await signIn();
    expect(location.hash).toBe("");
  });
});

describe("the WebSocket", () => {
  it("carries frames as JSON, to where the page came from", () => {
    const { listener, line, socket } = opened();
    expect(socket.url).toBe(`ws://${location.host}/ws`);
    socket.onopen?.();
    line.send({ type: "watch", view: "host" });
    socket.onmessage?.({ data: '{"type":"lagged","dropped":3}' });
    expect(listener.opened).toHaveBeenCalledOnce();
    expect(socket.sent).toEqual(['{"type":"watch","view":"host"}']);
    expect(listener.received).toHaveBeenCalledWith({ type: "lagged", dropped: 3 });
  });

  it.each([
    ["refused", 401],
    ["lost", 200],
    ["lost", 500],
  ])("that never opened was %s, if a request gets %d", async (why, status) => {
    answering(status);
    const { listener, socket } = opened();
    socket.onclose?.();
    await vi.waitFor(() => expect(listener.closed).toHaveBeenCalledExactlyOnceWith(why));
  });

  it("that was open was lost, and so was one to a host that is not there", async () => {
    const fetched = answering(401);
    const first = opened();
    first.socket.onopen?.();
    first.socket.onclose?.();
    await vi.waitFor(() => expect(first.listener.closed).toHaveBeenCalledExactlyOnceWith("lost"));
    expect(fetched).not.toHaveBeenCalled();
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed to fetch")));
    const second = opened();
    second.socket.onclose?.();
    await vi.waitFor(() => expect(second.listener.closed).toHaveBeenCalledExactlyOnceWith("lost"));
  });
});

describe("an upload", () => {
  it("hands back the host's answer, or its reason", async () => {
    const transport = new WebSocketTransport();
    answering(200, { id: "alerts" });
    expect(await transport.upload("/api/modules/inspect", new Blob(["x"]))).toEqual({
      id: "alerts",
    });
    answering(422, { error: "invalid", message: "this is no component" });
    await expect(transport.upload("/api/modules/inspect", new Blob(["x"]))).rejects.toMatchObject({
      kind: "invalid",
      message: "this is no component",
    });
  });
});
