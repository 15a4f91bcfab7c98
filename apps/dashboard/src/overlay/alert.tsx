import { useEffect, useState, type CSSProperties } from "react";

import type { Surface } from "@/features/surfaces/drawing/surface";
import { Drawing } from "@/features/surfaces/drawing/drawing";
import type { OverlayScene, Placement } from "@/client/views";

import {
  elapsed,
  enterTime,
  leaveTime,
  phaseAt,
  untilNextPhase,
  type AlertTime,
  type Phase,
} from "./clock";
import { play } from "./sound";

type RunningAlert = NonNullable<OverlayScene["alert"]>;

interface AlertProps {
  placement: Placement;
  surface: Surface;
  audible: boolean;
}

/** Shows an alert until its time is over, also if the host is gone meanwhile. */
export function AlertPlace(props: AlertProps & { alert: OverlayScene["alert"] }) {
  const { alert, ...rest } = props;
  const [last, setLast] = useState(alert);
  if (alert && alert !== last) setLast(alert);
  const shown = alert ?? last;
  // The same alert with another beginning is one that waited again, because nobody saw it.
  return (
    shown && (
      <AlertView
        key={`${shown.id} ${shown.began}`}
        {...rest}
        running={shown}
        skipped={alert == null}
      />
    )
  );
}

/** Who comes later than this sees the rest of an alert without its sound. */
const SOUND_WITHIN_MILLISECONDS = 1_000;

function AlertView(props: AlertProps & { running: RunningAlert; skipped: boolean }) {
  const { running, placement, surface, audible, skipped } = props;
  const { alert } = running;
  const [time] = useState<AlertTime>(() => ({
    began: running.began,
    now: running.now,
    received: performance.now(),
    duration: alert.duration,
  }));
  const { phase, late } = usePhase(time, skipped);
  useSound(time, audible && !skipped, () =>
    alert.sound
      ? play(surface.plugin, alert.sound.source, alert.sound.volume * placement.volume)
      : undefined,
  );
  if (phase === "over") return null;
  const leaving = phase === "leaving";
  const animation = leaving ? (placement.leave ?? alert.leave) : (placement.enter ?? alert.enter);
  const style = {
    "--enter": `${enterTime(time)}ms`,
    "--late": `${-late}ms`,
    animationDuration: `${leaving ? leaveTime(time) : enterTime(time)}ms`,
    animationDelay: "var(--late)",
  } as CSSProperties;
  return (
    <div className="alert-place">
      <div className={`alert alert-${leaving ? "leave" : "enter"}-${animation}`} style={style}>
        <div className="alert-panel panel">
          <Drawing nodes={alert.nodes} surface={surface} />
        </div>
      </div>
    </div>
  );
}

/** The phase, and how long it lasted already when it was first drawn. */
function usePhase(time: AlertTime, skipped: boolean): { phase: Phase; late: number } {
  const [shown, setShown] = useState(() => phaseNow(time));

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = () => {
      const milliseconds = untilNextPhase(time, performance.now());
      if (milliseconds === null) return;
      timer = setTimeout(() => {
        setShown(phaseNow(time));
        wait();
      }, Math.ceil(milliseconds));
    };
    const leave = () => {
      setShown(({ phase, late }) =>
        phase === "standing" ? { phase: "leaving", late: 0 } : { phase, late },
      );
      timer = setTimeout(() => setShown({ phase: "over", late: 0 }), leaveTime(time));
    };
    if (skipped) leave();
    else wait();
    return () => clearTimeout(timer);
  }, [time, skipped]);

  return shown;
}

function phaseNow(time: AlertTime): { phase: Phase; late: number } {
  const at = performance.now();
  const phase = phaseAt(time, at);
  const began = phase === "leaving" ? time.duration - leaveTime(time) : 0;
  return { phase, late: Math.round(elapsed(time, at) - began) };
}

function useSound(time: AlertTime, audible: boolean, start: () => (() => void) | undefined): void {
  useEffect(() => {
    if (!audible || elapsed(time, performance.now()) > SOUND_WITHIN_MILLISECONDS) return;
    return start();
    // A sound is played once, with the volume that it began with.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [time, audible]);
}
