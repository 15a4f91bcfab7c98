import type { ListingView } from "@/client/views";

/** The plugins in which every word stands somewhere, in any case; as the host searches. */
export function matching(listings: readonly ListingView[], text: string): ListingView[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return listings.filter(({ id, name, description, author }) => {
    const whole = [id, name, description, author].join("\n").toLowerCase();
    return words.every((word) => whole.includes(word));
  });
}
