import { Compass } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { buttonClass } from "@/ui/button";
import { Empty } from "@/ui/card";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty icon={<Compass />} title={t("notFound.title")}>
      <Link href="/" className={buttonClass({})}>
        {t("notFound.home")}
      </Link>
    </Empty>
  );
}
