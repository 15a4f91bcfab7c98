import { LibraryBig } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";

import { useView } from "@/client/hooks";
import type { ListingView } from "@/client/views";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card, Empty, Section } from "@/ui/card";
import { SearchField } from "@/ui/field";

import { ListingDialog } from "./listing-dialog";
import { PictureOf } from "./picture";
import { matching } from "./search";
import type { Offers } from "./use-offers";

/** How many are shown at first, and how many more at a time: lists may have thousands. */
const AT_ONCE = 30;

/** What the lists have, searched through as one types. */
export function Catalogue({ offers }: { offers: Offers }) {
  const { t } = useTranslation("library");
  const listings = useView("listings");
  const [text, setText] = useState("");
  const [most, setMost] = useState(AT_ONCE);
  const [opened, setOpened] = useState<string>();
  const found = matching(listings ?? [], useDeferredValue(text));
  const listing = listings?.find(({ id }) => id === opened);
  return (
    <Section title={t("search.title")}>
      <SearchField
        label={t("search.label")}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setMost(AT_ONCE);
        }}
        className="mb-4 max-w-md"
      />
      <p role="status" className="sr-only">
        {listings && t("search.found", { count: found.length })}
      </p>
      {listings && found.length === 0 && (
        <Empty
          icon={<LibraryBig />}
          title={t(listings.length === 0 ? "search.nothing" : "search.none")}
        >
          {listings.length === 0 && <p>{t("search.nothingHint")}</p>}
        </Empty>
      )}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(17rem,100%),1fr))] gap-3">
        {found.slice(0, most).map((one) => (
          <li key={one.id}>
            <ListingCard listing={one} offers={offers} onOpen={() => setOpened(one.id)} />
          </li>
        ))}
      </ul>
      {found.length > most && (
        <div className="mt-4 flex justify-center">
          <Button onClick={() => setMost(most + AT_ONCE)}>{t("search.more")}</Button>
        </div>
      )}
      {listing && (
        <ListingDialog listing={listing} offers={offers} onClose={() => setOpened(undefined)} />
      )}
    </Section>
  );
}

function ListingCard(props: { listing: ListingView; offers: Offers; onOpen: () => void }) {
  const { t } = useTranslation("library");
  const { listing, offers, onOpen } = props;
  const { id, name, author, description, pictures, installed_version, revoked } = listing;
  return (
    <Card className="flex h-full flex-col gap-2 p-4">
      <PictureOf listing={listing} address={pictures[0]} className="h-32" />
      <div className="flex flex-wrap items-center gap-1.5">
        <h3 className="min-w-0 font-semibold wrap-anywhere">
          <button type="button" onClick={onOpen} className="text-left hover:underline">
            {name}
          </button>
        </h3>
        {installed_version && (
          <Badge tone="good">{t("listing.installed", { version: installed_version })}</Badge>
        )}
        {revoked != null && <Badge tone="danger">{t("listing.revoked")}</Badge>}
      </div>
      <p className="text-sm wrap-anywhere text-ink-muted">{t("listing.by", { author })}</p>
      <p className="line-clamp-3 flex-auto text-sm wrap-anywhere">{description}</p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button size="small" aria-label={t("listing.detailsOf", { name })} onClick={onOpen}>
          {t("listing.details")}
        </Button>
        {!installed_version && revoked == null && (
          <Button
            size="small"
            variant="primary"
            aria-label={t("listing.installOf", { name })}
            onClick={() => void offers.begin("library.offer", { reference: id })}
          >
            {t("listing.install")}
          </Button>
        )}
      </div>
    </Card>
  );
}
