import { useState } from "react";

import type { Json, JsonObject } from "@/client/frames";
import type { Kind, KindName } from "@/client/nodes";
import { Button } from "@/ui/button";

import { Children } from "../drawing";
import type { KindProps, Surface } from "../surface";
import { useSurface } from "../surface";
import type { Branch } from "../table";
import { FormContext } from "./use-field";

export function Form({ branch }: KindProps<"form">) {
  const surface = useSurface();
  const id = branch.node.id ?? "";
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const submit = async () => {
    const submitted = filledIn(branch, surface);
    setBusy(true);
    setProblem(null);
    try {
      await surface.act(id, { submitted });
      for (const field of Object.keys(submitted)) surface.controls.release(field);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };

  return (
    <form
      className="drawn-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <FormContext value>
        <Children branch={branch} />
      </FormContext>
      {problem !== null && (
        <p role="alert" className="drawn-problem">
          {problem}
        </p>
      )}
      <Button type="submit" variant="primary" busy={busy} disabled={id === ""}>
        {branch.node.kind.label}
      </Button>
    </form>
  );
}

/** The values of all fields in it that are there, by the fields' ids. */
function filledIn(branch: Branch, { controls, values }: Surface): JsonObject {
  const filled: JsonObject = {};
  const look = ({ node, children }: Branch): void => {
    if (node.visible != null && values.get(node.visible) === false) return;
    const { id, value, kind } = node;
    const bound = typeof value === "object" && "bound" in value ? values.get(value.bound) : null;
    const source = typeof value === "object" && "constant" in value ? value.constant : bound;
    const filledIn = id && isField(kind) ? (controls.held(id) ?? source ?? whileEmpty(kind)) : null;
    if (id && filledIn != null) filled[id] = filledIn;
    children.forEach(look);
  };
  look(branch);
  return filled;
}

const FIELDS = new Set<KindName>([
  "toggle",
  "slider",
  "select",
  "text-input",
  "number-input",
] satisfies KindName[]);

function isField({ type }: Kind): boolean {
  return FIELDS.has(type);
}

/** What a field holds that no one filled in; none for one that has to be. */
function whileEmpty(kind: Kind): Json {
  switch (kind.type) {
    case "toggle":
      return false;
    case "slider":
      return kind.minimum;
    case "select":
    case "text-input":
      return "";
    default:
      return null;
  }
}
