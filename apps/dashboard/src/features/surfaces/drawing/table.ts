import type { Kind, Node } from "@/client/nodes";

/** A node with its children, so that drawing never searches the table. */
export interface Branch<K extends Kind = Kind> {
  node: Node & { kind: K };
  /** Stays the same when the table is replaced, so that what was drawn for the node is kept. */
  key: string;
  children: Branch[];
}

/** As the host has it; a table that says otherwise is cut here rather than believed. */
const DEEPEST = 16;

/**
 * Turns the flat table into a tree, in one pass. The host refuses a table whose parents do not stand
 * before their children; a node for which that is not so is left out with all that is in it.
 */
export function treeOf(nodes: readonly Node[]): Branch | null {
  const placed: ({ branch: Branch; depth: number; keys: Map<string, number> } | null)[] = [];
  let root: Branch | null = null;
  nodes.forEach((node, index) => {
    placed.push(null);
    const parent = node.parent == null ? undefined : placed[node.parent];
    if (node.parent == null ? index !== 0 : !parent || parent.depth >= DEEPEST) return;
    const branch: Branch = { node, key: keyIn(parent?.keys, node), children: [] };
    placed[index] = { branch, depth: (parent?.depth ?? 0) + 1, keys: new Map() };
    if (parent) parent.branch.children.push(branch);
    else root = branch;
  });
  return root;
}

/** A node without an id is the n-th of its kind in its parent. */
function keyIn(siblings: Map<string, number> | undefined, node: Node): string {
  const base = node.id ? `#${node.id}` : node.kind.type;
  const seen = siblings?.get(base) ?? 0;
  siblings?.set(base, seen + 1);
  return seen === 0 ? base : `${base} ${String(seen)}`;
}

/** Every id that a control of the tree has. */
export function idsIn(tree: Branch | null): Set<string> {
  const ids = new Set<string>();
  const waiting = tree ? [tree] : [];
  for (let branch = waiting.pop(); branch; branch = waiting.pop()) {
    if (branch.node.id) ids.add(branch.node.id);
    waiting.push(...branch.children);
  }
  return ids;
}
