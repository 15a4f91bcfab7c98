import type { ClientFrame, HostFrame, Json, JsonObject } from "../frames";
import type { Line, LineListener } from "../transport";
import type { Event } from "../views";

/** What a call does; what it throws is the failure's message. */
export type Action = (params: JsonObject) => unknown;

const HISTORY = 2_000;

/** A host in memory: views, calls and events, without a network or a clock of its own. */
export class FakeHost {
  readonly actions = new Map<string, Action>();
  readonly history: Event[] = [];

  /** Whether nobody is there to take a new line. */
  #away = false;
  #views = new Map<string, unknown>();
  #lines = new Set<FakeLine>();
  #events = 0;

  /** What is shown; the caller says what it is. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  view<T>(view: string, key?: string): T {
    return this.#views.get(id(view, key)) as T;
  }

  /** Shows a view's data to whoever watches it. */
  show(view: string, data: unknown, key?: string): void {
    this.#views.set(id(view, key), data);
    for (const line of this.#lines) line.changed(view, key);
  }

  /** Changes values of a drawing. */
  change(view: string, key: string, set: JsonObject, append: Record<string, Json[]> = {}): void {
    const drawing = this.view<{ values: JsonObject }>(view, key);
    const values = { ...drawing.values, ...set };
    for (const [name, added] of Object.entries(append)) {
      values[name] = [...((values[name] as Json[] | undefined) ?? []), ...added];
    }
    this.#views.set(id(view, key), { ...drawing, values });
    for (const line of this.#lines) line.values({ type: "values", view, key, set, append });
  }

  publish(
    topic: string,
    data: JsonObject,
    about: Partial<Omit<Event, "topic" | "data">> = {},
  ): Event {
    this.#events += 1;
    const event: Event = {
      id: `fake-${this.#events}`,
      topic,
      source: "simulator",
      time: Date.now(),
      ...about,
      data,
    };
    this.history.push(event);
    if (this.history.length > HISTORY) this.history.shift();
    for (const line of this.#lines) line.happened(event);
    return event;
  }

  get published(): number {
    return this.#events;
  }

  /** Opens a line; in a microtask, for no transport answers before `open` did. */
  open(listener: LineListener): Line {
    const line = new FakeLine(this, listener, () => this.#lines.delete(line));
    this.#lines.add(line);
    queueMicrotask(() => {
      if (this.#away) line.end("lost");
      else line.begin();
    });
    return line;
  }

  /** What a page sees when the host stops; or when it no longer lets the page in. */
  goAway(why: "lost" | "refused" = "lost"): void {
    this.#away = true;
    for (const line of [...this.#lines]) line.end(why);
  }

  comeBack(): void {
    this.#away = false;
  }
}

class FakeLine implements Line {
  #watched = new Set<string>();
  #subscribed = new Set<string>();
  #closed = false;

  constructor(
    private readonly host: FakeHost,
    private readonly listener: LineListener,
    private readonly gone: () => void,
  ) {}

  begin(): void {
    if (!this.#closed) this.listener.opened();
  }

  end(why: "lost" | "refused"): void {
    if (this.#closed) return;
    this.#closed = true;
    this.gone();
    this.listener.closed(why);
  }

  close(): void {
    this.end("lost");
  }

  send(frame: ClientFrame): void {
    switch (frame.type) {
      case "watch":
        this.#watched.add(id(frame.view, frame.key));
        this.changed(frame.view, frame.key);
        break;
      case "unwatch":
        this.#watched.delete(id(frame.view, frame.key));
        break;
      case "subscribe":
        this.#subscribed.add(`${frame.module}.${frame.name}`);
        break;
      case "unsubscribe":
        this.#subscribed.delete(`${frame.module}.${frame.name}`);
        break;
      case "call":
        this.#answer(frame);
        break;
    }
  }

  changed(view: string, key: string | null | undefined): void {
    if (!this.#watched.has(id(view, key))) return;
    const data = this.host.view<Json | undefined>(view, key ?? undefined);
    // As after a wire: nothing that the page has changes under it.
    if (data !== undefined)
      this.#receive({
        type: "view",
        view,
        ...(key == null ? {} : { key }),
        data: structuredClone(data),
      });
  }

  values(frame: HostFrame & { type: "values" }): void {
    if (this.#watched.has(id(frame.view, frame.key))) this.#receive(frame);
  }

  happened(event: Event): void {
    const [module = "", ...rest] = event.topic.split(".");
    const name = rest.join(".");
    const wanted = ["*.*", `${module}.*`, event.topic].some((pattern) =>
      this.#subscribed.has(pattern),
    );
    if (!wanted) return;
    const { id, source, time, data, account, cause, simulated, replayed } = event;
    this.#receive({
      type: "event",
      module,
      name,
      version: 1,
      data,
      timestamp: time,
      details: {
        id,
        source,
        ...(account && { account }),
        ...(cause && { cause }),
        ...(simulated && { simulated }),
        ...(replayed && { replayed }),
      },
    });
  }

  #answer({ request_id, module, name, params }: ClientFrame & { type: "call" }): void {
    const action = this.host.actions.get(`${module}.${name}`);
    const respond = (success: boolean, data: Json) =>
      this.#receive({ type: "response", request_id, success, data });
    if (!action) {
      respond(false, { error: "not-found", message: `\`${module}.${name}\` does not exist` });
      return;
    }
    Promise.resolve()
      .then(() => action(params ?? {}))
      .then((data) => respond(true, (data ?? {}) as Json))
      .catch((error: unknown) => {
        respond(false, {
          error: "refused",
          message: error instanceof Error ? error.message : String(error),
        });
      });
  }

  #receive(frame: HostFrame): void {
    queueMicrotask(() => {
      if (!this.#closed) this.listener.received(frame);
    });
  }
}

function id(view: string, key: string | null | undefined): string {
  return key == null ? view : `${view} ${key}`;
}
