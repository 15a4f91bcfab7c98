import { backoff } from "./backoff";
import type { ClientFrame, EventFrame, HostFrame, Json, JsonObject } from "./frames";
import type { RequestId } from "./generated/schemas";
import type { Line, Transport } from "./transport";
import { ViewStore } from "./view-store";

/** How the page's line to the host stands. */
export type ConnectionStatus =
  | { phase: "connecting" | "open" | "refused" }
  /** `retryAt`: milliseconds since the epoch. */
  | { phase: "lost"; retryAt: number };

/** Why a call was not done, in the host's words. */
export class CallError extends Error {
  constructor(
    /** One word, for programs; `disconnected` if the host was not there to answer. */
    readonly kind: string,
    message: string,
  ) {
    super(message);
  }
}

export type EventListener = (event: EventFrame) => void;

type Waiting = { resolve: (data: Json) => void; reject: (error: CallError) => void };

/**
 * The conversation with the host over whatever transport. It opens the line anew after it broke, and
 * then asks again for all that the page shows, so that whoever uses it sees only new data.
 */
export class Connection {
  readonly views = new ViewStore((frame) => this.send(frame));

  #line: Line | null = null;
  #status: ConnectionStatus = { phase: "connecting" };
  #statusListeners = new Set<() => void>();
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #calls = new Map<RequestId, Waiting>();
  #lastRequest = 0;
  #eventListeners = new Map<string, Set<EventListener>>();
  #lagListeners = new Set<(dropped: number) => void>();

  constructor(
    private readonly transport: Transport,
    private readonly random: () => number = Math.random,
    /** Between two tries, in milliseconds. */
    private readonly longestWait?: number,
  ) {}

  /** Opens the line, and keeps it open until `stop`. */
  start(): void {
    if (this.#line || this.#retry) return;
    this.#open();
  }

  stop(): void {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    const line = this.#line;
    this.#line = null;
    line?.close();
    this.#giveUpCalls();
  }

  /** Tries at once instead of at the time that the status tells. */
  retryNow(): void {
    if (this.#status.phase !== "lost" && this.#status.phase !== "refused") return;
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    this.#open();
  }

  status = (): ConnectionStatus => this.#status;

  onStatus = (listener: () => void): (() => void) => {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
  };

  /** Performs an action, a plugin's command, or what module `host` offers. Rejects with a `CallError`. */
  call(module: string, name: string, params: JsonObject = {}): Promise<Json> {
    if (this.#status.phase !== "open") return Promise.reject(disconnected());
    this.#lastRequest += 1;
    const request_id = this.#lastRequest;
    return new Promise((resolve, reject) => {
      this.#calls.set(request_id, { resolve, reject });
      this.send({ type: "call", request_id, module, name, params });
    });
  }

  upload(path: string, bytes: Blob): Promise<Json> {
    return this.transport.upload(path, bytes);
  }

  /** Hears every event of a topic; `module.*` for a family, `*` for all. */
  onEvents(pattern: string, listener: EventListener): () => void {
    let listeners = this.#eventListeners.get(pattern);
    if (!listeners) {
      listeners = new Set();
      this.#eventListeners.set(pattern, listeners);
      this.send({ type: "subscribe", ...topicOf(pattern), details: true });
    }
    listeners.add(listener);
    return () => {
      const remaining = this.#eventListeners.get(pattern);
      if (!remaining?.delete(listener) || remaining.size > 0) return;
      this.#eventListeners.delete(pattern);
      this.send({ type: "unsubscribe", ...topicOf(pattern), details: true });
    };
  }

  /** Hears how many events were left out because the page read too slowly. */
  onLag(listener: (dropped: number) => void): () => void {
    this.#lagListeners.add(listener);
    return () => this.#lagListeners.delete(listener);
  }

  private send(frame: ClientFrame): void {
    // What is wanted while the line is down is asked for when it opens.
    if (this.#status.phase === "open") this.#line?.send(frame);
  }

  #open(): void {
    this.#retry = null;
    if (this.#status.phase !== "lost") this.#set({ phase: "connecting" });
    // A line that was given up may still speak; only the one in use is heard.
    let current = true;
    const heard = () => current;
    this.#line = this.transport.open({
      opened: () => {
        if (heard()) this.#opened();
      },
      received: (frame) => {
        if (heard()) this.#received(frame);
      },
      closed: (why) => {
        if (!heard()) return;
        current = false;
        this.#closed(why);
      },
    });
  }

  #opened(): void {
    this.#failures = 0;
    this.#set({ phase: "open" });
    for (const pattern of this.#eventListeners.keys()) {
      this.send({ type: "subscribe", ...topicOf(pattern), details: true });
    }
    this.views.watchAgain();
  }

  #closed(why: "lost" | "refused"): void {
    const wanted = this.#line !== null;
    this.#line = null;
    this.#giveUpCalls();
    if (!wanted) return;
    if (why === "refused") {
      this.#set({ phase: "refused" });
      return;
    }
    const wait = backoff(this.#failures, this.random, this.longestWait);
    this.#failures += 1;
    this.#retry = setTimeout(() => this.#open(), wait);
    this.#set({ phase: "lost", retryAt: Date.now() + wait });
  }

  #received(frame: HostFrame): void {
    switch (frame.type) {
      case "event":
        this.#event(frame);
        break;
      case "response": {
        const waiting = this.#calls.get(frame.request_id);
        this.#calls.delete(frame.request_id);
        if (frame.success) waiting?.resolve(frame.data);
        else waiting?.reject(callError(frame.data));
        break;
      }
      case "view":
      case "values":
        this.views.apply(frame);
        break;
      case "lagged":
        for (const listener of this.#lagListeners) listener(frame.dropped);
        break;
      case "error":
        console.error(`The host could not read a frame: ${frame.message}`);
        break;
    }
  }

  #event(frame: EventFrame): void {
    const topic = `${frame.module}.${frame.name}`;
    for (const [pattern, listeners] of this.#eventListeners) {
      if (!matches(pattern, topic)) continue;
      for (const listener of listeners) listener(frame);
    }
  }

  #giveUpCalls(): void {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const { reject } of calls) reject(disconnected());
  }

  #set(status: ConnectionStatus): void {
    this.#status = status;
    for (const listener of this.#statusListeners) listener();
  }
}

function topicOf(pattern: string): { module: string; name: string } {
  const dot = pattern.indexOf(".");
  if (dot < 0) return { module: pattern, name: "*" };
  return { module: pattern.slice(0, dot), name: pattern.slice(dot + 1) };
}

function matches(pattern: string, topic: string): boolean {
  if (pattern === "*") return true;
  if (pattern.endsWith(".*")) return topic.startsWith(pattern.slice(0, -1));
  return topic === pattern;
}

function disconnected(): CallError {
  return new CallError("disconnected", "Pato is not running, so this was not done.");
}

function callError(data: Json): CallError {
  if (data !== null && typeof data === "object" && !Array.isArray(data)) {
    const { error, message } = data;
    if (typeof error === "string" && typeof message === "string")
      return new CallError(error, message);
  }
  return new CallError("unknown", JSON.stringify(data));
}
