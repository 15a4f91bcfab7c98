import { describe, expect, it } from "vitest";

import type { SettingDeclaration } from "@/client/views";

import { draftOf, parse } from "./setting-value";

const integer: SettingDeclaration = { type: "integer", default: 1, minimum: 1, maximum: 120 };
const number: SettingDeclaration = { type: "number", default: 0, minimum: 0 };
const list: SettingDeclaration = { type: "list", default: [] };

describe("the field of a setting", () => {
  it.each([
    [integer, "7", { value: 7 }],
    [integer, " 120 ", { value: 120 }],
    [integer, "121", { problem: "range", minimum: 1, maximum: 120 }],
    [integer, "1.5", { problem: "integer" }],
    [integer, "", { problem: "number" }],
    [integer, "seven", { problem: "number" }],
    [integer, "9007199254740993", { problem: "integer" }],
    [integer, "Infinity", { problem: "number" }],
    [number, "0,5", { value: 0.5 }],
    [number, "-1", { problem: "range", minimum: 0 }],
    [{ type: "number", default: 0, maximum: 1 } as const, "2", { problem: "range", maximum: 1 }],
    [{ type: "boolean", default: false } as const, true, { value: true }],
    [{ type: "string", default: "" } as const, " kept ", { value: " kept " }],
    [list, "a\n\n  b  \n", { value: ["a", "b"] }],
    [list, "", { value: [] }],
  ] satisfies [SettingDeclaration, string | boolean, unknown][])(
    "%o reads %j",
    (declaration, draft, expected) => {
      expect(parse(declaration, draft)).toEqual(expected);
    },
  );

  it.each([[true], ["text"], [["a", "b"]]])("shows %j so that it can be read again", (value) => {
    const type = Array.isArray(value) ? "list" : typeof value === "boolean" ? "boolean" : "string";
    expect(parse({ type, default: value }, draftOf(value))).toEqual({ value });
  });
});
