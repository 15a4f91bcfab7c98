import type { JsonObject } from "@/client/frames";

/** One line of what a payload says, of any topic: who, what was written, and the numbers. */
export function summary(data: JsonObject): string {
  const who = personOf(data);
  const said = firstText(data, ["text", "title", "message", "reason", "state", "description"]);
  if (who && said) return `${who}: ${said}`;
  const rest = Object.entries(data)
    .filter(([key]) => !key.endsWith("_id") && key !== "channel")
    .flatMap(([key, value]) =>
      typeof value === "object" || value === "" ? [] : [`${key.replaceAll("_", " ")} ${value}`],
    )
    .slice(0, 4);
  return [who ?? said, ...(said && !who ? [] : rest)].filter(Boolean).join(" · ");
}

/** The name of whom an event is about, where it is about a person. */
export function personOf(data: JsonObject): string | undefined {
  const { user } = data;
  if (user === null || typeof user !== "object" || Array.isArray(user)) return undefined;
  const { name, login } = user;
  if (typeof name === "string" && name !== "") return name;
  return typeof login === "string" ? login : undefined;
}

function firstText(data: JsonObject, keys: string[]): string | undefined {
  for (const key of keys) {
    const value = data[key];
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}
