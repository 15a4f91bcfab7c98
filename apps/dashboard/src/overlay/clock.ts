/**
 * An alert's time. The host says when it began and what its clock shows; from then on the page counts
 * by its own, so that neither a clock that is wrong nor a page that comes late matters.
 */
export interface AlertTime {
  /** Milliseconds since the epoch, by the host's clock. */
  began: number;
  /** The host's clock when it told. */
  now: number;
  /** The page's `performance.now()` when it was told. */
  received: number;
  /** Milliseconds. */
  duration: number;
}

/** How long coming and going take, unless the alert is too short for it. */
const ENTER_MILLISECONDS = 650;
const LEAVE_MILLISECONDS = 450;

export type Phase = "standing" | "leaving" | "over";

export function elapsed({ began, now, received }: AlertTime, at: number): number {
  return Math.max(0, now - began) + Math.max(0, at - received);
}

export function enterTime({ duration }: AlertTime): number {
  return Math.min(ENTER_MILLISECONDS, duration * 0.4);
}

export function leaveTime({ duration }: AlertTime): number {
  return Math.min(LEAVE_MILLISECONDS, duration * 0.3);
}

export function phaseAt(time: AlertTime, at: number): Phase {
  const since = elapsed(time, at);
  if (since >= time.duration) return "over";
  return since >= time.duration - leaveTime(time) ? "leaving" : "standing";
}

/** Milliseconds until the phase is another one; null if it stays. */
export function untilNextPhase(time: AlertTime, at: number): number | null {
  const left = time.duration - elapsed(time, at);
  if (left <= 0) return null;
  const untilLeaving = left - leaveTime(time);
  return untilLeaving > 0 ? untilLeaving : left;
}
