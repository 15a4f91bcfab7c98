import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import type { OfferStage, OfferView } from "@/client/views";
import { State, type Tone } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Notice } from "@/ui/notice";

import { withoutCommands } from "../refusal-words";
import { OfferProgress } from "./offer-progress";
import { canBeGivenUp, isOver } from "./question";
import type { Offers } from "./use-offers";

/** How many that are over are still shown. */
const OVER = 5;

const TONES: Record<OfferStage, Tone> = {
  resolving: "info",
  fetching: "info",
  asking: "warning",
  installing: "info",
  trial: "info",
  installed: "good",
  "up-to-date": "good",
  declined: "neutral",
  failed: "danger",
};

/** What is shown of them: all that is under way, and the latest that came or failed. */
function worthShowing(offers: readonly OfferView[]): OfferView[] {
  const over = offers.filter((offer) => isOver(offer) && offer.stage !== "declined");
  return [...offers.filter((offer) => !isOver(offer)), ...over.slice(0, OVER)];
}

/** The plugins on their way in: how far each is, and why one did not come. */
export function OfferList({ offers }: { offers: Offers }) {
  const { t } = useTranslation("library");
  const shown = worthShowing(offers.offers);
  if (shown.length === 0) return null;
  return (
    <Card>
      <ul aria-label={t("offers.title")} className="divide-y divide-line">
        {shown.map((offer) => (
          <OfferRow key={offer.id} offer={offer} offers={offers} />
        ))}
      </ul>
    </Card>
  );
}

export function OfferRow({ offer, offers }: { offer: OfferView; offers: Offers }) {
  const { t } = useTranslation("library");
  const { id, reference, stage, inspection, plugin, problem } = offer;
  const name = inspection ? `${inspection.name} ${inspection.version}` : reference;
  const open = offers.isOpen(offer);
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-48">
          <p className="font-medium wrap-anywhere">{name}</p>
          {inspection && <p className="text-sm wrap-anywhere text-ink-muted">{reference}</p>}
        </div>
        <span aria-live="polite" className="text-sm">
          <State tone={TONES[stage]} active={!isOver(offer)}>
            {t(`offers.stages.${stage}`)}
          </State>
        </span>
        {plugin && (
          <Link href={`/plugins/${plugin}`} className="text-sm underline underline-offset-2">
            {t("offers.toPlugin")}
          </Link>
        )}
        {open && (
          <Button
            size="small"
            variant="primary"
            aria-label={t("offers.answerOf", { name })}
            onClick={() => offers.ask(id)}
          >
            {t("offers.answer")}
          </Button>
        )}
        {canBeGivenUp(offer) && (
          <Button
            size="small"
            aria-label={t("offers.giveUpOf", { name })}
            onClick={() => offers.giveUp(id)}
          >
            {t("offers.giveUp")}
          </Button>
        )}
      </div>
      {stage === "fetching" && <OfferProgress offer={offer} />}
      {problem && <Notice tone="danger">{withoutCommands(problem)}</Notice>}
    </li>
  );
}
