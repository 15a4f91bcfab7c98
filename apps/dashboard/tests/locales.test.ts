import { describe, expect, it } from "vitest";

import de from "@/app/locales/de";
import en from "@/app/locales/en";

type Texts = { [key: string]: string | Texts };

function flat(texts: Texts, path = ""): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === "string"
        ? [[`${path}${key}`, value]]
        : Object.entries(flat(value, `${path}${key}.`)),
    ),
  );
}

const placeholders = (text = "") =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

describe("languages", () => {
  const english = flat(en);
  const german = flat(de);

  it("both have the same texts", () => {
    expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort());
    expect(Object.keys(english).length).toBeGreaterThan(200);
  });

  it("a translation has the values of the original", () => {
    for (const [key, text] of Object.entries(english)) {
      // One of a thing may be said without its number.
      if (key.endsWith("_one")) continue;
      expect(placeholders(german[key]), key).toEqual(placeholders(text));
    }
  });

  it("no text is empty, and none that is more than a word was left untranslated", () => {
    for (const [key, text] of Object.entries(english)) {
      expect(german[key]?.trim(), key).not.toBe("");
      if (/\w+ \w+ \w+/.test(text)) expect(german[key], key).not.toBe(text);
    }
  });
});
