import { useTranslation } from "react-i18next";

import { Card } from "@/ui/card";
import { SelectField, SwitchField } from "@/ui/field";
import {
  LANGUAGES,
  setPreferences,
  usePreferences,
  type Language,
  type Preferences,
} from "@/ui/preferences";

const THEMES: readonly Preferences["theme"][] = ["system", "dark", "light"];

/** How the page looks in this browser. */
export function Appearance() {
  const { t, i18n } = useTranslation("about");
  const { theme, motion } = usePreferences();
  return (
    <Card className="flex flex-col gap-5 p-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label={t("appearance.theme")}
          value={theme}
          choices={THEMES.map((value) => ({ value, label: t(`appearance.themes.${value}`) }))}
          onChange={({ target }) => setPreferences({ theme: target.value as Preferences["theme"] })}
        />
        <SelectField
          label={t("appearance.language")}
          value={i18n.language}
          choices={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
          onChange={({ target }) => setPreferences({ language: target.value as Language })}
        />
      </div>
      <SwitchField
        label={t("appearance.motion")}
        description={t("appearance.motionHint")}
        checked={motion === "reduced"}
        onChange={(reduced) => setPreferences({ motion: reduced ? "reduced" : "system" })}
      />
    </Card>
  );
}
