import type { SettingDeclaration, SettingValue } from "@/client/views";

/** What stands in a field while the user edits: a switch's state, or a text. */
export type Draft = boolean | string;

export type Parsed =
  | { value: SettingValue }
  | { problem: "integer" | "number" | "range"; minimum?: number; maximum?: number };

/** What a field shows for a value. A list has one entry per line. */
export function draftOf(value: SettingValue): Draft {
  if (typeof value === "boolean") return value;
  return Array.isArray(value) ? value.join("\n") : String(value);
}

/** Reads a field, as strictly as the host will. */
export function parse(declaration: SettingDeclaration, draft: Draft): Parsed {
  if (typeof draft === "boolean") return { value: draft };
  switch (declaration.type) {
    case "integer":
    case "number": {
      const number = Number(draft.trim().replace(",", "."));
      if (draft.trim() === "" || !Number.isFinite(number)) return { problem: "number" };
      if (declaration.type === "integer" && !Number.isSafeInteger(number)) {
        return { problem: "integer" };
      }
      const { minimum, maximum } = declaration;
      if ((minimum ?? number) > number || (maximum ?? number) < number) {
        return {
          problem: "range",
          ...(minimum != null && { minimum }),
          ...(maximum != null && { maximum }),
        };
      }
      return { value: number };
    }
    case "list":
      return {
        value: draft
          .split("\n")
          .map((line) => line.trim())
          .filter((line) => line !== ""),
      };
    default:
      return { value: draft };
  }
}
