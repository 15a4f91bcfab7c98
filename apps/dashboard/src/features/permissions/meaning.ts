import type { i18n as I18n } from "i18next";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

import type { RequestView } from "@/client/views";

type Asked = Pick<RequestView, "permission" | "meaning" | "danger">;
type Meaning = { meaning: string; danger: string | null };

/**
 * What a permission means, as a sentence, and what harm it can do. The host says both in English; another
 * language has its own words by permission, and else by kind and scope.
 */
export function useMeaning(): (asked: Asked) => Meaning {
  const { i18n } = useTranslation();
  const { language } = i18n;
  return useCallback((asked) => meaningIn(i18n, language, asked), [i18n, language]);
}

function meaningIn(i18n: I18n, language: string, asked: Asked): Meaning {
  const word = (key: string) => {
    // No separator, for the names of topics and actions have points and colons.
    const found: unknown = i18n.getResource(language, "permissions", key, { keySeparator: false });
    return typeof found === "string" ? found : undefined;
  };
  const { permission, danger } = asked;
  const [kind = "", ...rest] = permission.split(":");
  const scope = rest.join(":");
  const words = word(permission) ?? word(kind)?.replace("{{scope}}", scope);
  return {
    meaning: words ?? sentence(asked),
    danger: danger ? (word(danger) ?? danger) : null,
  };
}

/** The host's words as a sentence; the danger is told apart from it. */
function sentence({ meaning, danger }: Asked): string {
  const words =
    danger && meaning.endsWith(danger) ? meaning.slice(0, -danger.length).trimEnd() : meaning;
  return words.charAt(0).toUpperCase() + words.slice(1).replace(/\.$/, "");
}
