import { FileQuestion } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useParams } from "wouter";

import { useView } from "@/client/hooks";
import { Empty } from "@/ui/card";

import { SurfaceFrame } from "../frame/frame";

/** A page that a plugin brings. */
export default function PluginPage() {
  const { plugin, surface } = useParams<{ plugin: string; surface: string }>();
  const { t } = useTranslation("surfaces");
  const surfaces = useView("surfaces");
  if (!surfaces) return null;
  const view = surfaces.find(
    (candidate) =>
      candidate.kind === "page" && candidate.plugin === plugin && candidate.id === surface,
  );
  if (!view) {
    return (
      <Empty icon={<FileQuestion />} title={t("page.missing")}>
        {t("page.missingText")}
      </Empty>
    );
  }
  return (
    <>
      <h1 className="sr-only">{view.title}</h1>
      <SurfaceFrame view={view} className="min-h-[calc(100dvh-8rem)]" />
    </>
  );
}
