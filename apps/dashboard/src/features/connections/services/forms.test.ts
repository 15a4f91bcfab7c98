import { describe, expect, it } from "vitest";

import { changes, draftOf, FORMS } from "./forms";

describe("what is told of a form", () => {
  const twitch = { channel: "pato", client_id: null };

  it("is nothing while nothing differs", () => {
    expect(changes(FORMS.twitch, twitch, {})).toEqual({});
    expect(changes(FORMS.twitch, twitch, { channel: "pato", client_id: "" })).toEqual({});
  });

  it("is what differs, and none where a field was emptied", () => {
    expect(changes(FORMS.twitch, twitch, { channel: "  ", client_id: " abc " })).toEqual({
      channel: null,
      client_id: "abc",
    });
  });

  it("is a list with one entry per line, and a switch as it stands", () => {
    const now = { guild: null, channels: ["1"], message_content: true, members: false };
    expect(
      changes(FORMS.discord, now, {
        channels: " 1\n\n 2 ",
        message_content: true,
        members: true,
      }),
    ).toEqual({ channels: ["1", "2"], members: true });
    expect(changes(FORMS.discord, now, { channels: "" })).toEqual({ channels: [] });
  });

  it("survives values that are not what they should be", () => {
    for (const field of Object.values(FORMS).flat()) {
      expect(draftOf(field, undefined)).toBe(field.kind === "switch" ? false : "");
      expect(draftOf(field, { text: 1 })).toBe(field.kind === "switch" ? false : "");
    }
  });
});
