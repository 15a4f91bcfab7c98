import { act as settle, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Profiler, useRef } from "react";
import { describe, expect, it } from "vitest";

import type { Kind, Node } from "@/client/nodes";

import { BODY, column, COLUMN, draw } from "../../../../tests/drawing";
import type { KindProps } from "./surface";
import { useValue } from "./surface";
import { treeOf } from "./table";
import { USABLE_KINDS } from "./usable";

const NAME: Kind = {
  type: "text-input",
  label: "Name",
  placeholder: "",
  lines: 1,
  "max-length": 40,
};

/** A text that counts how often it was rendered. */
function counting() {
  const renders: Record<string, number> = {};
  function CountedText({ branch }: KindProps<"text">) {
    const value = useValue(branch.node.value);
    const id = useRef(branch.node.id ?? "").current;
    return (
      <Profiler id={id} onRender={() => (renders[id] = (renders[id] ?? 0) + 1)}>
        <p>{JSON.stringify(value ?? null).replaceAll('"', "")}</p>
      </Profiler>
    );
  }
  return { renders, kinds: { ...USABLE_KINDS, text: CountedText } };
}

describe("a value that changes", () => {
  it("renders only the nodes that are bound to it", () => {
    const { renders, kinds } = counting();
    const nodes = column(
      { id: "a", kind: BODY, value: { bound: "a" } },
      { id: "b", kind: BODY, value: { bound: "b" } },
      { id: "also-a", kind: BODY, value: { bound: "a" } },
      { id: "still", kind: BODY, value: { constant: "c" } },
    );
    const { set } = draw(nodes, { a: 1, b: 1 }, { kinds });
    settle(() => set({ a: 2 }));
    settle(() => set({ a: 3, unknown: 9 }));
    settle(() => set({ a: 3 }));
    expect(renders).toEqual({ a: 3, "also-a": 3, b: 1, still: 1 });
    expect(screen.getAllByText("3")).toHaveLength(2);
  });

  it("renders one node of two thousand", () => {
    const { renders, kinds } = counting();
    const nodes: Node[] = [COLUMN];
    for (let index = 1; index < 2_000; index += 1) {
      nodes.push({ parent: 0, id: `n${index}`, kind: BODY, value: { bound: `v${index}` } });
    }
    const { set } = draw(nodes, {}, { kinds });
    settle(() => set({ v1500: "here" }));
    expect(screen.getByText("here")).toBeVisible();
    expect(Object.values(renders).reduce((sum, count) => sum + count, 0)).toBe(1_999 + 1);
  });
});

describe("a new table", () => {
  it("keeps the focus and what was typed, also where the node has another parent", async () => {
    const user = userEvent.setup();
    const { redraw } = draw(
      column({ kind: BODY, value: { constant: "before" } }, { id: "name", kind: NAME }),
    );
    const first = screen.getByRole("textbox");
    await user.type(first, "typed");
    redraw(column({ id: "name", kind: NAME }, { kind: BODY, value: { constant: "after" } }));
    expect(screen.getByRole("textbox")).toBe(first);
    redraw([
      COLUMN,
      { parent: 0, kind: { type: "card", title: "Now in a box" } },
      { parent: 1, id: "name", kind: NAME },
    ]);
    const moved = screen.getByRole("textbox");
    expect(moved).not.toBe(first);
    expect(moved).toHaveValue("typed");
    expect(moved).toHaveFocus();
    await user.keyboard("!");
    expect(moved).toHaveValue("typed!");
  });

  it("forgets what was typed in a node that is gone", async () => {
    const user = userEvent.setup();
    const { redraw } = draw(column({ id: "name", kind: NAME }));
    await user.type(screen.getByRole("textbox"), "typed");
    redraw(column());
    redraw(column({ id: "name", kind: NAME }));
    expect(screen.getByRole("textbox")).toHaveValue("");
  });
});

describe("a hostile table", () => {
  it("shows markup as the text it is", () => {
    const evil = "<script>window.evil = true</script><img src=x onerror=alert(1)>";
    const { container } = draw(
      column(
        { kind: BODY, value: { constant: evil } },
        { kind: { type: "card", title: evil } },
        { kind: { type: "markdown" }, value: { constant: evil } },
        {
          kind: { type: "markdown" },
          value: {
            constant: { blocks: [{ type: "paragraph", content: [{ type: "text", text: evil }] }] },
          },
        },
        {
          id: "b",
          kind: { type: "button", label: evil, tone: "normal", icon: evil, confirm: evil },
        },
        { kind: { type: "items" }, value: { constant: [evil] } },
      ),
    );
    expect(container.querySelector("script, img")).toBeNull();
    expect(screen.getAllByText(evil)).toHaveLength(6);
  });

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "http://example.com",
    "//example.com",
    "https://user@example.com",
    7,
    null,
  ])("makes no link of %s, even if the host let it through", (href) => {
    const content = [{ type: "link", href, content: [{ type: "text", text: "go" }] }];
    draw(
      column({
        kind: { type: "markdown" },
        value: { constant: { blocks: [{ type: "paragraph", content }] } },
      }),
    );
    expect(screen.getByText("go")).toBeVisible();
    expect(screen.queryByRole("link")).toBeNull();
  });

  it("draws kinds with values of every other type as if they were not set", () => {
    const kinds: Kind[] = [
      BODY,
      { type: "markdown" },
      { type: "items" },
      { type: "log", lines: 5 },
      { type: "stat", label: "s", unit: "" },
      { type: "progress", label: "p", maximum: 0 },
      { type: "chart", label: "c", shape: "line", unit: "" },
      {
        type: "table",
        columns: [{ key: "a", label: "A", kind: "moment", editable: false }],
        empty: "",
      },
      { type: "slider", label: "l", minimum: 5, maximum: 5, step: 0 },
    ];
    const values = [
      null,
      true,
      1e308,
      "text",
      [[[]]],
      [null, 5, {}],
      { blocks: 5, labels: {}, series: [null] },
    ];
    for (const value of values) {
      const { unmount } = draw(
        column(...kinds.map((kind) => ({ kind, value: { constant: value } }))),
      );
      unmount();
    }
  });

  it("leaves out what has no parent before it, what would be a circle, and what is too deep", () => {
    const text = (parent: number): Node => ({ parent, kind: BODY });
    const tree = treeOf([COLUMN, text(2), text(1), text(99), { kind: BODY }, text(0)]);
    expect(tree?.children).toHaveLength(1);
    const deep: Node[] = [
      COLUMN,
      ...Array.from({ length: 5_000 }, (_, index): Node => ({ ...COLUMN, parent: index })),
    ];
    let depth = 0;
    for (let branch = treeOf(deep); branch; branch = branch.children[0] ?? null) depth += 1;
    expect(depth).toBe(16);
  });

  it("does not draw a kind that it does not know", () => {
    const { container } = draw(
      column(
        { kind: { type: "iframe" } as unknown as Kind },
        { kind: { type: "constructor" } as unknown as Kind },
      ),
    );
    expect(container.querySelector(".drawn-column")).toBeEmptyDOMElement();
  });
});
