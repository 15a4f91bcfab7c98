import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { RequestView } from "@/client/views";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/notice";

import { useAction } from "../use-action";
import { useMeaning } from "./meaning";

type Wanted = { id: string; name: string; request: RequestView };

/** Grants and takes back at once; what can do harm is asked about first, in `question`. */
export function useGrants(): {
  change: (wanted: Wanted, on: boolean) => void;
  question: ReactNode;
} {
  const { t } = useTranslation();
  const act = useAction();
  const meaningOf = useMeaning();
  const [asked, setAsked] = useState<Wanted>();
  const grant = ({ id, request }: Wanted) =>
    void act("plugin.grant", { id, permissions: [request.permission] });
  const change = (wanted: Wanted, on: boolean) => {
    const { id, request } = wanted;
    if (!on) void act("plugin.revoke", { id, permissions: [request.permission] });
    else if (request.danger) setAsked(wanted);
    else grant(wanted);
  };
  const question = asked && (
    <Dialog
      title={t("permission.dangerTitle")}
      description={`${asked.name}: ${meaningOf(asked.request).meaning}`}
      closeLabel={t("close")}
      onClose={() => setAsked(undefined)}
      footer={
        <>
          <Button onClick={() => setAsked(undefined)}>{t("cancel")}</Button>
          <Button
            variant="danger"
            onClick={() => {
              grant(asked);
              setAsked(undefined);
            }}
          >
            {t("permission.dangerConfirm")}
          </Button>
        </>
      }
    >
      <Notice tone="danger">{meaningOf(asked.request).danger}</Notice>
    </Dialog>
  );
  return { change, question };
}
