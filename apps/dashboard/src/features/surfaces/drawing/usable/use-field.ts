import { createContext, use } from "react";

import type { Json } from "@/client/frames";

import type { Control, Pace } from "../control";
import type { KindProps } from "../surface";
import { useControl, useSurface } from "../surface";
import type { Branch } from "../table";

export const AT_ONCE: Pace = { how: "at-once" };
export const WHILE_SLIDING: Pace = { how: "throttled", milliseconds: 100 };
export const AFTER_TYPING: Pace = { how: "debounced", milliseconds: 500 };

/** Whether what is changed here is told together, when the form is sent. */
export const FormContext = createContext(false);

export interface Field {
  value: Json | undefined;
  /** What the person set counts more than the plugin's value. */
  held: boolean;
  problem: string | undefined;
  /** No one can use a node without an id: the plugin could not be told which it was. */
  disabled: boolean;
  /** A form is not sent without it. */
  required: boolean;
  control: Control;
  change: (value: Json) => void;
}

export function useField(branch: Branch, pace: Pace, keepsRefused = false): Field {
  const { controls, act } = useSurface();
  const inForm = use(FormContext);
  const id = branch.node.id ?? "";
  const control = controls.of(id, id ? "" : branch.key, () => ({
    tell: (changed: Json) => act(id, { changed }),
    pace,
    keepsRefused,
  }));
  const { value, held, error } = useControl(control, branch.node.value);
  return {
    value,
    held: held !== undefined,
    problem: error ?? undefined,
    disabled: id === "",
    required: inForm,
    control,
    change: (changed) => (inForm ? control.hold(changed) : control.change(changed)),
  };
}

/** The node's id on what is drawn for it, by which the focus is found again after a redraw. */
export function mark({ branch }: KindProps): { "data-node": string | undefined } {
  return { "data-node": branch.node.id };
}
