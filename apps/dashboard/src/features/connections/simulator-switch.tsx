import { useTranslation } from "react-i18next";

import { useView } from "@/client/hooks";
import { Card } from "@/ui/card";
import { SwitchField } from "@/ui/field";

import { useAction } from "../use-action";

/** Invented events a second, while the simulator is on. */
export const SIMULATOR_RATE = 2;

export function SimulatorSwitch() {
  const { t } = useTranslation("connections");
  const act = useAction();
  const rate = useView("simulator");
  return (
    <Card className="p-4">
      <SwitchField
        label={t("simulator.label")}
        description={t("simulator.description")}
        checked={typeof rate === "number"}
        onChange={(wanted) => void act("simulator.set", { rate: wanted ? SIMULATOR_RATE : null })}
      />
    </Card>
  );
}
