import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";

import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/notice";
import { Quote } from "@/ui/quote";

import type { Offers } from "./use-offers";

/** As much of an address as a person can look at. */
const LONGEST_ADDRESS = 500;

/**
 * What the address `/library?install=…` asks for: a plugin from elsewhere. Any page of the web may lead
 * there, so that nothing is fetched before the user wants it.
 */
export function LinkDialog({ offers }: { offers: Offers }) {
  const { t } = useTranslation("library");
  const address = useAskedAddress();
  const [, navigate] = useLocation();
  const close = () => navigate("/library", { replace: true });
  if (address === null) return null;
  const isLong = address.length > LONGEST_ADDRESS;
  return (
    <Dialog
      title={t("asked.title")}
      description={t("asked.description")}
      closeLabel={t("close", { ns: "shell" })}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{t("cancel", { ns: "shell" })}</Button>
          <Button
            variant="primary"
            // Nobody agrees to what can't be looked at.
            disabled={isLong}
            onClick={() => {
              close();
              void offers.begin("library.offer", { reference: address });
            }}
          >
            {t("asked.fetch")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Quote author={t("asked.address")}>{address.slice(0, LONGEST_ADDRESS)}</Quote>
        {isLong && <Notice tone="danger">{t("asked.long")}</Notice>}
        <p>{t("asked.how")}</p>
        <Notice tone="warning">{t("install.unknown", { ns: "plugins" })}</Notice>
      </div>
    </Dialog>
  );
}

/** What stands after `install=` in the fragment. */
function useAskedAddress(): string | null {
  const fragment = useSyncExternalStore(listen, () => location.hash);
  const at = fragment.indexOf("?");
  return at < 0 ? null : new URLSearchParams(fragment.slice(at)).get("install");
}

function listen(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
}
