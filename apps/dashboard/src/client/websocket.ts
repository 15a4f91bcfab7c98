import type { HostFrame, Json } from "./frames";
import type { Line, LineListener, Transport } from "./transport";
import { CallError } from "./connection";

/** Says that the host refused the upgrade, where it can be told from a host that is not there. */
const UNAUTHORIZED = 401;

/** Frames over the host's WebSocket, with the session's cookie. */
export class WebSocketTransport implements Transport {
  open(listener: LineListener): Line {
    let closed = false;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws`);
    let opened = false;
    socket.onopen = () => {
      opened = true;
      listener.opened();
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      listener.received(JSON.parse(data) as HostFrame);
    };
    socket.onclose = async () => {
      // A browser does not tell why an upgrade failed; a request does.
      const refused = !opened && !closed && (await isRefused());
      listener.closed(refused ? "refused" : "lost");
    };
    return {
      send: (frame) => socket.send(JSON.stringify(frame)),
      close: () => {
        closed = true;
        socket.close();
      },
    };
  }

  async upload(path: string, bytes: Blob): Promise<Json> {
    const headers = { "content-type": "application/wasm" };
    const answer = await fetch(path, { method: "POST", headers, body: bytes });
    const body = (await answer.json()) as Json;
    if (answer.ok) return body;
    const { error, message } = body as { error: string; message: string };
    throw new CallError(error, message);
  }
}

async function isRefused(): Promise<boolean> {
  try {
    return (await fetch("/api/status")).status === UNAUTHORIZED;
  } catch {
    return false;
  }
}

/**
 * Turns the token in the address's fragment, which no server sees, into a cookie, which no script
 * sees. Without one, the cookie of an earlier visit may do.
 */
export async function signIn(): Promise<void> {
  const token = /^#(?:token=)?([\w-]{16,})$/.exec(location.hash)?.[1];
  if (!token) return;
  history.replaceState(null, "", location.pathname);
  try {
    await fetch("/api/session", { method: "POST", headers: { authorization: `Bearer ${token}` } });
  } catch {
    // The host is not there; the connection says so.
  }
}
