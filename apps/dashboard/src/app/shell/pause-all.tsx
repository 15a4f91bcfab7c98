import { CirclePause, CirclePlay } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useView } from "@/client/hooks";
import { useAction } from "@/features/use-action";
import { Button } from "@/ui/button";

/** Holds every plugin that reacts, at once, or lets them all go on. */
export function usePauseAll() {
  const { t } = useTranslation();
  const act = useAction();
  const reacting = (useView("plugins") ?? []).filter(
    ({ enabled, state }) => enabled && state !== "failed",
  );
  const paused = reacting.length > 0 && reacting.every((plugin) => plugin.paused);
  return {
    possible: reacting.length > 0,
    paused,
    label: t(paused ? "pauseAll.resume" : "pauseAll.pause"),
    perform: () => void act(paused ? "plugin.resume-all" : "plugin.pause-all", {}),
  };
}

export function PauseAllButton() {
  const { possible, paused, label, perform } = usePauseAll();
  if (!possible) return null;
  const icon = paused ? <CirclePlay size={17} /> : <CirclePause size={17} />;
  return (
    <Button size="small" variant={paused ? "primary" : "danger"} icon={icon} onClick={perform}>
      {label}
    </Button>
  );
}

/** Says so on every page while nothing reacts because everything was paused. */
export function PausedBanner() {
  const { t } = useTranslation();
  const { paused, label, perform } = usePauseAll();
  return (
    <div role="status">
      {paused && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 bg-warning-soft px-4 py-2 sm:px-8">
          <CirclePause aria-hidden size={18} className="text-warning" />
          <p className="min-w-0 flex-1 basis-56">
            <strong className="font-semibold">{t("pauseAll.paused")}</strong> {t("pauseAll.kept")}
          </p>
          <Button size="small" onClick={perform}>
            {label}
          </Button>
        </div>
      )}
    </div>
  );
}
