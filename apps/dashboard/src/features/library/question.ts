import type { InspectionView, OfferStage, OfferView, RequestView } from "@/client/views";

const FINAL: readonly OfferStage[] = ["installed", "up-to-date", "declined", "failed"];

/** Whether nothing more happens to it. */
export function isOver({ stage }: OfferView): boolean {
  return FINAL.includes(stage);
}

/** Whether it can still be given up: once it is being installed, that happens wholly or not at all. */
export function canBeGivenUp(offer: OfferView): boolean {
  return !isOver(offer) && offer.stage !== "installing" && offer.stage !== "trial";
}

/**
 * What the user is asked about. What the same publisher's version before was granted carries over; an
 * unsigned plugin's grants count for its exact bytes, so that all of them are asked for again.
 */
export function askedBy({ installed_version, publisher, requests }: InspectionView): RequestView[] {
  const carriesOver = installed_version != null && publisher?.known === true;
  return carriesOver ? requests.filter(({ is_new }) => is_new) : requests;
}

/** What is to be decided about an offer, as soon as that is known; the rest may still be on its way. */
export function questionOf(offer: OfferView): InspectionView | undefined {
  const { inspection, needs_answer, stage } = offer;
  if (!inspection || isOver(offer)) return undefined;
  const asksEarly =
    stage === "fetching" &&
    (inspection.installed_version == null || inspection.requests.some(({ is_new }) => is_new));
  return needs_answer || asksEarly ? inspection : undefined;
}
