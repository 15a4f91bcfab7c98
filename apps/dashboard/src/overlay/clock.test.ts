import { describe, expect, it } from "vitest";

import { elapsed, enterTime, leaveTime, phaseAt, untilNextPhase, type AlertTime } from "./clock";

/** The host's clock is a year off, and the page has run for an hour. */
const HOST = 1_800_000_000_000;
const time = (late: number, duration = 5_000): AlertTime => ({
  began: HOST,
  now: HOST + late,
  received: 3_600_000,
  duration,
});

describe("an alert's clock", () => {
  it("counts from when the host began it, whatever the page's own clock says", () => {
    expect(elapsed(time(0), 3_600_000)).toBe(0);
    expect(elapsed(time(2_000), 3_600_500)).toBe(2_500);
    expect(elapsed(time(-10_000), 3_600_000)).toBe(0);
  });

  it("stands, leaves, and is over at its duration", () => {
    const leaves = 5_000 - leaveTime(time(0));
    expect(phaseAt(time(0), 3_600_000)).toBe("standing");
    expect(phaseAt(time(0), 3_600_000 + leaves - 1)).toBe("standing");
    expect(phaseAt(time(0), 3_600_000 + leaves)).toBe("leaving");
    expect(phaseAt(time(0), 3_605_000)).toBe("over");
  });

  it("shows a page that comes late only the rest", () => {
    expect(phaseAt(time(4_900), 3_600_000)).toBe("leaving");
    expect(untilNextPhase(time(4_900), 3_600_000)).toBe(100);
    expect(phaseAt(time(60_000), 3_600_000)).toBe("over");
    expect(untilNextPhase(time(60_000), 3_600_000)).toBeNull();
  });

  it.each([500, 1_000, 120_000])(
    "leaves time to stand between coming and going in %d ms",
    (duration) => {
      expect(enterTime(time(0, duration)) + leaveTime(time(0, duration))).toBeLessThan(
        duration * 0.75,
      );
    },
  );
});
