import { Download } from "lucide-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { TextField } from "@/ui/field";

import type { Offers } from "./use-offers";

/** Takes any reference to a plugin. What it is and wants is asked before anything is installed. */
export function LinkForm({ offers }: { offers: Offers }) {
  const { t } = useTranslation("library");
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const begin = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    if (await offers.begin("library.offer", { reference: text.trim() })) setText("");
    setBusy(false);
  };
  return (
    <Card className="p-4">
      <form className="flex flex-wrap items-end gap-3" onSubmit={(event) => void begin(event)}>
        <div className="min-w-0 flex-1 basis-64">
          <TextField
            label={t("link.label")}
            placeholder="https://"
            autoComplete="off"
            spellCheck={false}
            required
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <Button
          type="submit"
          variant="primary"
          icon={<Download size={17} />}
          busy={busy}
          disabled={text.trim() === ""}
        >
          {t("link.fetch")}
        </Button>
      </form>
    </Card>
  );
}
