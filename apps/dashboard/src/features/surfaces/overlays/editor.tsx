import { Eraser, Play, SkipForward } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useCall } from "@/client/hooks";
import type { OverlayView } from "@/client/views";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/notice";
import { useToast } from "@/ui/toast";

import { Address } from "./address";
import { Handles } from "./handles";
import { LooksFields, MotionFields, PlaceFields } from "./placement-fields";
import { Preview } from "./preview";
import { usePlacement } from "./use-placement";

/** Places one overlay, sets its looks, and tries it out. */
export function OverlayEditor({ view }: { view: OverlayView }) {
  const { t } = useTranslation("surfaces");
  const call = useCall();
  const announce = useToast();
  const { placement, problem, change } = usePlacement(view);
  const { plugin, plugin_name: name, id: surface } = view;
  const absence = view.granted ? "notRunning" : "notGranted";

  const perform = async (name: string) => {
    try {
      await call(name, { plugin, surface });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      announce({ tone: "danger", text: t("overlays.failed", { reason }) });
    }
  };

  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 className="text-lg font-semibold">{view.title}</h2>
        <span className="text-sm text-ink-muted">{view.plugin_name}</span>
        <div className="ml-auto flex flex-wrap items-center gap-2">
          <span role="status" className="mr-1 text-sm text-ink-muted tabular-nums">
            {t("overlays.connected", { count: view.connected })} ·{" "}
            {t("overlays.waiting", { count: view.waiting })}
          </span>
          <Button icon={<SkipForward size={16} />} onClick={() => void perform("overlay.skip")}>
            {t("overlays.skip")}
          </Button>
          <Button
            icon={<Eraser size={16} />}
            disabled={view.waiting === 0}
            onClick={() => void perform("overlay.clear")}
          >
            {t("overlays.clear")}
          </Button>
          <Button
            variant="primary"
            icon={<Play size={16} />}
            onClick={() => void perform("overlay.test")}
          >
            {t("overlays.test")}
          </Button>
        </div>
      </div>
      {problem !== null && (
        <Notice tone="danger">{t("overlays.failed", { reason: problem })}</Notice>
      )}
      {!(view.granted && view.running) && (
        <Notice tone="warning">{t(`frame.${absence}`, { plugin: name })}</Notice>
      )}
      <Preview view={view} placement={placement}>
        {(scale) => <Handles box={placement} scale={scale} title={view.title} onChange={change} />}
      </Preview>
      <Address view={view} onRenew={() => void perform("overlay.renew")} />
      <div className="grid items-start gap-4 md:grid-cols-2">
        <div className="flex flex-col gap-4">
          <PlaceFields placement={placement} onChange={change} />
          <MotionFields placement={placement} onChange={change} />
        </div>
        <LooksFields placement={placement} onChange={change} />
      </div>
    </div>
  );
}
