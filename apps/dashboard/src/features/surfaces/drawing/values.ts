import type { Json, JsonObject } from "@/client/frames";

/**
 * The values of one surface. Who shows a value listens to that name alone, so that an update draws
 * nothing else again.
 */
export class ValueStore {
  #values: JsonObject = {};
  readonly #listeners = new Map<string, Set<() => void>>();

  get(name: string): Json | undefined {
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  /** Takes all values as they are now, and tells who listens to one that is another than before. */
  replace(values: JsonObject): void {
    const before = this.#values;
    if (values === before) return;
    this.#values = values;
    for (const [name, listeners] of this.#listeners) {
      const old = Object.hasOwn(before, name) ? before[name] : undefined;
      if (Object.is(old, this.get(name))) continue;
      for (const listener of listeners) listener();
    }
  }

  listen(name: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(name) === listeners) {
        this.#listeners.delete(name);
      }
    };
  }
}

/** Whether two values are the same; lists and objects are compared by what is in them. */
export function same(one: Json | undefined, other: Json | undefined): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  return JSON.stringify(one) === JSON.stringify(other);
}
