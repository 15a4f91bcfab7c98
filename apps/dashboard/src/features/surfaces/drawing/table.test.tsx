import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Json } from "@/client/frames";
import type { Column, Kind } from "@/client/nodes";

import { column, draw } from "../../../../tests/drawing";

const COLUMNS: Column[] = [
  { key: "name", label: "Name", kind: "text", editable: true },
  { key: "uses", label: "Uses", kind: "number", editable: true },
  { key: "last", label: "Last", kind: "moment", editable: false },
  { key: "on", label: "On", kind: "toggle", editable: false },
  { key: "go", label: "Go", kind: "button", editable: false },
];
const TABLE: Kind = { type: "table", columns: COLUMNS, empty: "Nothing yet." };
const ROWS: Json = [
  { id: "1", name: "pelican", uses: 10, last: 1_700_000_000_000, on: true, go: "Try" },
  { id: "2", name: "Duck 10", uses: 9, last: 1_600_000_000_000, on: false, go: "" },
  { id: "3", name: "duck 9", uses: "many", last: 8.64e15 + 1, on: "yes", go: "Try" },
];

const user = userEvent.setup();
const firstCells = () =>
  screen
    .getAllByRole("row")
    .slice(1)
    .map((row) => within(row).getAllByRole("cell")[0]?.querySelector("input")?.value);

async function drawTable(rows: Json, parts = {}) {
  const drawn = draw(
    column({ id: "birds", kind: TABLE, value: { bound: "rows" } }),
    { rows },
    parts,
  );
  await screen.findByRole("table");
  return drawn;
}

describe("a table", () => {
  it("is sorted up, down, and as the plugin has it, by what a column holds", async () => {
    await drawTable(ROWS);
    const press = (name: string) => user.click(screen.getByRole("button", { name }));
    await press("Name");
    expect(firstCells()).toEqual(["duck 9", "Duck 10", "pelican"]);
    expect(screen.getByRole("columnheader", { name: "Name" })).toHaveAttribute(
      "aria-sort",
      "ascending",
    );
    await press("Name");
    expect(firstCells()).toEqual(["pelican", "Duck 10", "duck 9"]);
    await press("Name");
    expect(firstCells()).toEqual(["pelican", "Duck 10", "duck 9"]);
    expect(screen.getByRole("columnheader", { name: "Name" })).not.toHaveAttribute("aria-sort");
    await press("Uses");
    expect(firstCells()).toEqual(["duck 9", "Duck 10", "pelican"]);
  });

  it("tells which cell was changed, toggled or pressed", async () => {
    const { act } = await drawTable(ROWS);
    const name = screen.getByRole("textbox", { name: "Name: 1" });
    await user.clear(name);
    await user.type(name, "heron{Enter}");
    const uses = screen.getByRole("spinbutton", { name: "Uses: 2" });
    await user.clear(uses);
    await user.type(uses, "12");
    await user.tab();
    await user.click(screen.getByRole("switch", { name: "On: 2" }));
    expect(screen.getAllByRole("button", { name: "Try" })).toHaveLength(2);
    await user.click(screen.getAllByRole("button", { name: "Try" })[1]!);
    expect(act.mock.calls).toEqual([
      ["birds", { changed: { row: "1", column: "name", value: "heron" } }],
      ["birds", { changed: { row: "2", column: "uses", value: 12 } }],
      ["birds", { changed: { row: "2", column: "on", value: true } }],
      ["birds", { pressed: { row: "3", column: "go" } }],
    ]);
  });

  it("takes back what was typed with Escape, and tells nothing that did not change", async () => {
    const { act } = await drawTable(ROWS);
    const name = screen.getByRole("textbox", { name: "Name: 1" });
    await user.type(name, "xyz{Escape}");
    expect(name).toHaveValue("pelican");
    await user.type(name, "{Enter}");
    await user.tab();
    expect(act).not.toHaveBeenCalled();
  });

  it("goes back, and says why, when a cell is refused", async () => {
    await drawTable(ROWS, { act: () => Promise.reject(new Error("no such bird")) });
    const toggle = screen.getByRole("switch", { name: "On: 1" });
    await user.click(toggle);
    expect(
      (await screen.findAllByText("Counter could not be told: no such bird"))[0],
    ).toBeVisible();
    expect(toggle).toBeChecked();
  });

  it("is only read in rows that have no id, and says so when there are none", async () => {
    const { set } = await drawTable([{ name: "nameless", on: true, go: "Try" }, 5, null]);
    expect(screen.queryByRole("textbox")).toBeNull();
    expect(screen.queryByRole("button", { name: "Try" })).toBeNull();
    set({ rows: [] });
    expect(await screen.findByText("Nothing yet.")).toBeVisible();
  });

  it("shows no moment where there is none", async () => {
    const { container } = await drawTable(ROWS);
    expect(container.querySelectorAll("time")).toHaveLength(2);
  });
});

describe("a table of a thousand rows", () => {
  beforeEach(() => {
    vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(400);
    vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(600);
  });
  afterEach(() => vi.restoreAllMocks());

  it("draws only the rows in sight, and says how many there are", async () => {
    const rows = Array.from({ length: 1_000 }, (_, index) => ({
      id: String(index),
      name: `bird ${index}`,
    }));
    await drawTable(rows);
    const drawn = screen.getAllByRole("row");
    expect(drawn.length).toBeGreaterThan(5);
    expect(drawn.length).toBeLessThan(60);
    expect(screen.getByRole("table")).toHaveAttribute("aria-rowcount", "1001");
    expect(drawn[1]).toHaveAttribute("aria-rowindex", "2");
  });
});
