import { PackageX } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Redirect, useLocation, useParams } from "wouter";

import { useView } from "@/client/hooks";
import { buttonClass } from "@/ui/button";
import { Empty, PageHeader } from "@/ui/card";

import { InstallDialog, type Candidate } from "./install-dialog";

/** Where a `pato://install` link leads: the same question as ever, and nothing before its answer. */
export default function InstallPage() {
  const { t } = useTranslation("plugins");
  const { id } = useParams<{ id: string }>();
  const [, navigate] = useLocation();
  const bundled = useView("bundled");
  const plugins = useView("plugins");
  // Kept, for the view no longer has it in the moment in which it is installed.
  const [candidate, setCandidate] = useState<Candidate>();
  const inspection = bundled?.find((plugin) => plugin.id === id);
  if (inspection && candidate?.inspection.id !== id) setCandidate({ inspection });
  if (!candidate && plugins?.some((plugin) => plugin.id === id)) {
    return <Redirect to={`/plugins/${id}`} replace />;
  }
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      {candidate && (
        <InstallDialog
          key={id}
          candidate={candidate}
          onClose={() => navigate("/plugins", { replace: true })}
        />
      )}
      {!candidate && bundled && plugins && (
        <Empty icon={<PackageX />} title={t("notBundled.title", { id })}>
          <p>{t("notBundled.hint")}</p>
          <Link href="/library" className={buttonClass({})}>
            {t("toLibrary")}
          </Link>
        </Empty>
      )}
    </>
  );
}
