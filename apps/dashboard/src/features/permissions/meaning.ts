import type { RequestView } from "@/client/views";

/** What a permission means, as a sentence; its danger is told apart from it. */
export function sentence({ meaning, danger }: Pick<RequestView, "meaning" | "danger">): string {
  const words =
    danger && meaning.endsWith(danger) ? meaning.slice(0, -danger.length).trimEnd() : meaning;
  return words.charAt(0).toUpperCase() + words.slice(1).replace(/\.$/, "");
}
