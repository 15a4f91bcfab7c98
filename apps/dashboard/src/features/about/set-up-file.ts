import type { Json, JsonObject } from "@/client/frames";

/** The largest file that is looked at, in bytes: a hundred plugins with all their settings take far less. */
export const MOST_BYTES = 8 * 1024 * 1024;

/** What a person is told of a set-up before it is taken over. */
export type Summary = {
  /** The version of Pato that wrote it. */
  pato: string;
  indexes: string[];
  plugins: { id: string; version: string; grants: string[] }[];
};

export type SetUpFile = { setUp: JsonObject; summary: Summary };

/** Reads what was exported; none if it is no set-up. The host looks at all the rest of it. */
export function readSetUp(text: string): SetUpFile | undefined {
  const setUp = parse(text);
  if (!isObject(setUp) || typeof setUp.pato_set_up !== "number") return undefined;
  const plugins = objects(setUp.plugins).map(({ id, version, grants }) => ({
    id: words(id),
    version: words(version),
    grants: Array.isArray(grants) ? grants.map(words) : [],
  }));
  const indexes = objects(setUp.indexes).map(({ url }) => words(url));
  return { setUp, summary: { pato: words(setUp.pato), indexes, plugins } };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function words(value: Json | undefined): string {
  return typeof value === "string" ? value : "?";
}
