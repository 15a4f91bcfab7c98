import { ExternalLink } from "lucide-react";

import { httpsAddress } from "../surfaces/drawing/address";

/** An address that somebody else wrote: a link if it leads to the web, and text if it leads elsewhere. */
export function OutwardLink({ address }: { address: string }) {
  const safe = httpsAddress(address);
  if (safe === null) return <span className="wrap-anywhere">{address}</span>;
  return (
    <a
      href={safe}
      target="_blank"
      rel="noreferrer noopener"
      className="wrap-anywhere underline underline-offset-2"
    >
      {safe} <ExternalLink aria-hidden size={14} className="inline" />
    </a>
  );
}
