import { useTranslation } from "react-i18next";

/** The dashboard grid: the widgets that plugins bring, where the user put them. */
export default function SurfacesPage() {
  const { t } = useTranslation("surfaces");
  return <h1 className="text-xl font-semibold">{t("title")}</h1>;
}
