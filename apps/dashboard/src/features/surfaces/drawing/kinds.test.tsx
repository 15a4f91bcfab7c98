import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { describe, expect, it, vi } from "vitest";

import { everyKind } from "@/client/fake/surfaces";
import type { Kind, Node } from "@/client/nodes";

import { BODY, column, draw, shown } from "../../../../tests/drawing";

const user = userEvent.setup();

describe("what is shown", () => {
  it("a text shows a string, or a number as people write it", () => {
    draw(column(shown(BODY, "Hello"), shown(BODY, 1234.5)));
    expect(screen.getByText("Hello")).toBeVisible();
    expect(screen.getByText("1,234.5")).toBeVisible();
  });

  it("markdown becomes elements by its structure", () => {
    const content = [
      { type: "strong", content: [{ type: "text", text: "bold" }] },
      { type: "code", text: "code" },
      { type: "link", href: "https://example.com/a", content: [{ type: "text", text: "link" }] },
    ];
    const items = [[{ type: "paragraph", content: [{ type: "text", text: "three" }] }]];
    const blocks = [
      { type: "paragraph", content },
      { type: "list", start: 3, items },
    ];
    draw(column(shown({ type: "markdown" }, { blocks })));
    expect(screen.getByText("bold").tagName).toBe("STRONG");
    expect(screen.getByText("code").tagName).toBe("CODE");
    expect(screen.getByRole("link", { name: "link" })).toHaveAttribute(
      "rel",
      "noreferrer noopener",
    );
    expect(screen.getByText("three").closest("ol")).toHaveAttribute("start", "3");
  });

  it("an image of the plugin's own comes from its folder, one of the web only by https", () => {
    const image: Kind = { type: "image", alt: "Duck", width: 10, height: 0 };
    draw(column(shown(image, "asset:a b/duck.png"), shown(image, "https://example.com/x.png")));
    const sources = screen.getAllByRole("img").map((one) => one.getAttribute("src"));
    expect(sources).toEqual(["/assets-of/counter/a%20b/duck.png", "https://example.com/x.png"]);
  });

  it.each([
    "javascript:alert(1)",
    "http://example.com/a.png",
    "data:image/png;base64,AA",
    "asset:../../api/status",
    "asset:",
    "//evil.example/a.png",
  ])("an image from %s is not loaded, but named", (source) => {
    draw(column(shown({ type: "image", alt: "Duck", width: 0, height: 0 }, source)));
    expect(screen.getByRole("img", { name: "Duck" }).tagName).toBe("SPAN");
  });

  it("an icon is found by its name, also by an older one; for none there is a neutral one", async () => {
    const icon = (name: string) => ({ kind: { type: "icon", name, tone: "good" } as const });
    const names = ["heart", "trash-2", "no-such-icon", "constructor"];
    const { container } = draw(column(...names.map(icon)));
    await waitFor(() => expect(container.querySelectorAll("svg")).toHaveLength(4), {
      timeout: 20_000,
    });
    const [heart, trash, unknown, hostile] = [...container.querySelectorAll("svg")].map(
      (one) => one.outerHTML,
    );
    expect(heart).toContain("lucide-heart");
    expect(trash).toContain("lucide-trash");
    expect(unknown).toContain("lucide-shapes");
    expect(hostile).toBe(unknown);
  }, 30_000);

  it("a stat has its unit, and a dash before it is set", () => {
    const kind: Kind = { type: "stat", label: "Viewers", unit: "people" };
    draw(column(shown(kind, 1200), { kind, value: { bound: "later" } }));
    const [now, later] = screen.getAllByRole("definition");
    expect(now).toHaveTextContent("1,200people");
    expect(later).toHaveTextContent("–");
  });

  it("progress is never beyond its ends", () => {
    const kind: Kind = { type: "progress", label: "Goal", maximum: 50 };
    draw(column(shown(kind, 80), shown(kind, -3), shown(kind, "many")));
    const [over, under, none] = screen.getAllByRole("progressbar", { name: "Goal" });
    expect(over).toHaveAttribute("aria-valuenow", "50");
    expect(under).toHaveAttribute("aria-valuenow", "0");
    expect(none).toHaveAttribute("aria-valuetext", "0 / 50");
  });

  it("items are texts or objects, and two that are the same are both there", () => {
    draw(
      column(shown({ type: "items" }, ["a", "a", { id: "b", text: "bee", detail: "3" }, 7, null])),
    );
    expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual([
      "a",
      "a",
      "bee3",
      "7",
      "",
    ]);
  });

  it("a log shows its last lines", () => {
    draw(column(shown({ type: "log", lines: 2 }, ["one", "two", "three"])));
    expect(screen.getByRole("log")).toHaveTextContent(/^twothree$/);
  });

  it.each(["line", "bar", "pie"] as const)(
    "a %s chart has its numbers as a table too",
    async (shape) => {
      const value = { labels: ["Mon", "Tue"], series: [{ name: "Chat", values: [5, "x"] }] };
      const { container } = draw(
        column(shown({ type: "chart", label: "Week", shape, unit: "messages" }, value)),
      );
      expect(screen.getByRole("img", { name: "Week" })).toBeVisible();
      const table = screen.getByRole("table", { name: "Week (messages)" });
      expect(within(table).getByRole("row", { name: "Mon 5" })).toBeInTheDocument();
      await waitFor(() => expect(container.querySelector(".series-0")).not.toBeNull());
      expect(container.innerHTML).not.toContain("NaN");
    },
  );

  it("a card has its title, a grid its columns, and a hidden node is not there", () => {
    const nodes: Node[] = [
      { kind: { type: "grid", columns: 3 } },
      { parent: 0, kind: { type: "card", title: "Box" } },
      { parent: 1, kind: BODY, value: { constant: "in it" }, visible: "open" },
    ];
    const { container, set } = draw(nodes, { open: true });
    expect(container.querySelector(".drawn-grid")).toHaveStyle({
      gridTemplateColumns: "repeat(3, minmax(0, 1fr))",
    });
    expect(within(screen.getByRole("region", { name: "Box" })).getByText("in it")).toBeVisible();
    return waitFor(() => {
      set({ open: false });
      expect(screen.queryByText("in it")).toBeNull();
    });
  });
});

describe("what is used", () => {
  it("a press is told, as often as it is pressed", async () => {
    const kind: Kind = { type: "button", label: "More", tone: "accent", icon: "", confirm: "" };
    const { act } = draw(column({ id: "more", kind }));
    await user.tripleClick(screen.getByRole("button", { name: "More" }));
    expect(act.mock.calls).toEqual(Array(3).fill(["more", { pressed: null }]));
  });

  it("a confirmation is the host's, names the plugin, and can be refused", async () => {
    const kind: Kind = {
      type: "button",
      label: "Reset",
      tone: "danger",
      icon: "",
      confirm: "All gone!",
    };
    const { act } = draw(column({ id: "reset", kind }));
    await user.click(screen.getByRole("button", { name: "Reset" }));
    const dialog = screen.getByRole("dialog", { name: "Are you sure?" });
    expect(dialog).toHaveTextContent("Counter asks you to confirm this first:");
    expect(within(dialog).getByRole("figure")).toHaveTextContent("Counter · ResetAll gone!");
    await user.click(within(dialog).getByText("Cancel"));
    expect(act).not.toHaveBeenCalled();
    await user.click(screen.getByRole("button", { name: "Reset" }));
    await user.click(screen.getByRole("button", { name: "Yes, do it" }));
    expect(act).toHaveBeenCalledExactlyOnceWith("reset", { pressed: null });
  });

  it("a press that is refused says why", async () => {
    const kind: Kind = { type: "button", label: "Go", tone: "normal", icon: "", confirm: "" };
    const act = vi.fn(() => Promise.reject(new Error("it is stopped")));
    draw(column({ id: "go", kind }), {}, { act });
    await user.click(screen.getByRole("button", { name: "Go" }));
    expect(
      (await screen.findAllByText("Counter could not be told: it is stopped"))[0],
    ).toBeVisible();
  });

  it("a toggle shows at once, and goes back with the reason if it is refused", async () => {
    let refuse: (error: Error) => void = () => undefined;
    const act = vi.fn(() => new Promise((_, reject) => (refuse = reject)));
    draw(
      column({ id: "on", kind: { type: "toggle", label: "On" }, value: { bound: "on" } }),
      { on: false },
      { act },
    );
    const toggle = screen.getByRole("switch", { name: "On" });
    await user.click(toggle);
    expect(toggle).toBeChecked();
    refuse(new Error("not now"));
    expect(await screen.findByRole("alert")).toHaveTextContent("not now");
    expect(toggle).not.toBeChecked();
  });

  it("a select tells its choice, and shows none where the value is none of them", async () => {
    const choices = [
      { value: "a", label: "Ay" },
      { value: "b", label: "Bee" },
    ];
    const { act } = draw(column({ id: "s", kind: { type: "select", label: "Which", choices } }));
    const select = screen.getByRole("combobox", { name: "Which" });
    expect(select).toHaveValue("");
    await user.selectOptions(select, "Bee");
    expect(act).toHaveBeenCalledExactlyOnceWith("s", { changed: "b" });
  });

  it("typing is told when the person leaves the field, not for every letter", async () => {
    const kind: Kind = {
      type: "text-input",
      label: "Name",
      placeholder: "",
      lines: 1,
      "max-length": 5,
    };
    const { act } = draw(column({ id: "name", kind }));
    await user.type(screen.getByRole("textbox", { name: "Name" }), "pelican");
    expect(act).not.toHaveBeenCalled();
    await user.tab();
    expect(act).toHaveBeenCalledExactlyOnceWith("name", { changed: "pelic" });
  });

  it("a number out of range is not told, and the range is named", async () => {
    const kind: Kind = { type: "number-input", label: "Seconds", minimum: 5, maximum: 60, step: 1 };
    const { act } = draw(column({ id: "n", kind, value: { constant: 10 } }));
    const field = screen.getByRole("spinbutton", { name: "Seconds" });
    await user.clear(field);
    await user.type(field, "2");
    await user.tab();
    expect(screen.getByRole("alert")).toHaveTextContent("Write a number from 5 to 60.");
    expect(act).not.toHaveBeenCalled();
    await user.type(field, "0");
    await user.tab();
    expect(act).toHaveBeenCalledExactlyOnceWith("n", { changed: 20 });
  });

  it("a form tells all that is in it together, what is hidden excepted", async () => {
    const text = (label: string): Kind => ({
      type: "text-input",
      label,
      placeholder: "",
      lines: 1,
      "max-length": 40,
    });
    const nodes: Node[] = [
      { id: "add", kind: { type: "form", label: "Add" } },
      { parent: 0, id: "name", kind: text("Name") },
      {
        parent: 0,
        id: "level",
        kind: { type: "slider", label: "Level", minimum: 1, maximum: 9, step: 1 },
      },
      { parent: 0, id: "on", kind: { type: "toggle", label: "On" }, value: { bound: "on" } },
      { parent: 0, id: "secret", kind: text("Secret"), visible: "more" },
    ];
    const { act } = draw(nodes, { on: true, more: false });
    await user.type(screen.getByRole("textbox", { name: "Name" }), "!hi");
    await user.tab();
    expect(act).not.toHaveBeenCalled();
    await user.click(screen.getByRole("button", { name: "Add" }));
    expect(act).toHaveBeenCalledExactlyOnceWith("add", {
      submitted: { name: "!hi", level: 1, on: true },
    });
    await waitFor(() => expect(screen.getByRole("textbox", { name: "Name" })).toHaveValue(""));
  });

  it("a form is not sent while a number or a choice in it is missing", async () => {
    const nodes: Node[] = [
      { id: "add", kind: { type: "form", label: "Add" } },
      {
        parent: 0,
        id: "n",
        kind: { type: "number-input", label: "Seconds", minimum: 0, maximum: 9, step: 1 },
      },
      {
        parent: 0,
        id: "s",
        kind: { type: "select", label: "Which", choices: [{ value: "a", label: "Ay" }] },
      },
    ];
    const { act } = draw(nodes);
    const send = () => user.click(screen.getByRole("button", { name: "Add" }));
    await user.type(screen.getByRole("spinbutton"), "5");
    await send();
    expect(act).not.toHaveBeenCalled();
    await user.selectOptions(screen.getByRole("combobox"), "Ay");
    await send();
    expect(act).toHaveBeenCalledExactlyOnceWith("add", { submitted: { n: 5, s: "a" } });
  });

  it("a form is empty again once it was taken, also where it was sent with Enter", async () => {
    const nodes: Node[] = [
      { id: "add", kind: { type: "form", label: "Add" } },
      {
        parent: 0,
        id: "n",
        kind: { type: "number-input", label: "Seconds", minimum: 0, maximum: 9, step: 1 },
      },
    ];
    const { act } = draw(nodes);
    const field = screen.getByRole("spinbutton");
    await user.type(field, "5{Enter}");
    expect(act).toHaveBeenCalledExactlyOnceWith("add", { submitted: { n: 5 } });
    await waitFor(() => expect(field).toHaveValue(null));
    expect(field).toHaveFocus();
  });

  it("a form that is refused keeps what was filled in", async () => {
    const nodes: Node[] = [
      { id: "add", kind: { type: "form", label: "Add" } },
      {
        parent: 0,
        id: "name",
        kind: { type: "text-input", label: "Name", placeholder: "", lines: 2, "max-length": 40 },
      },
    ];
    draw(nodes, {}, { act: () => Promise.reject(new Error("taken")) });
    await user.type(screen.getByRole("textbox", { name: "Name" }), "mine");
    await user.click(screen.getByRole("button", { name: "Add" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("taken");
    expect(screen.getByRole("textbox", { name: "Name" })).toHaveValue("mine");
  });

  it("what has no id can't be used, for the plugin could not be told", () => {
    draw(column({ kind: { type: "toggle", label: "Nameless" } }));
    expect(screen.getByRole("switch", { name: "Nameless" })).toBeDisabled();
  });

  it("tabs are chosen with the arrow keys, and what was typed in one is kept", async () => {
    const nodes: Node[] = [
      { id: "tabs", kind: { type: "tabs" } },
      { parent: 0, kind: { type: "tab", label: "One" } },
      { parent: 0, kind: { type: "tab", label: "Two" } },
      { parent: 0, kind: { type: "tab", label: "Three" }, visible: "third" },
      {
        parent: 1,
        id: "name",
        kind: { type: "text-input", label: "Name", placeholder: "", lines: 1, "max-length": 40 },
      },
      { parent: 2, kind: BODY, value: { constant: "second" } },
    ];
    draw(nodes, { third: false });
    expect(screen.getAllByRole("tab").map((tab) => tab.textContent)).toEqual(["One", "Two"]);
    await user.type(screen.getByRole("textbox"), "kept");
    screen.getByRole("tab", { name: "One" }).focus();
    await user.keyboard("{ArrowRight}");
    expect(screen.getByText("second")).toBeVisible();
    await user.keyboard("{ArrowLeft}");
    expect(screen.getByRole("textbox")).toHaveValue("kept");
  });
});

describe("the colour of an item", () => {
  const drawItem = (color: unknown) =>
    draw(
      column({
        kind: { type: "items" },
        value: { constant: [{ id: "1", text: "Ronni", color: color as string }] },
      }),
      {},
      { tint: (chosen) => `tinted-${chosen}` },
    );
  const tint = () => screen.getByText("Ronni").style.getPropertyValue("--tint");

  it("is what the plugin chose, as it can be read", () => {
    drawItem("#12aBcD");
    expect(tint()).toBe("tinted-#12aBcD");
  });

  it.each([
    ["red"],
    ["#fff"],
    ["#12345g"],
    ["url(https://evil.example)"],
    ["#123456;x"],
    [7],
    [null],
  ])("%o is none", (color) => {
    drawItem(color);
    expect(tint()).toBe("");
  });
});

it("axe finds nothing wrong with a table that has every kind", async () => {
  const { nodes, values } = everyKind();
  const { container } = draw(nodes, values);
  const check = async () => {
    const { violations } = await axe.run(container, {
      rules: { "color-contrast": { enabled: false } },
    });
    expect(violations.map(({ id, nodes: found }) => [id, found.map(({ html }) => html)])).toEqual(
      [],
    );
  };
  await waitFor(() => expect(container.querySelector(".plot-line")).not.toBeNull());
  await check();
  await user.click(screen.getByRole("tab", { name: "Used" }));
  await screen.findByRole("table");
  await check();
}, 30_000);
