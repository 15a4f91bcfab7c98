import type { HostFrame, Json } from "./frames";
import type { Line, LineListener, Transport } from "./transport";

/** What Tauri gives a page of the desktop window; see `withGlobalTauri` in Tauri's documentation. */
type Internals = {
  invoke: <T>(
    command: string,
    parameters?: unknown,
    options?: { headers: Record<string, string> },
  ) => Promise<T>;
  transformCallback: (callback: (message: { payload: unknown }) => void) => number;
};

declare global {
  interface Window {
    __TAURI_INTERNALS__?: Internals;
  }
}

export const isDesktop = (): boolean => window.__TAURI_INTERNALS__ !== undefined;

/** The same frames through the desktop's commands and events. */
export class TauriTransport implements Transport {
  readonly #internals: Internals;

  constructor() {
    const internals = window.__TAURI_INTERNALS__;
    if (!internals) throw new Error("This page is not in the desktop window.");
    this.#internals = internals;
  }

  open(listener: LineListener): Line {
    const { invoke, transformCallback } = this.#internals;
    let closed = false;
    const end = () => {
      if (closed) return;
      closed = true;
      listener.closed("lost");
    };
    const listen = (event: string, heard: (payload: unknown) => void) =>
      invoke("plugin:event|listen", {
        event,
        target: { kind: "Any" },
        handler: transformCallback(({ payload }) => {
          if (!closed) heard(payload);
        }),
      });
    const opening = async () => {
      await listen("pato://frame", (payload) => listener.received(payload as HostFrame));
      await listen("pato://closed", end);
      await invoke("open_line");
      listener.opened();
    };
    opening().catch(end);
    return {
      send: (frame) => void invoke("send_frame", { frame }).catch(end),
      close: () => {
        void invoke("close_line").catch(end);
        end();
      },
    };
  }

  async upload(path: string, bytes: Blob): Promise<Json> {
    const { invoke } = this.#internals;
    return await invoke("upload", await bytes.arrayBuffer(), { headers: { path } });
  }
}
