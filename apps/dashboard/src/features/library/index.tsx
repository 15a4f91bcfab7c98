import { useTranslation } from "react-i18next";

import { PageHeader, Section } from "@/ui/card";

import { Catalogue } from "./catalogue";
import { LinkDialog } from "./link-dialog";
import { LinkForm } from "./link-form";
import { Lists } from "./lists";
import { OfferList } from "./offer-list";
import { Updates } from "./updates";
import { useOffers } from "./use-offers";

/** Plugins from elsewhere: found in lists or by their address, looked at, installed, updated. */
export default function LibraryPage() {
  const { t } = useTranslation("library");
  const offers = useOffers();
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      <Section title={t("link.title")} description={t("link.description")}>
        <div className="flex flex-col gap-3">
          <LinkForm offers={offers} />
          <OfferList offers={offers} />
        </div>
      </Section>
      <Updates offers={offers} />
      <Catalogue offers={offers} />
      <Lists />
      <LinkDialog offers={offers} />
      {offers.dialog}
    </>
  );
}
