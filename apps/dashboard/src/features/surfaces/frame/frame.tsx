import clsx from "clsx";
import { CloudOff, Lock, Moon, TriangleAlert } from "lucide-react";
import { useId, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { SurfaceView } from "@/client/views";
import { Button } from "@/ui/button";

import { Drawing } from "../drawing/drawing";
import { NamedIcon } from "../drawing/shown/icon";
import { Boundary } from "./boundary";
import { useSurfaceOf } from "./use-surface";

/**
 * Where a plugin may draw. The frame and the plugin's name on it are the host's; what a plugin draws
 * is cut at the frame's edge, so that it can't pass for anything else.
 */
export function SurfaceFrame(props: {
  view: SurfaceView;
  /** Stands in the head, such as what takes the widget away. */
  actions?: ReactNode;
  /** It can be seen, but not used: it is being arranged. */
  inert?: boolean;
  className?: string;
}) {
  const { view, actions, inert = false, className } = props;
  const { t } = useTranslation("surfaces");
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={clsx(
        "isolate flex flex-col overflow-hidden rounded-xl border border-line bg-surface shadow-card",
        className,
      )}
    >
      <header className="flex min-h-10 items-center gap-2 px-3.5 pt-1">
        {view.icon && (
          <span aria-hidden className="text-ink-muted">
            <NamedIcon name={view.icon} />
          </span>
        )}
        <h2 id={id} className="min-w-0 truncate font-semibold">
          {view.title}
        </h2>
        <span
          className="ml-auto min-w-0 shrink-[2] truncate text-xs text-ink-muted"
          title={t("frame.by", { plugin: view.plugin_name })}
        >
          {view.plugin_name}
        </span>
        {actions}
      </header>
      <div
        inert={inert}
        className="relative flex min-h-0 flex-auto flex-col overflow-auto overscroll-contain px-3.5 pt-1 pb-3.5"
      >
        <SurfaceBody view={view} />
      </div>
    </section>
  );
}

/** What a surface shows, or why it shows nothing. */
export function SurfaceBody({ view }: { view: SurfaceView }) {
  const { t } = useTranslation("surfaces");
  const { drawing, surface } = useSurfaceOf(view);
  const plugin = view.plugin_name;
  if (!view.granted) {
    return <Reason icon={<Lock />}>{t("frame.notGranted", { plugin })}</Reason>;
  }
  if (drawing?.problem) return <Reason icon={<CloudOff />}>{drawing.problem}</Reason>;
  if (!view.running) {
    return <Reason icon={<Moon />}>{t("frame.notRunning", { plugin })}</Reason>;
  }
  if (!drawing || drawing.nodes.length === 0) {
    return <Reason icon={null}>{t("frame.loading", { plugin })}</Reason>;
  }
  return (
    <Boundary
      instead={(again) => (
        <Reason icon={<TriangleAlert />}>
          {t("frame.failed")}
          <Button size="small" onClick={again}>
            {t("frame.again")}
          </Button>
        </Reason>
      )}
    >
      <Drawing nodes={drawing.nodes} surface={surface} />
    </Boundary>
  );
}

function Reason({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <div
      role="status"
      className="flex flex-1 flex-col items-center justify-center gap-2 px-3 py-4 text-center text-sm text-pretty text-ink-muted"
    >
      {icon && <span aria-hidden>{icon}</span>}
      {children}
    </div>
  );
}
