import type { Json, JsonObject } from "@/client/frames";
import type { Service } from "@/client/views";

/** What can be set of a service. `words`: where its texts stand. */
export type Field =
  | { kind: "text"; key: string; words: TextWords }
  | { kind: "list"; key: string; words: "discord.channels" }
  | { kind: "switch"; key: string; words: SwitchWords };

type TextWords =
  | "twitch.channel"
  | "twitch.client_id"
  | "discord.guild"
  | "kick.channel"
  | "kick.client_id"
  | "vtube.url";
type SwitchWords = "discord.message_content" | "discord.members" | "kick.unofficial";

export const FORMS: Record<Service, readonly Field[]> = {
  twitch: [
    { kind: "text", key: "channel", words: "twitch.channel" },
    { kind: "text", key: "client_id", words: "twitch.client_id" },
  ],
  discord: [
    { kind: "text", key: "guild", words: "discord.guild" },
    { kind: "list", key: "channels", words: "discord.channels" },
    { kind: "switch", key: "message_content", words: "discord.message_content" },
    { kind: "switch", key: "members", words: "discord.members" },
  ],
  kick: [
    { kind: "text", key: "channel", words: "kick.channel" },
    { kind: "text", key: "client_id", words: "kick.client_id" },
    { kind: "switch", key: "unofficial", words: "kick.unofficial" },
  ],
  vtube: [{ kind: "text", key: "url", words: "vtube.url" }],
};

/** Where one makes what a service wants to know. */
export const PLACES: Partial<Record<Service, string>> = {
  twitch: "https://dev.twitch.tv/console",
  discord: "https://discord.com/developers/applications",
  kick: "https://kick.com/settings/developer",
};

/** What stands in a field while the user edits. */
export type Draft = string | boolean;

/** What a field shows for a value. A list has one entry per line. */
export function draftOf(field: Field, value: Json | undefined): Draft {
  if (field.kind === "switch") return value === true;
  if (field.kind === "list") return Array.isArray(value) ? value.map(String).join("\n") : "";
  return typeof value === "string" ? value : "";
}

/** What differs from how the service is set up, as the host takes it: none for a field without a text. */
export function changes(
  fields: readonly Field[],
  now: JsonObject,
  drafts: Readonly<Record<string, Draft>>,
): JsonObject {
  const changed: JsonObject = {};
  for (const field of fields) {
    const draft = drafts[field.key];
    if (draft === undefined || draft === draftOf(field, now[field.key])) continue;
    changed[field.key] = valueOf(field, draft);
  }
  return changed;
}

function valueOf({ kind }: Field, draft: Draft): Json {
  if (typeof draft === "boolean") return draft;
  if (kind !== "list") return draft.trim() || null;
  return draft
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
