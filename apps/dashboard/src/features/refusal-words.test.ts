import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { withoutCommands } from "./refusal-words";

describe("what the host says of commands", () => {
  it("becomes what the page has for it", () => {
    for (const [said, shown] of [
      [
        "not allowed: pato plugin grant scenes call:chat.send",
        "not allowed: allow call:chat.send for scenes under Permissions",
      ],
      [
        "the plugin `a` is not running: start it with `pato plugin enable a`",
        "the plugin `a` is not running: start it with its switch under Plugins",
      ],
      [
        "Twitch refused the token: `pato account authorize twitch --token`",
        "Twitch refused the token: log in again under Connections",
      ],
      [
        "`a` is an account of Kick already: choose another name with --as",
        "`a` is an account of Kick already: choose another name",
      ],
      [
        "`pato plugin forget-publisher quack` lets the new key in",
        "“Trust another key” on the plugin's page, under Versions, lets the new key in",
      ],
      ["there is no event `pato`", "there is no event `pato`"],
    ] as const) {
      expect(withoutCommands(said)).toBe(shown);
    }
  });

  it("is known wherever an error of the host names one", () => {
    const commands = [
      ...readFileSync("../../crates/host/src/error.rs", "utf8").matchAll(/`(pato [^`]+)`/g),
    ];
    expect(commands.length).toBeGreaterThan(4);
    for (const [quoted] of commands) expect(withoutCommands(quoted), quoted).not.toMatch(/`pato/);
  });
});
