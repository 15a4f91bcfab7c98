import clsx from "clsx";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { ListingView } from "@/client/views";

import { httpsAddress } from "../surfaces/drawing/address";

/** A picture that a list names. Whatever is no address of the web, or can't be had, is not shown. */
export function PictureOf(props: {
  listing: ListingView;
  address: string | undefined;
  className?: string;
}) {
  const { t } = useTranslation("library");
  const { listing, address = "", className } = props;
  const [failed, setFailed] = useState<string>();
  const safe = httpsAddress(address);
  if (safe === null || safe === failed) return null;
  return (
    <img
      src={safe}
      alt={t("listing.picture", { name: listing.name })}
      loading="lazy"
      decoding="async"
      referrerPolicy="no-referrer"
      onError={() => setFailed(safe)}
      className={clsx("w-full rounded-lg bg-raised object-cover", className)}
    />
  );
}
