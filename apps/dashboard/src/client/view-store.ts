import type { ClientFrame, Json, ValuesFrame, ViewFrame } from "./frames";

/** The most entries that a list in a drawing's values keeps; the host keeps as many. */
const LONGEST_LIST = 1_000;

type Entry = {
  view: string;
  key: string | undefined;
  data: Json | undefined;
  listeners: Set<() => void>;
};

/**
 * The latest data of every view that the page watches. Data stays while the line is down, so that the
 * page keeps what it shows; what has no key also stays when nobody watches it, for the next page.
 */
export class ViewStore {
  #entries = new Map<string, Entry>();

  constructor(private readonly send: (frame: ClientFrame) => void) {}

  data(view: string, key?: string): Json | undefined {
    return this.#entries.get(name(view, key))?.data;
  }

  /** Calls the listener after every change until the answer is called. */
  watch(view: string, key: string | undefined, listener: () => void): () => void {
    const id = name(view, key);
    const entry = this.#entries.get(id) ?? { view, key, data: undefined, listeners: new Set() };
    this.#entries.set(id, entry);
    if (entry.listeners.size === 0) this.send({ type: "watch", ...target(entry) });
    entry.listeners.add(listener);
    return () => {
      // In a microtask: one page's leaving and the next one's coming are one render.
      entry.listeners.delete(listener);
      queueMicrotask(() => {
        if (entry.listeners.size > 0 || this.#entries.get(id) !== entry) return;
        this.send({ type: "unwatch", ...target(entry) });
        if (key !== undefined) this.#entries.delete(id);
      });
    };
  }

  /** Asks for all that is watched, on a new line. */
  watchAgain(): void {
    for (const entry of this.#entries.values()) {
      if (entry.listeners.size > 0) this.send({ type: "watch", ...target(entry) });
    }
  }

  apply(frame: ViewFrame | ValuesFrame): void {
    const entry = this.#entries.get(name(frame.view, frame.key));
    if (!entry) return;
    if (frame.type === "view") entry.data = frame.data;
    else entry.data = withValues(entry.data, frame);
    for (const listener of entry.listeners) listener();
  }
}

function withValues(drawing: Json | undefined, { set, append }: ValuesFrame): Json | undefined {
  if (!isObject(drawing)) return drawing;
  const values = { ...(isObject(drawing.values) ? drawing.values : {}), ...set };
  for (const [key, added] of Object.entries(append ?? {})) {
    values[key] = [...listOf(values[key]), ...listOf(added)].slice(-LONGEST_LIST);
  }
  return { ...drawing, values };
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: Json | undefined): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function target({ view, key }: Entry): { view: string; key?: string } {
  return key === undefined ? { view } : { view, key };
}

function name(view: string, key: string | null | undefined): string {
  return key == null ? view : `${view} ${key}`;
}
