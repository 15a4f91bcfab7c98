import { useState, type ReactNode } from "react";

import type { JsonObject } from "@/client/frames";
import { useView } from "@/client/hooks";
import type { OfferView } from "@/client/views";

import { useAction } from "../use-action";
import { ConsentDialog } from "./consent-dialog";
import { questionOf } from "./question";

export type Offers = {
  /** The latest first. */
  offers: readonly OfferView[];
  /** Calls what begins one offer or several; what is begun here asks by itself. */
  begin: (name: string, params: JsonObject) => Promise<boolean>;
  /** Shows what an offer asks. */
  ask: (id: number) => void;
  /** Whether the user may be asked about it, and was not yet. */
  isOpen: (offer: OfferView) => boolean;
  giveUp: (id: number) => void;
  /** The question that is open now; to be shown somewhere. */
  dialog: ReactNode;
};

/** The plugins on their way in, and what is asked of the user about them. */
export function useOffers(): Offers {
  const act = useAction();
  const offers = useView("offers") ?? [];
  const [stand, setStand] = useState<Record<number, "ask" | "later" | "answered">>({});
  const set = (id: number, to: "ask" | "later" | "answered") =>
    setStand((before) => ({ ...before, [id]: to }));
  const begin = async (name: string, params: JsonObject) => {
    const begun = await act<OfferView | OfferView[]>(name, params);
    for (const { id } of [begun?.data ?? []].flat()) set(id, "ask");
    return begun !== undefined;
  };
  const giveUp = (id: number) => {
    set(id, "answered");
    void act("library.decline", { id });
  };
  const accept = async (id: number, grant: string[]) => {
    if (await act("library.accept", { id, grant })) set(id, "answered");
  };
  const asked = offers.find((offer) => stand[offer.id] === "ask" && questionOf(offer));
  const inspection = asked && questionOf(asked);
  return {
    offers,
    begin,
    ask: (id) => set(id, "ask"),
    isOpen: (offer) =>
      questionOf(offer) !== undefined && (offer.needs_answer || stand[offer.id] !== "answered"),
    giveUp,
    dialog: asked && inspection && (
      <ConsentDialog
        key={asked.id}
        offer={asked}
        inspection={inspection}
        onAccept={(grant) => accept(asked.id, grant)}
        onDecline={() => giveUp(asked.id)}
        onClose={() => set(asked.id, "later")}
      />
    ),
  };
}
