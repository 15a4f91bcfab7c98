import { CallError } from "./connection";
import type { HostFrame, Json } from "./frames";
import type { Line, LineListener, Transport } from "./transport";

/** What Tauri gives a page of the desktop window. The commands are those of `apps/desktop`. */
type Internals = {
  invoke: <T>(
    command: string,
    parameters?: unknown,
    options?: { headers: Record<string, string> },
  ) => Promise<T>;
};

declare global {
  interface Window {
    __TAURI_INTERNALS__?: Internals;
  }
}

export const isDesktop = (): boolean => window.__TAURI_INTERNALS__ !== undefined;

/** Lets what the desktop itself says be in the page's language; nothing in a browser. */
export function speak(language: string): void {
  // It holds for this run even if it could not be kept for the next.
  window.__TAURI_INTERNALS__?.invoke("speak", { language }).catch(() => undefined);
}

/** The same frames through the desktop's commands. */
export class TauriTransport implements Transport {
  readonly #internals: Internals;

  constructor() {
    const internals = window.__TAURI_INTERNALS__;
    if (!internals) throw new Error("This page is not in the desktop window.");
    this.#internals = internals;
  }

  open(listener: LineListener): Line {
    const { invoke } = this.#internals;
    let closed = false;
    const isClosed = () => closed;
    const end = () => {
      if (closed) return;
      closed = true;
      listener.closed("lost");
    };
    let number: number;
    // One after the other, for commands may overtake each other on their way.
    let sent: Promise<unknown> = Promise.resolve();
    const carry = async () => {
      number = await invoke<number>("connect");
      if (isClosed()) return;
      listener.opened();
      // The next frames are asked for when these are read: the host keeps what a slow page misses.
      for (;;) {
        const frames = await invoke<HostFrame[]>("receive", { line: number });
        if (isClosed()) return;
        for (const frame of frames) listener.received(frame);
      }
    };
    carry().catch(end);
    return {
      send: (frame) => {
        const parameters = { line: number, frame: JSON.stringify(frame) };
        sent = sent.then(() => invoke("send", parameters)).catch(end);
      },
      close: end,
    };
  }

  async upload(path: string, bytes: Blob): Promise<Json> {
    const { invoke } = this.#internals;
    try {
      return await invoke<Json>("upload", await bytes.arrayBuffer(), { headers: { path } });
    } catch (refused) {
      // As the server would put it.
      const { error, message } = JSON.parse(String(refused)) as { error: string; message: string };
      throw new CallError(error, message);
    }
  }
}
