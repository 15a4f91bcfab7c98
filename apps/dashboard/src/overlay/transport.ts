import type { HostFrame, Json } from "@/client/frames";
import type { Line, LineListener, Transport } from "@/client/transport";

/** How long the host may take to let the page in; afterwards it is asked again. */
const OPENED_WITHIN_MILLISECONDS = 5_000;

/**
 * The line of one overlay. Its token is in the address's fragment, which no server sees, and is
 * exchanged for a cookie; whenever the host does not know that cookie any more, it is exchanged again.
 * However it ends, the line says that it was lost: a page in OBS never gives up.
 */
export class OverlayTransport implements Transport {
  #signedIn = false;
  #refusal: string | null = null;

  /** `path`: `/overlay/PLUGIN/SURFACE`. */
  constructor(
    private readonly path: string,
    private readonly token: string,
  ) {}

  /** Why the host does not take the token, in its words; null once it does. */
  readonly refusal = (): string | null => this.#refusal;

  open(listener: LineListener): Line {
    let socket: WebSocket | null = null;
    let ended = false;
    const end = () => {
      if (ended) return;
      ended = true;
      clearTimeout(impatience);
      socket?.close();
      listener.closed("lost");
    };
    const impatience = setTimeout(end, OPENED_WITHIN_MILLISECONDS);

    const start = async () => {
      if (!this.#signedIn) await this.#signIn();
      if (ended) return;
      const scheme = location.protocol === "https:" ? "wss" : "ws";
      socket = new WebSocket(`${scheme}://${location.host}${this.path}/ws`);
      // Until the host lets the page in, the cookie may be one of an earlier run.
      this.#signedIn = false;
      socket.onopen = () => {
        this.#signedIn = true;
        clearTimeout(impatience);
        listener.opened();
      };
      socket.onmessage = ({ data }: MessageEvent<string>) => {
        listener.received(JSON.parse(data) as HostFrame);
      };
      socket.onclose = end;
    };
    start().catch(end);

    return {
      send: (frame) => socket?.send(JSON.stringify(frame)),
      close: end,
    };
  }

  upload(): Promise<Json> {
    return Promise.reject(new Error("an overlay sends no files"));
  }

  /** Without a token, the cookie of an earlier visit may do. */
  async #signIn(): Promise<void> {
    if (this.token === "") return;
    const answer = await fetch(`${this.path}/session`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.token}` },
    });
    if (answer.ok) {
      this.#refusal = null;
      return;
    }
    const { message } = (await answer.json()) as { message: string };
    this.#refusal = message;
    throw new Error(message);
  }
}
