import "./backdrop.css";

import clsx from "clsx";
import { MonitorPlay } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useView } from "@/client/hooks";
import type { OverlayView } from "@/client/views";
import { Empty, PageHeader } from "@/ui/card";

import { NamedIcon } from "../drawing/shown/icon";
import { keyOf } from "../frame/use-surface";
import { OverlayEditor } from "./editor";

/** All overlays, and the editor of the one that is chosen. */
export default function OverlaysPage() {
  const { t } = useTranslation("surfaces");
  const overlays = useView("overlays");
  const [chosen, setChosen] = useState<string | null>(null);
  if (!overlays) return null;
  const current = overlays.find((view) => keyOf(view) === chosen) ?? overlays[0];
  return (
    <>
      <PageHeader title={t("overlays.title")} description={t("overlays.description")} />
      {current ? (
        <div className="grid gap-6 xl:grid-cols-[15rem_minmax(0,1fr)]">
          <nav aria-label={t("overlays.list")} className="flex gap-1 overflow-x-auto xl:flex-col">
            {overlays.map((view) => (
              <Entry
                key={keyOf(view)}
                view={view}
                current={view === current}
                onChoose={() => setChosen(keyOf(view))}
              />
            ))}
          </nav>
          <OverlayEditor key={keyOf(current)} view={current} />
        </div>
      ) : (
        <Empty icon={<MonitorPlay />} title={t("overlays.empty")}>
          {t("overlays.emptyText")}
        </Empty>
      )}
    </>
  );
}

function Entry(props: { view: OverlayView; current: boolean; onChoose: () => void }) {
  const { view, current, onChoose } = props;
  const { t } = useTranslation("surfaces");
  return (
    <button
      type="button"
      aria-current={current ? "page" : undefined}
      onClick={onChoose}
      className={clsx(
        "flex min-h-12 items-center gap-3 rounded-lg px-3 py-1.5 text-left -outline-offset-2",
        current ? "bg-raised" : "hover:bg-hover",
      )}
    >
      <span aria-hidden className="text-ink-muted">
        {view.icon ? <NamedIcon name={view.icon} /> : <MonitorPlay size={18} />}
      </span>
      <span className="min-w-0">
        <span className="block truncate font-medium">{view.title}</span>
        <span className="block truncate text-sm text-ink-muted">
          {t("overlays.connected", { count: view.connected })}
        </span>
      </span>
    </button>
  );
}
