import { useTranslation } from "react-i18next";

import { Badge } from "@/ui/badge";

/** What is not real about an event. */
export function EventMarks(props: {
  simulated?: boolean | undefined;
  replayed?: boolean | undefined;
}) {
  const { t } = useTranslation();
  return (
    <>
      {props.simulated && <Badge tone="info">{t("simulated")}</Badge>}
      {props.replayed && <Badge tone="accent">{t("replayed")}</Badge>}
    </>
  );
}
