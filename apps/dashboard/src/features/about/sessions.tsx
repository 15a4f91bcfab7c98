import { LogOut } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Dialog } from "@/ui/dialog";

import { useAction } from "../use-action";

/** Ends the session of every browser. */
export function Sessions() {
  const { t } = useTranslation("about");
  const { t: shell } = useTranslation();
  const act = useAction();
  const [asking, setAsking] = useState(false);
  const cancel = () => setAsking(false);
  return (
    <Card className="p-4">
      <Button variant="danger" icon={<LogOut size={16} />} onClick={() => setAsking(true)}>
        {t("sessions.end")}
      </Button>
      {asking && (
        <Dialog
          title={t("sessions.end")}
          description={t("sessions.endText")}
          closeLabel={shell("close")}
          onClose={cancel}
          footer={
            <>
              <Button onClick={cancel}>{shell("cancel")}</Button>
              <Button
                variant="danger"
                onClick={() => {
                  cancel();
                  void act("session.end-all", {});
                }}
              >
                {t("sessions.end")}
              </Button>
            </>
          }
        />
      )}
    </Card>
  );
}
