import "./drawing.css";

import { memo, useLayoutEffect, useMemo, useRef } from "react";

import type { Node } from "@/client/nodes";

import type { KindProps, Surface } from "./surface";
import { SurfaceContext, useNamed, useSurface } from "./surface";
import type { Branch } from "./table";
import { idsIn, treeOf } from "./table";

/** Draws a table. A new table keeps what has the same id: its focus and what was typed. */
export function Drawing({ nodes, surface }: { nodes: readonly Node[]; surface: Surface }) {
  const tree = useMemo(() => treeOf(nodes), [nodes]);
  const place = useRef<HTMLDivElement>(null);
  const focused = useRef<Focus | null>(null);

  useLayoutEffect(() => {
    surface.controls.keepOnly(idsIn(tree));
    const before = focused.current;
    const there = place.current;
    if (before && there && !document.contains(before.element)) focusAgain(there, before);
  }, [tree, surface]);

  return (
    <SurfaceContext value={surface}>
      {/* It only watches where the focus is; it takes none itself. */}
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div
        ref={place}
        className="drawing"
        onFocus={({ target }) => {
          const control = target.closest<HTMLElement>("[data-node]");
          focused.current = control?.dataset.node
            ? { node: control.dataset.node, element: target }
            : null;
        }}
        onBlur={({ target, relatedTarget }) => {
          // An element that is taken away tells of its blur too, and is then to be found again.
          if (relatedTarget || document.contains(target)) focused.current = null;
        }}
      >
        {tree && <NodeView branch={tree} />}
      </div>
    </SurfaceContext>
  );
}

interface Focus {
  node: string;
  element: HTMLElement;
}

/** A node that moved to another parent is made anew; the focus goes with it. */
function focusAgain(place: HTMLElement, { node, element }: Focus): void {
  const control = [...place.querySelectorAll<HTMLElement>("[data-node]")].find(
    (candidate) => candidate.dataset.node === node,
  );
  const target = control?.matches("input, textarea, button, select, [tabindex]")
    ? control
    : control?.querySelector<HTMLElement>("input, textarea, button, select, [tabindex]");
  target?.focus({ preventScroll: true });
  if (isTextField(target) && isTextField(element)) {
    target.setSelectionRange(element.selectionStart, element.selectionEnd);
  }
}

function isTextField(
  element: HTMLElement | null | undefined,
): element is HTMLInputElement | HTMLTextAreaElement {
  return (
    element instanceof HTMLTextAreaElement ||
    (element instanceof HTMLInputElement && element.type === "text")
  );
}

/** One node with what is in it. */
export const NodeView = memo(function NodeView({ branch }: { branch: Branch }) {
  const { kinds } = useSurface();
  const hidden = useNamed(branch.node.visible) === false;
  const { type } = branch.node.kind;
  if (hidden || !Object.hasOwn(kinds, type)) return null;
  const Kind = kinds[type] as React.ComponentType<KindProps>;
  return <Kind branch={branch} />;
});

export function Children({ branch }: { branch: Branch }) {
  return branch.children.map((child) => <NodeView key={child.key} branch={child} />);
}
