import type { Json } from "@/client/frames";

import type { Pace } from "./control";
import { Control } from "./control";

/**
 * The controls of a surface, by node. They stand outside the tree that is drawn, so that what a
 * person typed survives a new table, wherever in it the node is.
 */
export class Controls {
  readonly #controls = new Map<string, Map<string, Control>>();

  /** The control of a node, or of one cell in it; made at the first time with what is given. */
  of(
    node: string,
    cell: string,
    make: () => { tell: (value: Json) => Promise<unknown>; pace: Pace; keepsRefused?: boolean },
  ): Control {
    let cells = this.#controls.get(node);
    if (!cells) this.#controls.set(node, (cells = new Map<string, Control>()));
    let control = cells.get(cell);
    if (!control) {
      const { tell, pace, keepsRefused } = make();
      cells.set(cell, (control = new Control(tell, pace, keepsRefused)));
    }
    return control;
  }

  /** What the person set there and the plugin did not answer yet. */
  held(node: string): Json | undefined {
    return this.#controls.get(node)?.get("")?.state().held;
  }

  release(node: string): void {
    this.#controls.get(node)?.forEach((control) => {
      control.release();
    });
  }

  /** Forgets the nodes that are not in the new table. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of [...this.#controls.keys()]) if (!ids.has(id)) this.#controls.delete(id);
  }
}
