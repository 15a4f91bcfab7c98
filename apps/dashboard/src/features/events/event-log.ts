import type { EventFrame } from "@/client/frames";
import type { Event } from "@/client/views";

/** How many events the page keeps; older ones go. */
export const CAPACITY = 5_000;

/** How many different families and sources are offered to choose from. */
const MOST_CHOICES = 100;

export type Entry = {
  /** Counts what the page heard. */
  number: number;
  event: Event;
};

export type Filter = { text: string; family: string; source: string };

export const EVERYTHING: Filter = { text: "", family: "", source: "" };

export type Snapshot = {
  /** What passes the filter, oldest first. */
  entries: readonly Entry[];
  /** How many are kept, whether they pass or not. */
  kept: number;
  /** How many passed since the page was held. */
  unseen: number;
  families: readonly string[];
  sources: readonly string[];
};

/**
 * The latest events, filtered. However many come, it tells its listeners no more often than `schedule`
 * lets it draw; and while nothing is drawn, as in a tab at the back, it keeps no more than its capacity.
 */
export class EventLog {
  #incoming: Event[] = [];
  #all: Entry[] = [];
  #shown: Entry[] = [];
  #numbers = 0;
  #known = new Set<string>();
  #filter = EVERYTHING;
  #held: Snapshot | null = null;
  #unseen = 0;
  #scheduled = false;
  #families = new Set<string>();
  #sources = new Set<string>();
  #listeners = new Set<() => void>();
  #snapshot: Snapshot = { entries: [], kept: 0, unseen: 0, families: [], sources: [] };

  constructor(private readonly schedule: (draw: () => void) => void) {}

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  snapshot = (): Snapshot => this.#snapshot;

  add(event: Event): void {
    this.#incoming.push(event);
    if (this.#incoming.length > 2 * CAPACITY) this.#incoming = this.#incoming.slice(-CAPACITY);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.schedule(() => {
      this.#scheduled = false;
      this.#take(this.#incoming.slice(-CAPACITY));
      this.#incoming = [];
    });
  }

  /** Puts what happened before in front of what was heard since. */
  prepend(events: readonly Event[]): void {
    const later = this.#all.map(({ event }) => event);
    const known = new Set(later.map(({ id }) => id));
    this.#all = [];
    this.#shown = [];
    this.#known.clear();
    this.#take([...events.filter(({ id }) => !known.has(id)), ...later]);
  }

  filter(filter: Filter): void {
    this.#filter = filter;
    const passes = predicate(filter);
    this.#shown = this.#all.filter(passes);
    if (this.#held) this.#held = { ...this.#held, entries: this.#shown };
    this.#tell();
  }

  /** Keeps what is shown as it is, while the log goes on. */
  hold(): void {
    if (this.#held) return;
    this.#unseen = 0;
    this.#held = this.#snapshot;
  }

  release(): void {
    if (!this.#held) return;
    this.#held = null;
    this.#unseen = 0;
    this.#tell();
  }

  clear(): void {
    this.#all = [];
    this.#shown = [];
    this.#known.clear();
    this.#held = null;
    this.#unseen = 0;
    this.#tell();
  }

  #take(events: readonly Event[]): void {
    const passes = predicate(this.#filter);
    const added: Entry[] = [];
    for (const event of events) {
      if (this.#known.has(event.id)) continue;
      this.#known.add(event.id);
      this.#numbers += 1;
      const entry = { number: this.#numbers, event };
      this.#all.push(entry);
      const [family = event.topic] = event.topic.split(".");
      if (this.#families.size < MOST_CHOICES) this.#families.add(family);
      if (this.#sources.size < MOST_CHOICES) this.#sources.add(event.source);
      if (!passes(entry)) continue;
      added.push(entry);
    }
    this.#unseen += added.length;
    for (const gone of this.#all.splice(0, this.#all.length - CAPACITY)) {
      this.#known.delete(gone.event.id);
    }
    const oldest = this.#all[0]?.number ?? 0;
    const shown = [...this.#shown, ...added];
    const first = shown.findIndex(({ number }) => number >= oldest);
    // A new list each time: what is held is the one of before.
    this.#shown = first < 0 ? [] : shown.slice(first);
    this.#tell();
  }

  #tell(): void {
    const now = {
      entries: this.#shown,
      kept: this.#all.length,
      unseen: 0,
      families: sorted(this.#snapshot.families, this.#families),
      sources: sorted(this.#snapshot.sources, this.#sources),
    };
    this.#snapshot = this.#held
      ? { ...now, entries: this.#held.entries, unseen: this.#unseen }
      : now;
    for (const listener of this.#listeners) listener();
  }
}

/** The same list as long as nothing came to it, so that what shows it need not be drawn again. */
function sorted(before: readonly string[], now: Set<string>): readonly string[] {
  return before.length === now.size ? before : [...now].sort();
}

function predicate({ text, family, source }: Filter): (entry: Entry) => boolean {
  const wanted = text.trim().toLowerCase();
  return ({ event }) =>
    (family === "" || event.topic === family || event.topic.startsWith(`${family}.`)) &&
    (source === "" || event.source === source) &&
    (wanted === "" ||
      event.topic.includes(wanted) ||
      event.source.includes(wanted) ||
      JSON.stringify(event.data).toLowerCase().includes(wanted));
}

/** An event as the page hears it, in the shape of the history's. */
export function eventOf(frame: EventFrame, number: number): Event {
  const { module, name, timestamp, data, details } = frame;
  return {
    id: `unnamed-${number}`,
    source: "",
    ...details,
    topic: name === "" ? module : `${module}.${name}`,
    time: timestamp,
    data,
  };
}
