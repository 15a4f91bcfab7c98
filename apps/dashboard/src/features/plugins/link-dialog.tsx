import { FolderOpen } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";

import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/notice";
import { Quote } from "@/ui/quote";

import { FileButton } from "./file-button";
import type { Candidate } from "./install-dialog";

/** As much of an address as a person can look at. */
const LONGEST_ADDRESS = 300;

/**
 * What the address `/plugins?install=…` asks for: a plugin from elsewhere. Any page of the web may lead
 * there, so that it does nothing but ask, and nothing is fetched.
 */
export function LinkDialog({ onCandidate }: { onCandidate: (candidate: Candidate) => void }) {
  const { t } = useTranslation("plugins");
  const address = useAskedAddress();
  const [, navigate] = useLocation();
  const close = () => navigate("/plugins", { replace: true });
  if (address === null) return null;
  return (
    <Dialog
      title={t("link.title")}
      description={t("link.description")}
      closeLabel={t("close", { ns: "shell" })}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{t("cancel", { ns: "shell" })}</Button>
          <FileButton
            icon={<FolderOpen size={17} />}
            onInspected={(candidate) => {
              close();
              onCandidate(candidate);
            }}
          >
            {t("link.choose")}
          </FileButton>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Quote author={t("link.address")}>{address.slice(0, LONGEST_ADDRESS)}</Quote>
        <p>{t("link.how")}</p>
        <Notice tone="warning">{t("install.unknown")}</Notice>
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
