import type { ViewStore } from "@/client/view-store";
import type { Drawing, KeyedViews } from "@/client/views";

import { ValueStore } from "./values";

/**
 * A drawing as the host shows it, in two speeds: a new table draws the surface again, a new value only
 * tells who is bound to it.
 */
export class DrawingFeed<View extends "surface" | "overlay"> {
  readonly values = new ValueStore();
  #shown: KeyedViews[View] | undefined;

  constructor(
    private readonly views: ViewStore,
    private readonly view: View,
    private readonly key: string,
  ) {}

  /** Calls the listener when anything but a value changed. */
  readonly listen = (listener: () => void): (() => void) => {
    this.#take();
    return this.views.watch(this.view, this.key, () => {
      if (this.#take()) listener();
    });
  };

  readonly shown = (): KeyedViews[View] | undefined => this.#shown;

  #take(): boolean {
    const data = this.views.data(this.view, this.key) as KeyedViews[View] | undefined;
    if (!data) return false;
    this.values.replace(data.values);
    const before = this.#shown;
    if (before && sameButValues(before, data)) return false;
    this.#shown = data;
    return true;
  }
}

function sameButValues(one: Drawing, other: Drawing): boolean {
  const fields = Object.entries({ ...other, values: one.values });
  return fields.every(([field, value]) => Object.is(one[field as keyof Drawing], value));
}
