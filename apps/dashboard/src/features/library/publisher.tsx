import { useTranslation } from "react-i18next";

import type { PublisherView } from "@/client/views";
import { Notice } from "@/ui/notice";

/** Who signed a plugin, in words that people can compare. `claimed`: its last byte has not come yet. */
export function Publisher(props: {
  publisher: PublisherView | null | undefined;
  claimed?: boolean;
}) {
  const { t } = useTranslation("library");
  const { publisher, claimed = false } = props;
  if (!publisher) return <Notice tone="warning">{t("publisher.none")}</Notice>;
  const { known, words, key } = publisher;
  return (
    <Notice tone="info">
      <p>{t(known ? "publisher.known" : "publisher.new")}</p>
      <p className="my-1 font-mono font-semibold">{words}</p>
      {claimed && <p className="text-sm">{t("publisher.claimed")}</p>}
      <p className="font-mono text-xs wrap-anywhere text-ink-muted">{key}</p>
    </Notice>
  );
}
