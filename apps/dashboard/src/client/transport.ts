import type { ClientFrame, HostFrame, Json } from "./frames";

/**
 * The one way to the host. It carries frames and knows nothing of what they mean; the connection
 * opens it again after it closed.
 */
export interface Transport {
  /** Opens a line; exactly one of its listener's `closed` ends it, however it ends. */
  open(listener: LineListener): Line;
  /** Sends a file that is too large for a frame, and hands back the answer's JSON. */
  upload(path: string, bytes: Blob): Promise<Json>;
}

export interface Line {
  send(frame: ClientFrame): void;
  close(): void;
}

export interface LineListener {
  opened(): void;
  received(frame: HostFrame): void;
  /** `refused`: the host is there and does not let this page in. */
  closed(why: "lost" | "refused"): void;
}
