import type { Json } from "@/client/frames";
import { same } from "./values";

/** When what a person changes is told: at once, at most so often, or when they pause. */
export type Pace = { how: "at-once" } | { how: "throttled" | "debounced"; milliseconds: number };

/** How long a value of the plugin's that differs from what was set is taken for an older answer. */
const SETTLING_MILLISECONDS = 400;

export interface ControlState {
  /** What the person set, for as long as it counts more than the plugin's value. */
  held: Json | undefined;
  /** Why the last change was refused. */
  error: string | null;
}

/**
 * What a person does with one control. A change shows at once, is told to the plugin with the last
 * value winning, and gives way to the plugin's own value when that moves, or at once when the change
 * is refused.
 */
export class Control {
  #state: ControlState = { held: undefined, error: null };
  #source: Json | undefined;
  #telling = false;
  /** A change fell due while another was being told. */
  #due = false;
  /** It is in a form, so that nothing but the form's being sent ends what is held. */
  #kept = false;
  #toldAt = -Infinity;
  /** Runs while a change waits to be told. */
  #waiting: ReturnType<typeof setTimeout> | undefined;
  /** Runs while the plugin's value is about to count again. */
  #settling: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #tell: (value: Json) => Promise<unknown>;
  readonly #pace: Pace;
  readonly #keepsRefused: boolean;

  /** `keepsRefused`: a refused text stays where it was typed, beside the reason. */
  constructor(tell: (value: Json) => Promise<unknown>, pace: Pace, keepsRefused = false) {
    this.#tell = tell;
    this.#pace = pace;
    this.#keepsRefused = keepsRefused;
  }

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): ControlState => this.#state;

  /** Shows the value without telling it: what is in a form is told when the form is sent. */
  hold(value: Json): void {
    this.#kept = true;
    this.#stopTimers();
    this.#show({ held: value, error: null });
  }

  change(value: Json): void {
    this.hold(value);
    this.#kept = false;
    const pace = this.#pace;
    let wait = 0;
    if (pace.how === "debounced") wait = pace.milliseconds;
    if (pace.how === "throttled") wait = this.#toldAt + pace.milliseconds - performance.now();
    this.#waiting = setTimeout(this.flush, Math.max(0, wait));
    if (wait <= 0) this.flush();
  }

  /** Tells what was not told yet. */
  readonly flush = (): void => {
    const { held } = this.#state;
    if (this.#waiting === undefined || held === undefined) return;
    // One tells at a time, so that the last value arrives last.
    this.#due = this.#telling;
    if (this.#due) return;
    this.#stopTimers();
    void this.#tellNow(held);
  };

  /** Gives way to the plugin's value. */
  readonly release = (): void => {
    this.#stopTimers();
    this.#show({ held: undefined, error: null });
  };

  /** Says what the plugin's value is now. */
  sourceIs(value: Json | undefined): void {
    if (same(this.#source, value)) return;
    this.#source = value;
    this.#settle();
  }

  async #tellNow(value: Json): Promise<void> {
    this.#telling = true;
    this.#toldAt = performance.now();
    const before = this.#source;
    let error: string | null = null;
    try {
      await this.#tell(value);
    } catch (refusal) {
      error = refusal instanceof Error ? refusal.message : String(refusal);
    }
    this.#telling = false;
    if (this.#waiting !== undefined) {
      if (this.#due) this.flush();
    } else if (error !== null) {
      this.#show({ held: this.#keepsRefused ? value : undefined, error });
    } else if (!same(before, this.#source)) this.#settle();
  }

  #settle(): void {
    const { held } = this.#state;
    if (held === undefined || this.#kept || this.#telling || this.#waiting !== undefined) return;
    if (same(held, this.#source)) this.release();
    else this.#settling ??= setTimeout(this.release, SETTLING_MILLISECONDS);
  }

  #stopTimers(): void {
    clearTimeout(this.#waiting);
    clearTimeout(this.#settling);
    this.#waiting = undefined;
    this.#settling = undefined;
  }

  #show(state: ControlState): void {
    this.#state = state;
    this.#listeners.forEach((listener) => {
      listener();
    });
  }
}
